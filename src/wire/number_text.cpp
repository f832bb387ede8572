#include "wire/number_text.hpp"

#include "wire/eight_bytes.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace assay::wire {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// 10^-places = (bits + less than 1) * 2^-shift, bits in [2^63, 2^64).
struct Reciprocal {
  std::uint64_t bits;
  int shift;
};
constexpr std::size_t places_max = 19;  // 10^19 is the last power of ten below 2^64
constexpr auto reciprocals = [] {
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
inline bool divide(std::uint64_t digits, std::size_t places, double& value) {
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

// Any number, by the standard library, whose grammar is wider than JSON's: the caller has seen that
// it begins as one.
const char* read_any_number(const char* at, double& value) {
  constexpr std::ptrdiff_t length_max =
      48;  // more than a server sensibly writes, less than the padding
  const auto belongs = [](char c) {
    return is_digit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
  };
  const char* end = at;
  while (end - at < length_max && belongs(*end)) ++end;
  if (end - at == length_max) return nullptr;
  const auto [stop, error] = std::from_chars(at, end, value);
  return error == std::errc{} && stop == end && is_digit(end[-1]) ? end : nullptr;
}

}  // namespace

const char* read_number(const char* at, double& value) {
  const bool negative = *at == '-';
  const char* cursor = at + (negative ? 1 : 0);
  const char* const whole = cursor;
  std::uint64_t digits = 0;  // without the point; right as long as there are at most 19
  while (is_digit(*cursor) && cursor - whole < 20) {
    digits = digits * 10U + static_cast<std::uint64_t>(*cursor++ - '0');
  }
  const auto whole_digits = static_cast<std::size_t>(cursor - whole);
  if (whole_digits == 0 || (*whole == '0' && whole_digits > 1)) return nullptr;
  std::size_t places = 0;
  if (*cursor == '.') {
    const char* const fraction = ++cursor;
    for (int group = 0; group < 3 && is_digit(*cursor); ++group) {
      const std::uint64_t eight = eight_bytes(cursor);
      const unsigned count = leading_digits(eight);
      if (count == 8) {  // a branch, so that the next group need not wait for this count
        digits = digits * powers_of_ten[8] + value_of_digits(eight);
        cursor += 8;
        continue;
      }
      digits = digits * powers_of_ten[count] + value_of_digits(eight, count);
      cursor += count;
      break;
    }
    places = static_cast<std::size_t>(cursor - fraction);
    if (places == 0) return nullptr;
  }
  const bool plain = whole_digits + places <= 19 && *cursor != 'e' && *cursor != 'E';
  if (!plain || !divide(digits, places, value)) return read_any_number(at, value);
  if (negative) value = -value;
  return cursor;
}

}  // namespace assay::wire
