#include "teacher/rate_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <string_view>

namespace assay::teacher {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::int64_t rounded_up(Duration duration, Duration unit) {
  return (duration.count() + unit.count() - 1) / unit.count();
}

}  // namespace

// Rounded up to a millisecond: who waits that long finds what was promised.
std::string go_duration(Duration duration) {
  const auto millis = rounded_up(std::max(duration, Duration{}), milliseconds(1));
  if (millis < 1000) return millis == 0 ? "0s" : fmt::format("{}ms", millis);
  const auto hours = millis / 3'600'000;
  const auto minutes = millis / 60'000 % 60;
  const auto rest = static_cast<double>(millis % 60'000) / 1000;
  if (hours > 0) return fmt::format("{}h{}m{}s", hours, minutes, rest);
  return minutes > 0 ? fmt::format("{}m{}s", minutes, rest) : fmt::format("{}s", rest);
}

namespace {

// x-ratelimit-{limit,remaining,reset}-<axis>.
void append_axis(std::string& out,
                 std::string_view axis,
                 const AxisState& state,
                 const std::string& reset) {
  fmt::format_to(std::back_inserter(out),
                 "x-ratelimit-limit-{0}: {1}\r\nx-ratelimit-remaining-{0}: "
                 "{2}\r\nx-ratelimit-reset-{0}: {3}\r\n",
                 axis,
                 state.limit,
                 state.remaining,
                 reset);
}

void append_openai(std::string& out, RateStyle style, const RateState& state) {
  const auto reset = [style](const AxisState& axis) {
    return style == RateStyle::azure ? fmt::format("{}", rounded_up(axis.reset, seconds(1)))
                                     : go_duration(axis.reset);
  };
  if (state.requests) append_axis(out, "requests", *state.requests, reset(*state.requests));
  if (state.tokens) append_axis(out, "tokens", *state.tokens, reset(*state.tokens));
}

std::string rfc3339(std::int64_t unix_s) {
  const auto time = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, size);
}

void append_anthropic(std::string& out, const RateState& state) {
  const auto axis = [&](std::string_view name, const AxisState& given) {
    fmt::format_to(std::back_inserter(out),
                   "anthropic-ratelimit-{0}-limit: {1}\r\nanthropic-ratelimit-{0}-remaining: "
                   "{2}\r\nanthropic-ratelimit-{0}-reset: {3}\r\n",
                   name,
                   given.limit,
                   given.remaining,
                   rfc3339(state.unix_s + rounded_up(given.reset, seconds(1))));
  };
  if (state.requests) axis("requests", *state.requests);
  if (state.tokens) axis("tokens", *state.tokens);
}

void append_together(std::string& out, const RateState& state) {
  const auto axis = [&](std::string_view name, const AxisState& given) {
    fmt::format_to(std::back_inserter(out),
                   "{0}-limit: {1}\r\n{0}-remaining: {2}\r\n",
                   name,
                   given.limit,
                   given.remaining);
  };
  if (state.requests) axis("x-ratelimit", *state.requests);
  if (state.tokens) axis("x-tokenlimit", *state.tokens);
  if (const auto first = state.requests ? state.requests : state.tokens; first) {
    fmt::format_to(
        std::back_inserter(out), "x-ratelimit-reset: {}\r\n", rounded_up(first->reset, seconds(1)));
  }
}

// Tokens of the prompt per second, as Fireworks counts.
void append_fireworks(std::string& out, const RateState& state) {
  if (state.tokens) {
    fmt::format_to(std::back_inserter(out),
                   "x-ratelimit-limit-tokens-prompt: {}\r\n"
                   "x-ratelimit-remaining-tokens-prompt: {}\r\n",
                   state.tokens->limit / 60,
                   state.tokens->remaining / 60);
  }
  if (state.retry_after) out += "x-ratelimit-over-limit: yes\r\n";
}

void append_openrouter(std::string& out, const RateState& state) {
  if (!state.requests) return;
  const auto reset = state.unix_s * 1000 + rounded_up(state.requests->reset, milliseconds(1));
  fmt::format_to(std::back_inserter(out),
                 "X-RateLimit-Limit: {}\r\nX-RateLimit-Remaining: {}\r\nX-RateLimit-Reset: {}\r\n",
                 state.requests->limit,
                 state.requests->remaining,
                 reset);
}

// Whole seconds, and milliseconds where the provider says them; both rounded up.
void append_retry(std::string& out, RateStyle style, Duration wait) {
  fmt::format_to(std::back_inserter(out), "retry-after: {}\r\n", rounded_up(wait, seconds(1)));
  if (style != RateStyle::openai && style != RateStyle::azure) return;
  fmt::format_to(
      std::back_inserter(out), "retry-after-ms: {}\r\n", rounded_up(wait, milliseconds(1)));
}

}  // namespace

void append_rate_headers(std::string& out, RateStyle style, const RateState& state) {
  switch (style) {
    case RateStyle::none:
      return;
    case RateStyle::openai:
    case RateStyle::azure:
      append_openai(out, style, state);
      break;
    case RateStyle::anthropic:
      append_anthropic(out, state);
      break;
    case RateStyle::together:
      append_together(out, state);
      break;
    case RateStyle::fireworks:
      append_fireworks(out, state);
      break;
    case RateStyle::openrouter:
      append_openrouter(out, state);
      break;
  }
  if (state.retry_after && *state.retry_after > Duration{})
    append_retry(out, style, *state.retry_after);
}

}  // namespace assay::teacher
