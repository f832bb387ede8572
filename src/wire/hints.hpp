#pragma once

// What headers and error bodies say about when to come back: every form that providers use, each a
// pure function. A value that is not finite, negative, past or contradicting is absent, never a
// guess. Source: providers.md, section 4.

#include "assay/time.hpp"
#include "core/exchange.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace assay::wire {

// Waits beyond this are no hints but mistakes (an epoch taken for seconds, say).
inline constexpr Duration hint_max = std::chrono::hours(24 * 31);

// "1s", "6m0s", "500ms", "1m30.5s", "1h2m3s", "12µs" (either mu), "12us".
[[nodiscard]] std::optional<Duration> parse_go_duration(std::string_view text);

// "2", "0.5", "1e0" is not one: plain decimals of seconds (or of `unit`).
[[nodiscard]] std::optional<Duration> parse_decimal(std::string_view text,
                                                    Duration unit = std::chrono::seconds(1));

// "Sun, 06 Nov 1994 08:49:37 GMT", and the two older forms that RFC 9110 asks to accept. Seconds
// since 1970.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// "2026-11-20T10:00:00Z", fractions and offsets allowed.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

// Retry-After: integer or decimal seconds, or an HTTP-date measured against the answer's own Date.
[[nodiscard]] std::optional<Duration> parse_retry_after(
    std::string_view value, std::optional<std::chrono::sys_seconds> date);

// "... try again in 1.2s", "... retry after 37 seconds", "... in 6m0s", "... in 20 ms".
[[nodiscard]] std::optional<Duration> hint_in_prose(std::string_view message);

// Everything the status, the headers and the body's error say. `delay_in_body` is a
// RetryInfo.retryDelay ("57.2s") and `message` the error's text; empty when there is none. Order:
// retry-after-ms, Retry-After, delay_in_body, the reset of an exhausted axis, prose. A hint is only
// taken from an answer that refuses (status 300 and above, or `refused`).
[[nodiscard]] Observation observe(int status,
                                  const std::vector<HeaderField>& headers,
                                  std::string_view delay_in_body = {},
                                  std::string_view message = {},
                                  bool refused = false);

}  // namespace assay::wire
