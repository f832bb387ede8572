#include "teacher/rate_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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

void append_rate_headers(std::string& out, std::string_view axis, const AxisState& state) {
  fmt::format_to(std::back_inserter(out),
                 "x-ratelimit-limit-{0}: {1}\r\nx-ratelimit-remaining-{0}: "
                 "{2}\r\nx-ratelimit-reset-{0}: {3}\r\n",
                 axis,
                 state.limit,
                 state.remaining,
                 go_duration(state.reset));
}

void append_retry_headers(std::string& out, Duration wait) {
  fmt::format_to(std::back_inserter(out),
                 "retry-after: {}\r\nretry-after-ms: {}\r\n",
                 rounded_up(wait, seconds(1)),
                 rounded_up(wait, milliseconds(1)));
}

}  // namespace assay::teacher
