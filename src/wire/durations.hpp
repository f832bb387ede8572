#pragma once

// The ways in which servers write a span or a point of time. A text that is not wholly of the form
// is nothing.

#include <assay/time.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace assay::wire {

// Spans beyond this are mistakes (an epoch taken for seconds, say) and read as nothing.
inline constexpr Duration hint_max = std::chrono::hours(24 * 31);

// "1s", "6m0s", "500ms", "1m30.5s", "1h2m3s", "12us", "12µs" with either mu. Rounded up to a
// nanosecond.
[[nodiscard]] std::optional<Duration> parse_go_duration(std::string_view text);

// "2", "0.5": plain decimals of `unit`, without sign or exponent. Rounded up to a nanosecond.
[[nodiscard]] std::optional<Duration> parse_decimal(std::string_view text,
                                                    Duration unit = std::chrono::seconds(1));

// "Sun, 06 Nov 1994 08:49:37 GMT" and the two older forms that RFC 9110 asks to accept.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// "2026-11-20T10:00:00Z"; fractions of a second and numeric offsets allowed.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace assay::wire
