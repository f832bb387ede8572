#include "stats/mersenne.hpp"

#include <numeric>
#include <utility>

namespace assay::stats {

LegacyRandom::LegacyRandom(std::uint32_t seed) : state_{} {
  state_[0] = seed;
  for (std::uint32_t i = 1; i < state_.size(); ++i) {
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }
}

void LegacyRandom::refill() {
  constexpr std::size_t size = 624;
  for (std::size_t k = 0; k < size; ++k) {
    const std::uint32_t mixed = (state_[k] & 0x80000000u) | (state_[(k + 1) % size] & 0x7FFFFFFFu);
    state_[k] = state_[(k + 397) % size] ^ (mixed >> 1) ^ ((mixed & 1u) != 0 ? 0x9908B0DFu : 0u);
  }
  used_ = 0;
}

std::uint32_t LegacyRandom::next() {
  if (used_ == state_.size()) refill();
  std::uint32_t value = state_[used_++];
  value ^= value >> 11;
  value ^= (value << 7) & 0x9D2C5680u;
  value ^= (value << 15) & 0xEFC60000u;
  return value ^ (value >> 18);
}

std::uint32_t LegacyRandom::upto(std::uint32_t bound_included) {
  if (bound_included == 0) return 0;
  std::uint32_t mask = bound_included;
  for (const unsigned shift : {1u, 2u, 4u, 8u, 16u}) mask |= mask >> shift;
  for (;;) {
    const std::uint32_t value = next() & mask;
    if (value <= bound_included) return value;
  }
}

std::vector<std::uint32_t> shuffled_folds(std::size_t n, std::uint32_t folds, std::uint32_t seed) {
  std::vector<std::size_t> rows(n);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  LegacyRandom random(seed);
  for (std::size_t i = n; i-- > 1;) {
    std::swap(rows[i], rows[random.upto(static_cast<std::uint32_t>(i))]);
  }
  std::vector<std::uint32_t> fold(n);
  std::size_t place = 0;
  for (std::uint32_t k = 0; k < folds; ++k) {
    const std::size_t size = n / folds + (k < n % folds ? 1 : 0);
    for (std::size_t j = 0; j < size; ++j) fold[rows[place++]] = k;
  }
  return fold;
}

}  // namespace assay::stats
