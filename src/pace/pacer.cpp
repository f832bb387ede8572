#include "pace/pacer.hpp"

#include <algorithm>
#include <utility>

namespace assay::pace {
namespace {

constexpr Duration minute = std::chrono::minutes(1);
constexpr Duration day = std::chrono::hours(24);

// With no limit known one request goes first, to see what the headers say.
constexpr std::int64_t concurrency_first = 1;
constexpr std::int64_t concurrency_after_probe = 8;
// A known rate needs rate x latency in flight; this long is assumed of an answer.
constexpr std::int64_t latency_guess_seconds = 1;

std::int64_t start_of(const EndpointTerms& terms) {
  const bool known = terms.requests_per_minute || terms.tokens_per_minute ||
                     terms.input_tokens_per_minute || terms.input_tokens_per_second;
  if (!known) return concurrency_first;
  return concurrency_after_probe;
}

Axis token_axis(std::optional<std::int64_t> limit,
                std::optional<std::int64_t> burst,
                const Limits& limits,
                Instant now) {
  return {limit, burst, minute, Axis::Pacing::even, limits, now};
}

constexpr std::array<Binding::Kind, token_axis_count> token_kinds{
    Binding::Kind::tokens_per_minute,
    Binding::Kind::input_tokens_per_minute,
    Binding::Kind::output_tokens_per_minute,
    Binding::Kind::input_tokens_per_second};

// What each axis counts of a request.
std::int64_t counted(std::size_t axis, const TokenCounts& counts) {
  constexpr std::array<std::size_t, token_axis_count> places{0, 1, 2, 1};
  return counts[places[axis]];
}

}  // namespace

Pacer::Pacer(const EndpointTerms& terms, const Limits& limits, Instant now, Rng rng)
    : limits_(limits),
      rng_(rng),
      now_(now),
      requests_(
          terms.requests_per_minute, terms.requests_burst, minute, Axis::Pacing::even, limits, now),
      requests_daily_(
          terms.requests_per_day, std::nullopt, day, Axis::Pacing::at_will, limits, now),
      tokens_{token_axis(terms.tokens_per_minute, terms.tokens_burst, limits, now),
              token_axis(terms.input_tokens_per_minute, terms.tokens_burst, limits, now),
              token_axis(std::nullopt, std::nullopt, limits, now),
              Axis(terms.input_tokens_per_second,
                   std::nullopt,
                   std::chrono::seconds(1),
                   Axis::Pacing::even,
                   limits,
                   now)},
      finder_(terms.concurrency, start_of(terms), limits),
      cooldown_(limits, now),
      breaker_(limits, now),
      retry_budget_(limits, now),
      held_at_(now) {
  expect_concurrency();
}

void Pacer::expect_concurrency() {
  if (requests_.known()) finder_.expect(requests_.limit() * latency_guess_seconds / 60);
  if (requests_.known() || std::ranges::any_of(tokens_, &Axis::known)) {
    finder_.expect(concurrency_after_probe);
  }
}

std::optional<Denial> Pacer::denial(const TokenCounts& tokens, Urgency urgency, Instant now) {
  using Kind = Binding::Kind;
  if (shut_) return Denial{{Kind::shut, 0, Source::none}, std::nullopt};
  const auto breaker_at = breaker_.ready_at(now);
  if (!breaker_at) return Denial{{Kind::outage, 0, Source::none}, std::nullopt};
  // Of all that only time can mend, the last to end binds.
  Denial last{{}, now};
  const auto hold = [&last](Instant at, Binding binding) {
    if (at > *last.not_before) last = Denial{binding, at};
  };
  hold(*breaker_at, {Kind::outage, 0, Source::none});
  hold(cooldown_.until(), {Kind::cooldown, 0, Source::none});
  hold(requests_.ready_at(1, now),
       {Kind::requests_per_minute, requests_.limit(), requests_.source()});
  hold(requests_daily_.ready_at(1, now),
       {Kind::requests_per_day, requests_daily_.limit(), requests_daily_.source()});
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    Axis& axis = tokens_[i];
    hold(axis.ready_at(counted(i, tokens), now), {token_kinds[i], axis.limit(), axis.source()});
  }
  if (urgency == Urgency::retry && last.not_before == now) {
    hold(retry_budget_.ready_at(now), {Kind::retry_budget, 0, Source::none});
  }
  if (*last.not_before > now) return last;
  // A probe of an outage does not stand in line behind what hangs in it, as long as the
  // configuration has room for it.
  const bool closed = breaker_.state() == Breaker::State::closed;
  const bool recovering = breaker_.state() == Breaker::State::recovering;
  if (in_flight_ >= (closed ? finder_.limit() : finder_.limit_max()) ||
      (recovering && breaker_.in_flight() >= finder_.limit())) {
    return Denial{{Kind::concurrency, finder_.limit(), finder_.source()}, std::nullopt};
  }
  return std::nullopt;
}

std::expected<Permit, Denial> Pacer::acquire(const TokenBound& bound,
                                             Urgency urgency,
                                             Instant now) {
  now = now_ = std::max(now, now_);
  if (breaker_.unavailable(now)) {
    shut({Shut::Cause::unavailable,
          std::nullopt,
          "the endpoint has not answered one probe for " +
              assay::to_text(limits_.unavailable_after)});
  }
  const TokenCounts tokens = estimate_.of(bound);
  if (auto denied = denial(tokens, urgency, now)) {
    held_by_ = denied->binding;
    held_at_ = now;
    return std::unexpected(*denied);
  }
  Permit permit;
  permit.sent_at = now;
  permit.seq = ++granted_;
  permit.tokens = tokens;
  permit.in_flight = ++in_flight_;
  permit.requests = requests_.take(1, now);
  requests_daily_.take(1, now);
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    permit.tokens_mark[i] = tokens_[i].take(counted(i, tokens), now);
  }
  permit.breaker = breaker_.on_send(in_flight_, now, rng_);
  if (urgency == Urgency::retry) permit.retry = retry_budget_.spend(now);
  return permit;
}

void Pacer::cancel(const Permit& permit, Instant now) {
  now = now_ = std::max(now, now_);
  --in_flight_;
  requests_.give_back(1, permit.sent_at, now);
  requests_daily_.give_back(1, permit.sent_at, now);
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    tokens_[i].give_back(counted(i, permit.tokens), permit.sent_at, now);
  }
  breaker_.on_neither(permit.breaker);
  if (permit.retry) retry_budget_.give_back(*permit.retry, now);
}

Pacer::Judgement Pacer::on_reply(const Permit& permit, const Feedback& feedback, Instant now) {
  now = now_ = std::max(now, now_);
  --in_flight_;
  requests_.on_returned(1);
  for (std::size_t i = 0; i < tokens_.size(); ++i)
    tokens_[i].on_returned(counted(i, permit.tokens));
  if (feedback.stale_connection) {
    breaker_.on_neither(permit.breaker);
    return {};
  }
  if (feedback.observation.status != 0) read_limits(permit, feedback, now);
  if (feedback.failure == FailureClass::rate_limited) {
    breaker_.on_neither(permit.breaker);
    on_refused(permit, feedback, now);
    return {};
  }
  if (feedback.failure && remedy_of(*feedback.failure) == Remedy::retry) {
    const bool by_chance =
        *feedback.failure == FailureClass::overloaded && on_overloaded(permit, now);
    if (feedback.observation.retry_after && !by_chance) {
      cooldown_.on_refused(permit.sent_at, feedback.observation.retry_after, now, rng_);
    }
    const auto told = feedback.same_break ? Breaker::Told::before : Breaker::Told::first;
    return {on_failed(*feedback.failure, told, permit, now)};
  }
  on_answer(permit, feedback, now);
  return {};
}

// Whether chance explains it.
bool Pacer::on_overloaded(const Permit& permit, Instant now) {
  if (breaker_.state() == Breaker::State::open) return false;
  if (!finder_before_ || now - finder_kept_at_ >= limits_.breaker_span) {
    finder_before_ = finder_;
    finder_kept_at_ = now;
  }
  return finder_.on_refused(permit.in_flight, permit.seq, granted_) ==
         ConcurrencyFinder::Refusal::chance;
}

// Whether it is the endpoint's outage. One that began just now refused everybody: that says nothing
// about how many it takes at once when it is well.
bool Pacer::on_failed(FailureClass cls, Breaker::Told told, const Permit& permit, Instant now) {
  const bool was_closed = breaker_.state() == Breaker::State::closed;
  const bool outage = breaker_.on_failure(cls, permit.breaker, now, told);
  const bool began = was_closed && breaker_.state() == Breaker::State::open;
  if (began && finder_before_) finder_ = *finder_before_;
  return outage;
}

// The endpoint is alive and took the request, whatever it says about the items.
void Pacer::on_answer(const Permit& permit, const Feedback& feedback, Instant now) {
  if (feedback.observation.status == 0) {
    breaker_.on_neither(permit.breaker);
    return;
  }
  breaker_.on_success(permit.breaker, now);
  cooldown_.on_success(permit.sent_at);
  finder_.on_success(permit.in_flight, permit.seq);
  if (finder_.limit() < concurrency_after_probe) finder_.expect(concurrency_after_probe);
  if (!feedback.failure) {
    retry_budget_.on_success(now);
    estimate_.learn(feedback.bound, feedback.usage);
  }
}

void Pacer::read_limits(const Permit& permit, const Feedback& feedback, Instant now) {
  const Observation& seen = feedback.observation;
  requests_.on_reading(seen.requests, permit.requests, permit.sent_at, now);
  settle_tokens(permit, feedback, now);
  expect_concurrency();
}

void Pacer::settle_tokens(const Permit& permit, const Feedback& feedback, Instant now) {
  const Observation& seen = feedback.observation;
  const LimitReading unstated;
  const std::array<const LimitReading*, token_axis_count> readings{
      &seen.tokens, &seen.input_tokens, &seen.output_tokens, &unstated};
  const bool refused = feedback.failure == FailureClass::rate_limited;
  const auto used =
      refused ? std::optional(TokenCounts{}) : token_counts(feedback.usage, feedback.bound);
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    Axis& axis = tokens_[i];
    const auto read = axis.on_reading(*readings[i], permit.tokens_mark[i], permit.sent_at, now);
    if (used) axis.settle(counted(i, permit.tokens), counted(i, *used), read, permit.sent_at, now);
  }
}

void Pacer::on_refused(const Permit& permit, const Feedback& feedback, Instant now) {
  const Observation& seen = feedback.observation;
  const auto exhausted = [](const LimitReading& reading, std::int64_t cost) {
    return reading.remaining && *reading.remaining < cost;
  };
  const bool of_requests = exhausted(seen.requests, 1);
  const std::array<bool, 3> of_axis{exhausted(seen.tokens, permit.tokens[0]),
                                    exhausted(seen.input_tokens, permit.tokens[1]),
                                    exhausted(seen.output_tokens, permit.tokens[2])};
  const bool of_tokens = of_axis[0] || of_axis[1] || of_axis[2];
  if (of_requests) requests_.on_refused(Axis::Refusal::stated, now);
  for (std::size_t i = 0; i < of_axis.size(); ++i) {
    if (of_axis[i]) tokens_[i].on_refused(Axis::Refusal::stated, now);
  }
  auto refusal = ConcurrencyFinder::Refusal::overload;
  if (!of_requests && !of_tokens) refusal = on_unstated(permit, now);
  // What chance explains holds the row back that was refused, and nobody else.
  const bool pause = refusal == ConcurrencyFinder::Refusal::overload ||
                     (seen.retry_after && refusal != ConcurrencyFinder::Refusal::chance);
  if (pause) cooldown_.on_refused(permit.sent_at, seen.retry_after, now, rng_);
}

// Neither axis is used up: too many at once, a limit that nobody states, or chance.
ConcurrencyFinder::Refusal Pacer::on_unstated(const Permit& permit, Instant now) {
  const auto refusal = finder_.on_refused(permit.in_flight, permit.seq, granted_);
  if (refusal == ConcurrencyFinder::Refusal::limit ||
      refusal == ConcurrencyFinder::Refusal::overload) {
    requests_.on_refused(Axis::Refusal::surprise, now);
    for (Axis& axis : tokens_) axis.on_refused(Axis::Refusal::surprise, now);
  }
  return refusal;
}

void Pacer::shut(Shut why) {
  if (!shut_) shut_ = std::move(why);
}

Binding Pacer::binding(Instant now) const {
  if (shut_) return {Binding::Kind::shut, 0, Source::none};
  if (cooldown_.active(now)) return {Binding::Kind::cooldown, 0, Source::none};
  if (breaker_.state() != Breaker::State::closed) return {Binding::Kind::outage, 0, Source::none};
  // Between two requests nothing holds: what did a moment ago still binds.
  return now - held_at_ <= std::chrono::seconds(1) ? held_by_ : Binding{};
}

void Pacer::restore(std::span<const PastSend> sends, Instant now) {
  for (const PastSend& send : sends) {
    const Instant at = now - send.age;
    if (send.age < minute) {
      requests_.restore(send.requests, at, now);
      tokens_[0].restore(send.tokens, at, now);
      tokens_[1].restore(send.tokens, at, now);  // nearly all of them are input
    }
    requests_daily_.restore(send.requests, at, now);
  }
}

Pacer::InForce Pacer::in_force() const {
  const auto limit_of = [](const Axis& axis) { return axis.known() ? axis.limit() : 0; };
  InForce limits{finder_.limit(), limit_of(requests_), {}};
  for (std::size_t i = 0; i < tokens_.size(); ++i) limits.tokens[i] = limit_of(tokens_[i]);
  return limits;
}

std::int64_t Pacer::room(Instant now) {
  if (shut_ || cooldown_.active(now) || breaker_.state() == Breaker::State::open) return 0;
  const std::int64_t concurrency = finder_.limit() - in_flight_;
  return std::max<std::int64_t>(
      std::min({concurrency, requests_.room(now), requests_daily_.room(now)}), 0);
}

}  // namespace assay::pace
