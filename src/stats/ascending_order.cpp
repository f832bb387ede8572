#include "stats/ascending_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

namespace assay::stats {
namespace {

constexpr std::size_t digit_bits = 11;
constexpr std::size_t digits = 6;  // of 64 bits
constexpr std::size_t buckets = std::size_t{1} << digit_bits;
// Below, counting digits costs more than comparing.
constexpr std::size_t radix_min = 4'096;

// The values travel with their places: an indirect sort of the same takes twice as long.
struct Placed {
  std::uint64_t key;
  std::size_t place;
  friend auto operator<=>(const Placed&, const Placed&) = default;
};

// Unsigned bits that order as the values do.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // -0 + 0 is 0
  constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

std::size_t digit_of(std::uint64_t key, std::size_t digit) {
  return (key >> (digit * digit_bits)) % buckets;
}

// From the lowest digit to the highest, each pass stable. A digit that all share is passed over.
void radix_sort(std::vector<Placed>& placed) {
  std::vector<std::array<std::size_t, buckets>> counts(digits);
  for (const Placed& one : placed) {
    for (std::size_t digit = 0; digit < digits; ++digit) ++counts[digit][digit_of(one.key, digit)];
  }
  std::vector<Placed> next(placed.size());
  for (std::size_t digit = 0; digit < digits; ++digit) {
    auto& begin = counts[digit];
    if (std::ranges::find(begin, placed.size()) != begin.end()) continue;
    std::size_t before = 0;
    for (std::size_t& count : begin) before += std::exchange(count, before);
    for (const Placed& one : placed) next[begin[digit_of(one.key, digit)]++] = one;
    placed.swap(next);
  }
}

}  // namespace

std::vector<std::size_t> ascending_order(std::span<const double> values) {
  std::vector<Placed> placed(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) placed[i] = {key_of(values[i]), i};
  if (values.size() < radix_min) {
    std::ranges::sort(placed);
  } else {
    radix_sort(placed);
  }
  std::vector<std::size_t> order(values.size());
  std::ranges::transform(placed, order.begin(), &Placed::place);
  return order;
}

}  // namespace assay::stats
