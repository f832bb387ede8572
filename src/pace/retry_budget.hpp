#pragma once

#include "assay/time.hpp"
#include "pace/bucket.hpp"
#include "pace/limits.hpp"
#include "pace/window_log.hpp"

#include <cstdint>

namespace assay::pace {

// How many retries an endpoint may get: a share of its successes of the last minute, but always a
// few per second, so that nothing is stuck for good. Exhausted means later, never failed.
class RetryBudget {
 public:
  RetryBudget(const Limits& limits, Instant now);

  void on_success(Instant now) { successes_.add(1, now, now); }
  // When a retry may go: `now` when at once.
  [[nodiscard]] Instant ready_at(Instant now);
  enum class From : std::uint8_t { share, floor };
  [[nodiscard]] From spend(Instant now);  // after ready_at said now
  void give_back(From from, Instant now);

 private:
  [[nodiscard]] bool share_allows(Instant now);

  double share_;
  WindowLog successes_;
  WindowLog retries_;
  Bucket floor_;
};

}  // namespace assay::pace
