#pragma once

#include "assay/time.hpp"

#include <cstdint>

namespace assay::pace {

// A token bucket in exact integers: `limit` units flow in over each period, evenly, up to a
// capacity. Levels are kept in units x period (in ns), so that no rounding ever adds up, under any
// pattern of arrivals. A clock that goes back stands still.
//
// Range: limit, units and capacity up to 10^15; a level may be negative (taken ahead).
class Bucket {
 public:
  __extension__ using Credit = __int128;  // units x nanoseconds of the period

  // Starts with `level` units. Capacity: `units` and what flows in during `span` on top.
  struct Capacity {
    std::int64_t units = 1;
    Duration span{};
  };
  Bucket(std::int64_t limit, Duration period, Capacity capacity, std::int64_t level, Instant now);

  // When `cost` will be there, if nothing else is taken: `now` when it is. A cost above the
  // capacity waits for as much as it needs: the capacity grows with it.
  [[nodiscard]] Instant ready_at(std::int64_t cost, Instant now);
  void take(std::int64_t cost, Instant now);  // may go below zero
  void give(std::int64_t units, Instant now);

  // Sets the level to `units` less what flows in during `margin`.
  void set_level(std::int64_t units, Duration margin, Instant now);
  void set_limit(std::int64_t limit, Instant now);
  void set_capacity(Capacity capacity);
  // What flowed in from `since` until `now` counts too: for a level that was true at `since`.
  void flow_since(Instant since, Instant now);

  [[nodiscard]] std::int64_t level(Instant now) const;  // whole units, rounded down
  [[nodiscard]] std::int64_t limit() const { return limit_; }

 private:
  void move_to(Instant now);
  [[nodiscard]] Credit credit_of(std::int64_t units) const;
  [[nodiscard]] Credit ceiling() const;

  std::int64_t limit_;
  std::int64_t period_;  // ns
  Capacity capacity_;
  std::int64_t largest_ = 1;  // cost asked for so far
  Credit level_;
  Instant at_;
};

}  // namespace assay::pace
