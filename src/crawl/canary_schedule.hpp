#pragma once

// When the canaries of a run are due: before the first row, at the latest after so many items and
// so much time, and after the last row. A value without a lock; the source of work keeps it.

#include "assay/content_key.hpp"
#include "assay/policy.hpp"
#include "assay/sample.hpp"
#include "assay/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace assay::crawl {

struct CanaryRhythm {
  std::uint64_t items = 5'000;
  Duration interval = std::chrono::minutes(10);
};

// One sending of one canary under one policy.
struct CanaryCall {
  std::uint32_t policy = 0;
  std::uint32_t canary = 0;     // of doctor::canary_samples()
  std::uint32_t replicate = 0;  // the round's number over all sessions of the run
  friend bool operator==(const CanaryCall&, const CanaryCall&) = default;
};

// What a record of one sending is found by: each round is a replicate of its own.
[[nodiscard]] ContentKey canary_key(const Policy& policy,
                                    const Sample& canary,
                                    std::uint32_t round);

// How often the canaries of a run of so many rows sing at least; more often where rows take longer
// than the interval.
[[nodiscard]] std::uint64_t canary_rounds(const CanaryRhythm& rhythm, std::uint64_t rows);

class CanarySchedule {
 public:
  // `policies` are those that are watched. `first_round` is the number of the first round: those of
  // earlier sessions are before it.
  CanarySchedule(const CanaryRhythm& rhythm,
                 std::vector<std::uint32_t> policies,
                 std::uint32_t canaries,
                 std::uint32_t first_round,
                 Instant now);

  // The next call that is due, taken off the list.
  [[nodiscard]] std::optional<CanaryCall> next();

  [[nodiscard]] bool has_due() const { return !due_.empty(); }

  // Whether rows may go: the first round has come to its end, so that no row is scored by a model
  // that has changed since an earlier session.
  [[nodiscard]] bool is_open() const { return first_left_ == 0; }

  void on_row(Instant now);  // a row is handed out
  void on_last_row();        // there are no more; may be called again
  // A call came to its end, whatever it gave. True when that opened the way for rows.
  bool on_ended();

 private:
  void add_round();

  CanaryRhythm rhythm_;
  std::vector<std::uint32_t> policies_;
  std::uint32_t canaries_;
  std::uint32_t round_;
  std::size_t first_left_;  // calls of the first round that have not ended
  std::deque<CanaryCall> due_;
  std::uint64_t rows_since_ = 0;
  Instant last_round_;
};

}  // namespace assay::crawl
