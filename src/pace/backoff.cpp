#include "pace/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace assay::pace {
namespace {

// No wait is longer: what a server may say beyond is a mistake, and sums of times must not
// overflow.
constexpr Duration hint_ceiling = std::chrono::hours(24 * 366);

Duration scaled(Duration duration, double factor) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(duration.count()) * factor));
}

}  // namespace

int attempts_max(const Limits& limits, FailureClass cls) {
  switch (remedy_of(cls)) {
    case Remedy::retry:
      return limits.attempts_max;
    case Remedy::distrust:
      return cls == FailureClass::malformed_response ? limits.malformed_attempts_max
                                                     : limits.distrust_attempts_max;
    case Remedy::final_item:
    case Remedy::stop_policy:
    case Remedy::stop_run:
    case Remedy::not_sent:
      return 1;
  }
  return 1;
}

Duration retry_delay(const Limits& limits,
                     int attempts_made,
                     FailureClass cls,
                     std::optional<Duration> hint,
                     Rng& rng) {
  const bool refused = cls == FailureClass::rate_limited;
  const Duration first = refused ? limits.delay_first_refused : limits.delay_first;
  const double doubled =
      std::ldexp(static_cast<double>(first.count()), std::clamp(attempts_made - 1, 0, 40));
  const Duration base = doubled < static_cast<double>(limits.delay_max.count())
                            ? Duration(static_cast<std::int64_t>(doubled))
                            : limits.delay_max;
  const Duration own = std::max(scaled(base, 0.5 + 0.5 * rng.uniform()), limits.delay_min);
  if (!hint || *hint <= Duration{}) return own;
  const Duration floor = std::min(*hint, hint_ceiling);
  return std::max(floor + scaled(floor, limits.hint_jitter * rng.uniform()), own);
}

}  // namespace assay::pace
