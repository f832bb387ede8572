#include "core/rng.hpp"

#include "assay/ensure.hpp"

#include <bit>

namespace assay {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = split_mix(seed);
}

Rng::result_type Rng::operator()() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() {
  return static_cast<double>((*this)() >> 11) * 0x1p-53;
}

std::uint64_t Rng::below(std::uint64_t bound) {
  ensure(bound > 0, "a bound is positive");
  const std::uint64_t surplus = (0 - bound) % bound;  // draws below it would favour small results
  for (;;) {
    const std::uint64_t draw = (*this)();
    if (draw >= surplus) return draw % bound;
  }
}

Rng Rng::split() {
  return Rng{(*this)() ^ 0xa5a5a5a5deadbeefu};
}

}  // namespace assay
