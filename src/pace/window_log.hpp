#pragma once

#include "assay/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::pace {

// How much was taken in any span of one window that ends now: what providers with fixed windows or
// sliding logs hold against us. Kept in equal bins; an amount counts until its whole bin has left
// the window, so that the sum is never too small.
//
// Memory: 8 bytes per bin. Cost: O(1) amortised; ready_at O(bins) when it must wait.
class WindowLog {
 public:
  WindowLog(Duration window, std::size_t bins, Instant now);

  // `at` may be past; an amount that has left the window is dropped. Negative amounts take back.
  void add(std::int64_t amount, Instant at, Instant now);
  [[nodiscard]] std::int64_t sum(Instant now);
  // When `cost` fits beside the rest under `limit`: `now`, or when enough has left. A cost above
  // the limit fits into an empty window.
  [[nodiscard]] Instant ready_at(std::int64_t cost, std::int64_t limit, Instant now);
  // All that ever left the window.
  [[nodiscard]] std::int64_t expired(Instant now);

 private:
  void move_to(Instant now);
  [[nodiscard]] std::int64_t bin_of(Instant at) const;
  [[nodiscard]] std::int64_t& bin(std::int64_t n);  // one of the last bins_.size()

  std::int64_t bin_ns_;
  std::vector<std::int64_t> bins_;  // a ring
  std::int64_t newest_;             // number of the bin that holds `now`
  std::size_t newest_at_ = 0;       // where that one stands
  Instant newest_begin_;
  std::int64_t sum_ = 0;
  std::int64_t expired_ = 0;
};

}  // namespace assay::pace
