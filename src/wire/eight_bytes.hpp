#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace assay::wire {

// Eight bytes at once, the first in the lowest bits.
[[nodiscard]] inline std::uint64_t eight_bytes(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = std::byteswap(bytes);
  return bytes;
}

// Whether JSON lets the character stand between values and what holds them together.
[[nodiscard]] constexpr bool is_white_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The high bit of the first byte that is zero; bits above it may be wrong.
[[nodiscard]] inline std::uint64_t zero_bytes(std::uint64_t bytes) {
  return (bytes - 0x0101010101010101U) & ~bytes & 0x8080808080808080U;
}

// The index of the first byte that cannot stand for itself in a JSON string: a quote, a backslash
// or a control character; 8 when there is none.
[[nodiscard]] inline unsigned first_special(std::uint64_t bytes) {
  // With its second bit turned a quote is 0x20 and a control character less: one test for both.
  const std::uint64_t turned = bytes ^ 0x0202020202020202U;
  const std::uint64_t found = zero_bytes(bytes ^ 0x5C5C5C5C5C5C5C5CU) |
                              ((turned - 0x2121212121212121U) & ~turned & 0x8080808080808080U);
  return static_cast<unsigned>(std::countr_zero(found)) / 8;
}

// How many of the eight, from the first, are decimal digits.
[[nodiscard]] inline unsigned leading_digits(std::uint64_t bytes) {
  const std::uint64_t values = bytes ^ 0x3030303030303030U;  // 0 to 9 where there is a digit
  const std::uint64_t others = ((values + 0x7676767676767676U) | values) & 0x8080808080808080U;
  return static_cast<unsigned>(std::countr_zero(others)) / 8;  // 64 / 8 when all are
}

// The number that eight digits spell. Source: D. Lemire, "Quickly parsing eight digits" (2018).
[[nodiscard]] inline std::uint64_t value_of_digits(std::uint64_t bytes) {
  bytes = (bytes & 0x0F0F0F0F0F0F0F0FU) * 2561U >> 8U;
  bytes = (bytes & 0x00FF00FF00FF00FFU) * 6553601U >> 16U;
  return (bytes & 0x0000FFFF0000FFFFU) * 42949672960001U >> 32U;
}

// The number that the first `count` bytes spell, all of them digits; 0 for none. Without a branch,
// since counts vary. NUL in front counts as 0.
[[nodiscard]] inline std::uint64_t value_of_digits(std::uint64_t bytes, unsigned count) {
  const unsigned half = 4U * (8U - count);  // a shift by 64 at once is no shift
  return value_of_digits(bytes << half << half);
}

// The same for at most four, in half the steps.
[[nodiscard]] inline std::uint64_t value_of_few_digits(std::uint64_t bytes, unsigned count) {
  auto four = static_cast<std::uint32_t>(bytes << 8U * (4U - count));
  four = (four & 0x0F0F0F0FU) * 2561U >> 8U;
  return (four & 0x00FF00FFU) * 6553601U >> 16U;
}

// 10^0 to 10^19, the last below 2^64.
inline constexpr auto powers_of_ten = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = 10 * powers[i - 1];
  return powers;
}();

}  // namespace assay::wire
