#pragma once

#include "assay/time.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// Tells from a provider's readings whether its limit refills evenly, as a bucket does, or by whole
// windows.
//
// A single reading says little: requests overtake each other on their way, and the cost of those in
// between is an estimate. Both cancel out over many. So readings are averaged over spans of some
// seconds, and one span is compared with the next. Two books are kept, and both must grow: one goes
// wrong where requests wait before the provider in no order and ever longer, the other where
// answers take ever longer.
class Refill {
 public:
  explicit Refill(Duration period) : period_(period) {}

  struct Reading {
    // What remained, plus all that was ever sent before, or plus all that was answered by now: both
    // stand still while nothing comes back.
    double sent = 0;
    double answered = 0;
    double expired = 0;  // all that ever left our own log of one window
    Instant sent_at;
    bool full = false;  // a bucket would have been full: what flowed over it shows nowhere
  };
  // `limit`: units per period.
  void add(const Reading& reading, std::int64_t limit);

  [[nodiscard]] bool is_even() const { return is_even_; }
  // All that was seen no longer holds: the limit changed, or a refusal came that it cannot explain.
  void restart() { *this = Refill(period_); }
  void restart_span();  // as above, but what was concluded stays

 private:
  struct Span {
    Instant begun;
    double count = 0;
    double sent = 0;  // sums
    double answered = 0;
    double expired = 0;
    double seconds = 0;  // since begun
    bool full = false;
    [[nodiscard]] double mean(double sum) const { return sum / count; }
  };
  void compare(const Span& former, const Span& later, double per_second);

  Duration period_;
  std::optional<Span> former_;
  std::optional<Span> present_;
  int votes_ = 0;  // spans in a row that looked like a bucket
  bool is_even_ = false;
};

}  // namespace assay::pace
