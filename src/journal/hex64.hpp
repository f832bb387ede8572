#pragma once

// Sixteen lower-case hex digits, the most significant first. Inline: a reader of a journal parses
// one for every line.

#include "core/byte_row.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace assay::journal {

inline constexpr std::size_t hex_digits = 16;

void append_hex64(std::string& out, std::uint64_t value);

// The value of eight lower-case hex digits, all at once.
[[nodiscard]] inline std::uint64_t value_of_eight(const char* digits) {
  constexpr std::uint64_t each = 0x0101010101010101;
  std::uint64_t text;
  std::memcpy(&text, digits, sizeof text);
  const std::uint64_t letters = (text >> 6) & each;
  std::uint64_t value = __builtin_bswap64((text & (0x0F * each)) + 9 * letters);
  value = (value | value >> 4) & 0x00FF00FF00FF00FF;
  value = (value | value >> 8) & 0x0000FFFF0000FFFF;
  return (value | value >> 16) & 0xFFFFFFFF;
}

// Empty when there is anything but lower-case digits.
[[nodiscard]] inline std::optional<std::uint64_t> hex64_of(std::string_view digits) {
  static_assert(hex_digits == ByteRow::size);
  if (digits.size() != hex_digits) return std::nullopt;
  const ByteRow row(digits.data());
  if ((row.within('0', '9') | row.within('a', 'f')) != 0xFFFF) return std::nullopt;
  return value_of_eight(digits.data()) << 32 | value_of_eight(digits.data() + 8);
}

}  // namespace assay::journal
