#pragma once

#include "teacher/limiter.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace assay::teacher {

// Whose headers state the limits. Source: providers.md, section 4.
enum class RateStyle : std::uint8_t {
  none,
  openai,      // x-ratelimit-*-{requests,tokens}, resets as Go durations
  azure,       // the same, resets as whole seconds
  anthropic,   // anthropic-ratelimit-*, resets in RFC 3339
  together,    // x-ratelimit-* and x-tokenlimit-*, reset in seconds
  fireworks,   // tokens of the prompt per second
  openrouter,  // reset as milliseconds since 1970
};

// What an answer states of its key's limits.
struct RateState {
  std::optional<AxisState> requests;
  std::optional<AxisState> tokens;
  std::optional<Duration> retry_after;  // of a refusal
  std::int64_t unix_s = 0;              // now
};

// A duration as Go prints it: "0s", "120ms", "1.5s", "6m0s", "1h2m3s".
[[nodiscard]] std::string go_duration(Duration duration);

// Appends the headers, each with its line end.
void append_rate_headers(std::string& out, RateStyle style, const RateState& state);

}  // namespace assay::teacher
