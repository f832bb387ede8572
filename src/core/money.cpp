#include "assay/money.hpp"

#include "assay/ensure.hpp"

#include <fmt/format.h>

#include <charconv>

namespace assay {
namespace {

constexpr std::int64_t nanos_per_usd = 1'000'000'000;
constexpr std::int64_t usd_max = 1'000'000'000;

// tokens x price / 10^6, rounded up: a fraction of a nano-dollar is money too.
std::int64_t part_cost(std::int64_t nanousd_per_million, TokenCount tokens) {
  ensure(tokens.value >= 0 && nanousd_per_million >= 0, "tokens and prices are not negative");
  __extension__ using Wide = __int128;
  const Wide millionths = static_cast<Wide>(nanousd_per_million) * tokens.value;
  const Wide nanos = (millionths + 999'999) / 1'000'000;
  ensure(nanos <= INT64_MAX, "a cost fits 64 bits");
  return static_cast<std::int64_t>(nanos);
}

Result<std::int64_t> parse_digits(std::string_view digits, std::string_view whole) {
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (ec != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-') {
    return fail(Errc::usage,
                fmt::format("'{}' is not an amount of US dollars such as 25 or 0.20", whole));
  }
  return value;
}

}  // namespace

NanoUsd operator+(NanoUsd a, NanoUsd b) {
  std::int64_t sum = 0;
  ensure(!__builtin_add_overflow(a.nanos(), b.nanos(), &sum), "a sum of money fits 64 bits");
  return NanoUsd{sum};
}

NanoUsd operator-(NanoUsd a, NanoUsd b) {
  std::int64_t difference = 0;
  ensure(!__builtin_sub_overflow(a.nanos(), b.nanos(), &difference),
         "a difference of money fits 64 bits");
  return NanoUsd{difference};
}

NanoUsd cost_of(const Price& price, TokenCount input, TokenCount output) {
  return NanoUsd{part_cost(price.input_nanousd_per_million, input)} +
         NanoUsd{part_cost(price.output_nanousd_per_million, output)};
}

Result<NanoUsd> parse_usd(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('$')) rest.remove_prefix(1);
  const std::size_t point = rest.find('.');
  const std::string_view dollars = rest.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? "" : rest.substr(point + 1);
  const bool has_digits =
      !dollars.empty() && (point == std::string_view::npos || !decimals.empty());
  if (!has_digits || decimals.size() > 9) {
    return fail(Errc::usage,
                fmt::format("'{}' is not an amount of US dollars such as 25 or 0.20 "
                            "(at most nine decimals)",
                            text));
  }
  const auto whole = parse_digits(dollars, text);
  if (!whole) return std::unexpected(whole.error());
  auto fraction = parse_digits(decimals.empty() ? "0" : decimals, text);
  if (!fraction) return std::unexpected(fraction.error());
  for (std::size_t digits = decimals.size(); digits < 9; ++digits) *fraction *= 10;
  if (*whole > usd_max || (*whole == usd_max && *fraction > 0))
    return fail(Errc::usage, fmt::format("'{}' is above a billion dollars", text));
  return NanoUsd{*whole * nanos_per_usd + *fraction};
}

std::string to_text(NanoUsd amount) {
  const std::int64_t nanos = amount.nanos();
  const bool negative = nanos < 0;
  const auto magnitude =
      negative ? 0 - static_cast<std::uint64_t>(nanos) : static_cast<std::uint64_t>(nanos);
  // Two decimals from a dollar up, four below: small runs cost fractions of a cent.
  const bool fine = magnitude < static_cast<std::uint64_t>(nanos_per_usd);
  const std::uint64_t unit = fine ? 100'000 : 10'000'000;
  const std::uint64_t steps = (magnitude + unit / 2) / unit;
  const std::uint64_t per_dollar = fine ? 10'000 : 100;
  std::string text = fmt::format("{}${}.", negative ? "-" : "", steps / per_dollar);
  std::string decimals = fmt::format("{:0{}}", steps % per_dollar, fine ? 4 : 2);
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return text + decimals;
}

}  // namespace assay
