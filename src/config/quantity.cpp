#include "config/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>

namespace assay::config {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Digits without a leading zero.
bool is_whole(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit) &&
         (text.size() == 1 || text[0] != '0');
}

// Digits, and perhaps a point with digits behind it.
bool is_unsigned_decimal(std::string_view text) {
  const std::size_t point = text.find('.');
  if (!is_whole(text.substr(0, point))) return false;
  if (point == std::string_view::npos) return true;
  const std::string_view decimals = text.substr(point + 1);
  return !decimals.empty() && std::ranges::all_of(decimals, is_digit);
}

// `text` (an unsigned decimal) times `unit`, when that is a whole number that fits.
std::optional<std::int64_t> scaled(std::string_view text, std::int64_t unit) {
  std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::int64_t divisor = 1;
  if (point != std::string_view::npos) {
    std::string_view decimals = text.substr(point + 1);
    while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
    if (decimals.size() > 12) return std::nullopt;
    digits += decimals;
    for (std::size_t i = 0; i < decimals.size(); ++i) divisor *= 10;
  }
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (ec != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  std::int64_t product = 0;
  if (__builtin_mul_overflow(number, unit, &product) || product % divisor != 0) return std::nullopt;
  return product / divisor;
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::int64_t millisecond = 1'000'000;
constexpr std::array units = {
    Unit{"d", 86'400'000 * millisecond},
    Unit{"h", 3'600'000 * millisecond},
    Unit{"m", 60'000 * millisecond},
    Unit{"s", 1'000 * millisecond},
    Unit{"ms", millisecond},
};

}  // namespace

Parsed<std::int64_t> parse_count(std::string_view text) {
  std::string_view number = text;
  std::int64_t unit = 1;
  if (text.ends_with('k')) unit = 1'000;
  if (text.ends_with('M')) unit = 1'000'000;
  if (unit > 1) number.remove_suffix(1);
  const bool plain = unit == 1 ? is_whole(number) : is_unsigned_decimal(number);
  const auto count = plain ? scaled(number, unit) : std::nullopt;
  if (!count) return std::unexpected("is not a count such as 600, 10k or 2M");
  return *count;
}

Parsed<std::uint64_t> parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (!is_whole(text) || ec != std::errc{} || end != text.data() + text.size()) {
    return std::unexpected("is not a whole number from 0 to 18446744073709551615");
  }
  return seed;
}

Parsed<double> parse_decimal(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  double value = 0;
  const auto [end, ec] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = ec == std::errc{} && end == text.data() + text.size();
  if (!is_unsigned_decimal(digits) || !whole || !std::isfinite(value)) {
    return std::unexpected("is not a plain decimal such as 0.01");
  }
  return value;
}

Parsed<Duration> parse_duration(std::string_view text) {
  const auto wrong = std::unexpected("is not a duration such as 250ms, 90s, 15m or 2h");
  std::int64_t total = 0;
  std::int64_t unit_before = std::numeric_limits<std::int64_t>::max();
  if (text.empty()) return wrong;
  for (std::string_view rest = text; !rest.empty();) {
    const auto number = rest.substr(0, rest.find_first_not_of("0123456789."));
    rest.remove_prefix(number.size());
    const auto name = rest.substr(0, rest.find_first_of("0123456789."));
    rest.remove_prefix(name.size());
    const auto* const unit = std::ranges::find(units, name, &Unit::name);
    // Each unit once, the largest first.
    if (unit == units.end() || unit->nanoseconds >= unit_before || !is_unsigned_decimal(number)) {
      return wrong;
    }
    const auto part = scaled(number, unit->nanoseconds);
    if (!part || *part % millisecond != 0) {
      return std::unexpected("is not a whole number of milliseconds");
    }
    if (__builtin_add_overflow(total, *part, &total)) return std::unexpected("is too long");
    unit_before = unit->nanoseconds;
  }
  return Duration{total};
}

Parsed<ScoreRange> parse_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return std::unexpected("is not a range such as 0..1");
  const auto low = parse_decimal(text.substr(0, dots));
  const auto high = parse_decimal(text.substr(dots + 2));
  if (!low || !high) return std::unexpected("is not a range such as 0..1");
  if (*low >= *high) return std::unexpected("is an empty range: the first number must be lower");
  return ScoreRange{*low, *high};
}

std::string duration_text(Duration duration) {
  for (const Unit& unit : units) {
    if (duration.count() != 0 && duration.count() % unit.nanoseconds == 0) {
      return fmt::format("{}{}", duration.count() / unit.nanoseconds, unit.name);
    }
  }
  return "0s";
}

std::string usd_text(NanoUsd amount) {
  constexpr std::int64_t nanos_per_usd = 1'000'000'000;
  std::string text = fmt::format("{}", amount.nanos() / nanos_per_usd);
  if (amount.nanos() % nanos_per_usd == 0) return text;
  text += fmt::format(".{:09}", amount.nanos() % nanos_per_usd);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string decimal_text(double value) {
  std::array<char, 400> buffer{};  // the longest fixed double has 309 digits before the point
  const auto [end, ec] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return ec == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

std::string range_text(const ScoreRange& range) {
  return decimal_text(range.low) + ".." + decimal_text(range.high);
}

}  // namespace assay::config
