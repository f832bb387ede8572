#pragma once

#include "assay/failure.hpp"
#include "assay/time.hpp"
#include "core/rng.hpp"
#include "pace/limits.hpp"
#include "pace/window_log.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace assay::pace {

// Whether such a failure may be the endpoint's and not the item's: connection, tls, timeout,
// server_error, overloaded. Only these count for the breaker.
[[nodiscard]] bool is_of_endpoint(FailureClass cls);

// Tells an endpoint that is down from rows that fail, so that an outage burns no rows and meets no
// storm.
//
// closed:     all may go. Opens when half of at least 20 answers within 10 s failed, half of about
//             the last 100, or 5 connects or TLS handshakes in a row; but not while most of what
//             was sent just before the failed one is still being worked on, since a refusal comes
//             back long before an answer does. A connection that breaks under many requests
//             counts once, unless breaks take more than twice what is answered.
// open:       one probe every 2 s.
// recovering: after a probe's success the former concurrency comes back: an eighth of it at once,
//             then four more for each success; half failed of at least 5 opens it again.
class Breaker {
 public:
  enum class State : std::uint8_t { closed, open, recovering };

  Breaker(const Limits& limits, Instant now);

  // When one more request may go: `now` when at once; nothing when only an answer can help.
  [[nodiscard]] std::optional<Instant> ready_at(Instant now) const;

  // A request that was sent, and in which state. Answers to requests of a former state say nothing
  // new: those that hang in a dead endpoint neither close the breaker nor hold up the recovery.
  struct Ticket {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;  // in this epoch
  };
  // One goes, as number `in_flight` at the endpoint.
  Ticket on_send(std::int64_t in_flight, Instant now, Rng& rng);
  // Whether the break of a connection was told of before, by another request under it.
  enum class Told : std::uint8_t { first, before };
  // Each Ticket goes back by one of these three.
  void on_success(const Ticket& ticket, Instant now);
  // Returns whether the failure is the endpoint's outage (it is open, or opened by this): then it
  // says nothing about the row.
  bool on_failure(FailureClass cls, const Ticket& ticket, Instant now, Told told = Told::first);
  void on_neither(const Ticket& ticket);  // refused, stale, never sent

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::int64_t in_flight() const { return in_flight_; }  // since the state changed
  [[nodiscard]] bool unavailable(Instant now) const;
  // How often it opened.
  [[nodiscard]] std::uint64_t outages() const { return outages_; }

 private:
  void change(State state, Instant now);
  void open(Instant now);
  void returned(const Ticket& ticket);
  [[nodiscard]] bool too_many_failed(Instant now);
  [[nodiscard]] bool others_are_pending(const Ticket& ticket) const;

  Limits limits_;
  State state_ = State::closed;
  WindowLog succeeded_;
  WindowLog failed_;           // those that count
  WindowLog lost_;             // all
  double failing_lately_ = 0;  // share among about the last hundred answers
  std::uint64_t outages_ = 0;
  int connects_failed_ = 0;     // in a row
  std::int64_t former_ = 0;     // in flight when it opened
  std::int64_t allowed_ = 0;    // in flight of this epoch, while recovering
  std::int64_t in_flight_ = 0;  // of this epoch
  std::int64_t peak_ = 0;       // in flight at the endpoint since it closed
  std::uint64_t epoch_ = 0;
  std::uint64_t sent_ = 0;  // of this epoch
  // Which of the last requests sent failed; number n stands at n modulo the size. More than are
  // ever in flight.
  static constexpr std::size_t recent = 16'384;
  std::bitset<recent> failed_recently_;
  Instant open_since_;  // of the whole outage, failed recoveries included
  Instant probe_at_;
};

}  // namespace assay::pace
