#pragma once

#include "assay/failure.hpp"
#include "assay/time.hpp"
#include "core/rng.hpp"
#include "pace/limits.hpp"

#include <optional>

namespace assay::pace {

// How often an item may be tried in all when it fails in this way: 1 means never again.
[[nodiscard]] int attempts_max(const Limits& limits, FailureClass cls);

// How long to wait before the next attempt, `attempts_made` (from 1) having failed:
//   min(delay_max, delay_first x 2^(attempts_made - 1)) x (0.5 + 0.5 u)
// Equal jitter, since full jitter comes near zero and burns all attempts inside one limit window.
// A server's `hint` is a floor, with up to hint_jitter on top. Never below delay_min; a hint that
// is not positive is none.
[[nodiscard]] Duration retry_delay(const Limits& limits,
                                   int attempts_made,
                                   FailureClass cls,
                                   std::optional<Duration> hint,
                                   Rng& rng);

}  // namespace assay::pace
