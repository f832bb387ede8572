#include "pace/cooldown.hpp"

#include "pace/backoff.hpp"

#include <algorithm>

namespace assay::pace {

Cooldown::Cooldown(const Limits& limits, Instant now)
    : limits_(limits), until_(now), begun_(now - Duration(1)) {}

void Cooldown::on_refused(Instant sent_at, std::optional<Duration> hint, Instant now, Rng& rng) {
  const bool of_this_pause = in_a_row_ > 0 && sent_at <= begun_;
  if (of_this_pause && !hint) return;
  if (!of_this_pause) {
    ++in_a_row_;
    begun_ = now;
  }
  if (hint) hint = std::min(*hint, limits_.hint_max);
  // A hint replaces our own guess, but for its floor: the server knows.
  const bool hinted = hint && *hint > Duration{};
  const int attempts = hinted ? 0 : in_a_row_;
  Limits limits = limits_;
  if (hinted) limits.delay_first_refused = limits_.delay_min;
  const Duration pause = retry_delay(limits, attempts, FailureClass::rate_limited, hint, rng);
  until_ = std::max(until_, now + pause);
}

void Cooldown::on_success(Instant sent_at) {
  if (sent_at > begun_) in_a_row_ = 0;
}

}  // namespace assay::pace
