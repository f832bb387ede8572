#pragma once

// What headers and error bodies say about when to come back: every form that providers use.
// A value that is not finite, negative, past or contradicting is absent, never a guess.
// Source: providers.md, section 4.

#include "core/exchange.hpp"
#include "wire/durations.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::wire {

// Retry-After: integer or decimal seconds, or an HTTP-date measured against the answer's own Date,
// because our clock and the server's may differ.
[[nodiscard]] std::optional<Duration> parse_retry_after(
    std::string_view value, std::optional<std::chrono::sys_seconds> date);

// The reset of a rate limit: a Go duration, decimal seconds, RFC 3339, or an epoch in seconds or
// milliseconds; points of time are measured against the answer's own Date.
[[nodiscard]] std::optional<Duration> parse_reset(std::string_view value,
                                                  std::optional<std::chrono::sys_seconds> date);

// "... try again in 1.2s", "... retry after 37 seconds", "... in 6m0s", "... in 20 ms". A number
// without a unit says nothing.
[[nodiscard]] std::optional<Duration> hint_in_prose(std::string_view message);

// What an error body adds to the headers; empty where it has none.
struct BodyHints {
  std::string_view retry_delay;  // RetryInfo.retryDelay, "57.2s"
  std::string_view message;
};

// Everything the status, the headers and the error body say.
//
// A wait is read only from an answer that refuses (status 300 and above, or `body` given), in this
// order: retry-after-ms, Retry-After, RetryInfo.retryDelay, the reset of an exhausted axis, prose.
// Two different values of one header are none. Resets of rate limits are read from every answer.
[[nodiscard]] Observation observe(int status,
                                  const std::vector<HeaderField>& headers,
                                  const std::optional<BodyHints>& body = std::nullopt);

}  // namespace assay::wire
