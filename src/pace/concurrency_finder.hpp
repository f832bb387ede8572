#pragma once

#include "pace/limits.hpp"
#include "pace/source.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// How many requests an endpoint takes at once: as configured, and, where it refuses fewer, as
// found. Grows by half per round trip until the first refusal; that shows a ceiling, just below
// which it stays, trying one more ever more rarely. Refusals that go on cut by a quarter, then by
// half (additive increase, multiplicative decrease), once for all that was sent before a cut.
class ConcurrencyFinder {
 public:
  // `start`: how many to begin with.
  ConcurrencyFinder(std::optional<std::int64_t> configured,
                    std::int64_t start,
                    const Limits& limits);

  [[nodiscard]] std::int64_t limit() const { return limit_; }
  [[nodiscard]] Source source() const;

  // At least so many may be tried at once: a known rate needs them.
  void expect(std::int64_t concurrency);

  // A request that was number `in_flight` at the endpoint when sent, `seq`-th of all, was answered.
  void on_success(std::int64_t in_flight);
  // ... was refused, when `granted` had been sent in all. Returns whether it was our own try for
  // one more, so that no pause is called for.
  bool on_refused(std::int64_t in_flight, std::uint64_t seq, std::uint64_t granted);

 private:
  void cut(std::int64_t limit);

  std::int64_t max_;
  bool configured_;
  std::int64_t limit_;
  std::optional<std::int64_t> ceiling_;  // most that is believed to be taken
  std::int64_t since_step_ = 0;          // successes that used the limit
  std::int64_t since_cut_ = 0;           // successes
  std::int64_t hold_;                    // successes before one more than the ceiling is tried
  std::uint64_t cut_at_ = 0;             // granted at the last cut
  int cuts_in_row_ = 0;
  int above_ = 0;  // successes beyond the ceiling since the last cut
};

}  // namespace assay::pace
