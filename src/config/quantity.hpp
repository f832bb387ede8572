#pragma once

// Numbers as people write them in a configuration: plain decimals, nothing that reads differently
// elsewhere. No hex, no exponent, no sign before a count, no leading zero, no infinity.

#include "assay/money.hpp"
#include "assay/time.hpp"
#include "config/config.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace assay::config {

// Errors are half a sentence: "is not a count such as 600, 10k or 2M".
template <class T>
using Parsed = std::expected<T, std::string>;

// "600", "10k" (thousand), "2M" (million), "1.5M".
[[nodiscard]] Parsed<std::int64_t> parse_count(std::string_view text);

// Any 64-bit number: a seed.
[[nodiscard]] Parsed<std::uint64_t> parse_seed(std::string_view text);

// "0.01", "-3.5".
[[nodiscard]] Parsed<double> parse_decimal(std::string_view text);

// "250ms", "90s", "15m", "2h", "1d", "1h30m"; the unit is required; whole milliseconds.
[[nodiscard]] Parsed<Duration> parse_duration(std::string_view text);

// "0..1", "-1..5".
[[nodiscard]] Parsed<ScoreRange> parse_range(std::string_view text);

// The shortest text that parses to the same value again.
[[nodiscard]] std::string duration_text(Duration duration);
[[nodiscard]] std::string usd_text(NanoUsd amount);
[[nodiscard]] std::string decimal_text(double value);
[[nodiscard]] std::string range_text(const ScoreRange& range);

}  // namespace assay::config
