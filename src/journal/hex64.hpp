#pragma once

// Sixteen lower-case hex digits, the most significant first. Inline: a reader of a journal parses
// one for every line.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace assay::journal {

inline constexpr std::size_t hex_digits = 16;

void append_hex64(std::string& out, std::uint64_t value);

// The value of eight lower-case hex digits, all at once; empty when one is none.
[[nodiscard]] inline std::optional<std::uint64_t> eight_hex_digits(const char* digits) {
  constexpr std::uint64_t each = 0x0101010101010101;
  std::uint64_t text;
  std::memcpy(&text, digits, sizeof text);
  const std::uint64_t letters = (text >> 6) & each;
  const std::uint64_t nibbles = (text & (0x0F * each)) + 9 * letters;
  const std::uint64_t beyond_nine = ((nibbles + 6 * each) >> 4) & each;
  const std::uint64_t again = nibbles + 0x30 * each + 39 * beyond_nine;
  if (again != text || (nibbles & (0xF0 * each)) != 0) return std::nullopt;
  std::uint64_t value = __builtin_bswap64(nibbles);
  value = (value | value >> 4) & 0x00FF00FF00FF00FF;
  value = (value | value >> 8) & 0x0000FFFF0000FFFF;
  return (value | value >> 16) & 0xFFFFFFFF;
}

// Lower-case only.
[[nodiscard]] inline std::optional<std::uint64_t> hex64_of(std::string_view digits) {
  if (digits.size() != hex_digits) return std::nullopt;
  const auto high = eight_hex_digits(digits.data());
  const auto low = eight_hex_digits(digits.data() + 8);
  if (!high || !low) return std::nullopt;
  return *high << 32 | *low;
}

}  // namespace assay::journal
