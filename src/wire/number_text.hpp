#pragma once

// JSON numbers to doubles, quickly: most of the time of reading an echo goes here, so that what the
// loop over a list of them needs is in this header.

#include "wire/eight_bytes.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace assay::wire {

// Reads the JSON number at `at` and returns the place behind it; nullptr when there is no JSON
// number or it is beyond the range of doubles. The value is the double nearest to what is written,
// as std::from_chars has it. At least 64 bytes behind the text must be readable; what they hold
// does not matter as long as the caller checks that the place is inside.
//
// Cost: for 17 digits about half of std::from_chars.
[[nodiscard]] inline const char* read_number(const char* at, double& value);

// The same as read_number for any number, by the standard library.
[[nodiscard]] const char* read_any_number(const char* at, double& value);

// What is marked always_inline would by itself be called, and its results go through memory: 15 %
// of the time of an echo.
namespace number_text {

__extension__ using Wide = unsigned __int128;

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// 10^-places = (bits + less than 1) * 2^-shift, bits in [2^63, 2^64).
struct Reciprocal {
  std::uint64_t bits;
  int shift;
};
inline constexpr std::size_t places_max = 19;  // 10^19 is the last power of ten below 2^64
inline constexpr auto reciprocals = [] {
  std::array<Reciprocal, places_max + 1> table{};
  std::uint64_t power = 1;
  for (Reciprocal& entry : table) {
    const int width =
        power == 1 ? 0 : static_cast<int>(std::bit_width(power - 1));  // power <= 2^width
    entry.bits = static_cast<std::uint64_t>((Wide{1} << (63 + width)) / power);
    entry.shift = 63 + width;
    power *= 10U;
  }
  return table;
}();

// digits / 10^places, rounded to the nearest double; false when 64 bits of the reciprocal do not
// decide the rounding (one number in a thousand). Source: D. Lemire, "Number parsing at a gigabyte
// per second" (2021), first step.
[[gnu::always_inline]] inline bool divide(std::uint64_t digits, std::size_t places, double& value) {
  if (digits == 0) return value = 0.0, true;
  const Reciprocal& reciprocal = reciprocals[places];
  const int zeros = std::countl_zero(digits);
  const Wide product = Wide{digits << static_cast<unsigned>(zeros)} * reciprocal.bits;
  const auto top = static_cast<std::uint64_t>(product >> 64U);  // the true one is less than 2 above
  const unsigned surplus = (top >> 63U) != 0 ? 11 : 10;  // bits that a double has no room for
  const std::uint64_t half = std::uint64_t{1} << (surplus - 1);
  const std::uint64_t rest = top & (2 * half - 1);
  if (rest == half || rest == half - 1) return false;
  const std::uint64_t mantissa = (top >> surplus) + (rest > half ? 1 : 0);
  const int exponent = 64 - reciprocal.shift - zeros + static_cast<int>(surplus);
  // mantissa * 2^exponent; its leading bit adds one to the exponent field, and so does a carry out
  // of the rounding.
  value = std::bit_cast<double>((static_cast<std::uint64_t>(exponent + 1074) << 52U) + mantissa);
  return true;
}

// Appends up to 24 digits to `digits`, which is right as long as there are at most 19, and returns
// the place behind them. Servers write 15 to 17 of them: two full groups are looked at first, and
// what is left is taken without a branch on its count.
[[gnu::always_inline]] inline const char* take_fraction(const char* at, std::uint64_t& digits) {
  const std::uint64_t first = eight_bytes(at);
  const unsigned first_count = leading_digits(first);
  if (first_count < 8) {
    digits = digits * powers_of_ten[first_count] + value_of_digits(first, first_count);
    return at + first_count;
  }
  const std::uint64_t second = eight_bytes(at + 8);
  const unsigned second_count = leading_digits(second);
  digits = digits * powers_of_ten[8] + value_of_digits(first);
  digits = digits * powers_of_ten[second_count] + value_of_digits(second, second_count);
  if (second_count < 8) return at + 8 + second_count;
  const std::uint64_t third = eight_bytes(at + 16);
  const unsigned third_count = leading_digits(third);
  digits = digits * powers_of_ten[third_count] + value_of_digits(third, third_count);
  return at + 16 + third_count;
}

}  // namespace number_text

[[gnu::always_inline]] inline const char* read_number(const char* at, double& value) {
  const bool negative = *at == '-';
  const char* cursor = at + (negative ? 1 : 0);
  const char* const whole = cursor;
  std::uint64_t digits = 0;  // without the point; right as long as there are at most 19
  while (number_text::is_digit(*cursor) && cursor - whole < 20) {
    digits = digits * 10U + static_cast<std::uint64_t>(*cursor++ - '0');
  }
  const auto whole_digits = static_cast<std::size_t>(cursor - whole);
  if (whole_digits == 0 || (*whole == '0' && whole_digits > 1)) return nullptr;
  std::size_t places = 0;
  if (*cursor == '.') {
    const char* const fraction = ++cursor;
    cursor = number_text::take_fraction(cursor, digits);
    places = static_cast<std::size_t>(cursor - fraction);
    if (places == 0) return nullptr;
  }
  const bool plain = whole_digits + places <= 19 && *cursor != 'e' && *cursor != 'E';
  if (!plain || !number_text::divide(digits, places, value)) return read_any_number(at, value);
  if (negative) value = -value;
  return cursor;
}

}  // namespace assay::wire
