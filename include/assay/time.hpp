#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace assay {

using Duration = std::chrono::nanoseconds;

// A point on the monotonic clock of one process. It has no now(): the shell reads the clock and
// passes instants in, so that the pure rooms can be run through a year of faults in a second.
struct MonotonicClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock, duration>;
  static constexpr bool is_steady = true;
};
using Instant = MonotonicClock::time_point;

// Time of day, UTC, for records that people read. Never used to decide when something happens.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-11-21T13:05:09.120Z".
[[nodiscard]] std::string to_iso8601(WallTime time);

// "41 ms", "12.3 s", "2 min 5 s", "3 h 20 min": for a person.
[[nodiscard]] std::string to_text(Duration duration);

}  // namespace assay
