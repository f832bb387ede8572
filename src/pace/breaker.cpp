#include "pace/breaker.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

constexpr std::size_t bins = 20;  // half a second each
constexpr std::int64_t allowed_first = 16;
// Or a quarter of the former concurrency, and all of it a round trip later: a provider that answers
// within a second is used as before five seconds after its return, the wait for a probe included.
constexpr std::int64_t allowed_first_share = 4;
constexpr std::int64_t allowed_per_success = 8;
constexpr int recovering_answers_min = 5;
// At thousands of answers a second a share over the full span would take seconds to turn, and burn
// as many rows: the share among the last hundred or so turns at once. Random faults at 30 % come to
// half by six standard deviations only.
constexpr double lately = 0.01;
constexpr std::uint64_t neighbours = 32;

bool is_connect(FailureClass cls) {
  return cls == FailureClass::connection || cls == FailureClass::tls;
}

}  // namespace

bool is_of_endpoint(FailureClass cls) {
  return is_connect(cls) || cls == FailureClass::timeout || cls == FailureClass::server_error ||
         cls == FailureClass::overloaded;
}

Breaker::Breaker(const Limits& limits, Instant now)
    : limits_(limits),
      succeeded_(limits.breaker_span, bins, now),
      failed_(limits.breaker_span, bins, now),
      lost_(limits.breaker_span, bins, now),
      open_since_(now),
      probe_at_(now) {}

std::optional<Instant> Breaker::ready_at(Instant now) const {
  switch (state_) {
    case State::closed:
      return now;
    case State::open:
      return std::max(now, probe_at_);
    case State::recovering:
      if (in_flight_ < allowed_) return now;
      return std::nullopt;
  }
  return now;
}

Breaker::Ticket Breaker::on_send(std::int64_t in_flight, Instant now, Rng& rng) {
  ++in_flight_;
  if (state_ == State::closed) peak_ = std::max(peak_, in_flight);
  if (state_ == State::open) {
    const double factor = 1 + limits_.probe_jitter * (2 * rng.uniform() - 1);
    const auto wait = static_cast<double>(limits_.probe_interval.count()) * factor;
    probe_at_ = now + Duration(static_cast<std::int64_t>(wait));
  }
  ++sent_;
  failed_recently_.reset(sent_ % recent);
  return {epoch_, sent_};
}

void Breaker::change(State state, Instant now) {
  state_ = state;
  ++epoch_;
  in_flight_ = 0;
  connects_failed_ = 0;
  succeeded_ = WindowLog(limits_.breaker_span, bins, now);
  failed_ = succeeded_;
  lost_ = succeeded_;
  failing_lately_ = 0;
  sent_ = 0;
  failed_recently_.reset();
}

void Breaker::open(Instant now) {
  if (state_ == State::closed) {
    open_since_ = now;
    former_ = peak_;
  }
  change(State::open, now);
  ++outages_;
  probe_at_ = now + limits_.probe_interval;
}

void Breaker::returned(const Ticket& ticket) {
  if (ticket.epoch == epoch_) --in_flight_;
}

void Breaker::on_neither(const Ticket& ticket) {
  returned(ticket);
}

void Breaker::on_success(const Ticket& ticket, Instant now) {
  returned(ticket);
  if (ticket.epoch != epoch_) return;
  connects_failed_ = 0;
  succeeded_.add(1, now, now);
  failing_lately_ -= lately * failing_lately_;
  if (state_ == State::open) {
    change(State::recovering, now);
    allowed_ = std::max(allowed_first, former_ / allowed_first_share);
  } else if (state_ == State::recovering) {
    allowed_ += allowed_per_success;
    if (allowed_ < former_) return;
    change(State::closed, now);
    peak_ = former_;
  }
}

bool Breaker::too_many_failed(Instant now) {
  const auto failed = static_cast<double>(failed_.sum(now));
  const auto answers = failed + static_cast<double>(succeeded_.sum(now));
  const int answers_min =
      state_ == State::recovering ? recovering_answers_min : limits_.breaker_answers_min;
  const double share_max = limits_.breaker_failure_share;
  return (answers >= answers_min && failed >= share_max * answers) || failing_lately_ >= share_max;
}

// Of those sent just before it, which had more time to fail.
bool Breaker::others_are_pending(const Ticket& ticket) const {
  if (sent_ - ticket.number >= recent - neighbours) return false;
  std::uint64_t failed = 0;
  const std::uint64_t sent = std::min(ticket.number, neighbours);
  for (std::uint64_t i = 0; i < sent; ++i) {
    if (failed_recently_.test((ticket.number - i) % recent)) ++failed;
  }
  return static_cast<double>(failed) < limits_.breaker_failure_share * static_cast<double>(sent);
}

bool Breaker::on_failure(FailureClass cls, const Ticket& ticket, Instant now, Told told) {
  returned(ticket);
  if (!is_of_endpoint(cls)) return false;
  if (ticket.epoch != epoch_) return state_ != State::closed;
  if (state_ == State::open) return true;
  lost_.add(1, now, now);
  failed_recently_.set(ticket.number % recent);
  const bool few_are_lost = lost_.sum(now) <= limits_.breaker_lost_per_answer * succeeded_.sum(now);
  if (told == Told::before && few_are_lost) return false;
  failed_.add(1, now, now);
  failing_lately_ += lately * (1 - failing_lately_);
  connects_failed_ = is_connect(cls) ? connects_failed_ + 1 : 0;
  const bool many = too_many_failed(now) && !others_are_pending(ticket);
  if (!many && connects_failed_ < limits_.breaker_connects_max) return false;
  open(now);
  return true;
}

bool Breaker::unavailable(Instant now) const {
  return state_ == State::open && now - open_since_ >= limits_.unavailable_after;
}

}  // namespace assay::pace
