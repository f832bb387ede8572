#pragma once

#include "assay/time.hpp"
#include "core/rng.hpp"
#include "pace/limits.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// The one pause of an endpoint after a refusal (429): nobody sends, whoever was refused. A server's
// hint is a floor with positive jitter; without one the pause doubles with each refusal of a
// request that was sent after the former pause.
class Cooldown {
 public:
  Cooldown(const Limits& limits, Instant now);

  // A request sent at `sent_at` was refused. Hints above hint_max hold the row alone back in full;
  // the endpoint is asked again after hint_max, by whoever is next.
  void on_refused(Instant sent_at, std::optional<Duration> hint, Instant now, Rng& rng);
  // One sent at `sent_at` was answered: the next pause is the first again.
  void on_success(Instant sent_at);

  // Until when nobody sends; not after `now`: it is over.
  [[nodiscard]] Instant until() const { return until_; }
  [[nodiscard]] bool active(Instant now) const { return now < until_; }

 private:
  Limits limits_;
  Instant until_;
  Instant begun_;  // of the newest pause: what was sent before belongs to it
  int in_a_row_ = 0;
};

}  // namespace assay::pace
