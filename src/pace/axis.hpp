#pragma once

#include "assay/time.hpp"
#include "core/exchange.hpp"
#include "pace/bucket.hpp"
#include "pace/limits.hpp"
#include "pace/refill.hpp"
#include "pace/source.hpp"
#include "pace/window_log.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// What an axis looked like just after a request was taken from it; travels with the request, so
// that a reading on its answer can be understood.
struct AxisMark {
  std::int64_t taken = 0;    // all ever taken, this request included
  std::int64_t expired = 0;  // all that ever left the window
};

// One axis (requests or tokens) of a provider's limit.
//
// How a provider keeps its limit is not known beforehand: a bucket, a fixed window, a sliding log.
// So two books are kept, and a request must fit both:
//  - a bucket that paces evenly. It starts with next to nothing; a reading of `remaining` tells its
//    level, and then the burst is used at full rate;
//  - the log of one window, which never exceeds the limit.
// Once readings show that the provider refills evenly while nothing leaves our log, it is a bucket,
// and the log no longer binds (its burst comes on top of the limit).
//
// Readings are taken relative to when their request was sent: on its way each request is late by
// about the same, so that what was sent before it was counted before it.
class Axis {
 public:
  enum class Pacing : std::uint8_t {
    even,     // per minute: spread over the window
    at_will,  // per day: only the window counts
  };
  Axis(std::optional<std::int64_t> limit,
       std::optional<std::int64_t> burst,
       Duration period,
       Pacing pacing,
       const Limits& limits,
       Instant now);

  [[nodiscard]] bool known() const { return source_ != Source::none; }
  [[nodiscard]] Source source() const { return source_; }
  [[nodiscard]] std::int64_t limit() const { return limit_; }

  [[nodiscard]] Instant ready_at(std::int64_t cost, Instant now);
  AxisMark take(std::int64_t cost, Instant now);
  void on_returned(std::int64_t taken) {
    in_flight_ -= taken;
  }  // answered or lost; before all else
  void give_back(std::int64_t cost, Instant taken_at, Instant now);  // never sent
  // The request cost another amount than was taken. `read`: a reading of the same answer says the
  // level already.
  enum class Read : std::uint8_t { no, yes };
  void settle(std::int64_t taken, std::int64_t actual, Read read, Instant taken_at, Instant now);

  // The provider states the axis. `sent_at` and `mark` are those of the request answered.
  // Returns whether the reading gave a level.
  Read on_reading(const LimitReading& reading, const AxisMark& mark, Instant sent_at, Instant now);
  // A request was refused though this axis had let it go.
  enum class Refusal : std::uint8_t {
    stated,    // the answer says that nothing remains: requests overtook each other more than
               // thought, so more is kept in hand
    surprise,  // it does not: no bursts for a while, whatever the headers say
  };
  void on_refused(Refusal refusal, Instant now);

  // Sent by a former process, `age` ago.
  void restore(std::int64_t cost, Instant at, Instant now);
  // Whole units that could go at once.
  [[nodiscard]] std::int64_t room(Instant now);

 private:
  void learn_limit(std::int64_t limit, Instant now);
  void watch_refill(std::int64_t remaining, const AxisMark& mark, Instant sent_at);
  [[nodiscard]] bool is_bucket() const { return burst_ > 0 || refill_.is_even(); }
  [[nodiscard]] Bucket::Capacity capacity() const;
  [[nodiscard]] Duration margin() const;

  Pacing pacing_;
  Duration period_;
  Duration jitter_;
  std::optional<std::int64_t> configured_limit_;
  std::int64_t burst_ = 0;  // as configured
  Source source_ = Source::none;
  std::int64_t limit_ = 1;
  Bucket bucket_;
  WindowLog log_;
  std::int64_t taken_ = 0;

  // From readings.
  std::int64_t read_taken_ = -1;  // mark of the newest reading
  std::int64_t remaining_max_ = 0;
  Refill refill_;
  std::int64_t in_flight_ = 0;  // part of taken
  std::int64_t settled_ = 0;    // all that answers cost above what was taken for them
  Instant trust_at_;            // no upward reading is believed before
  Duration distrust_;           // how long, next time
};

}  // namespace assay::pace
