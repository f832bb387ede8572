#include "provider.hpp"

#include "support/builders.hpp"

#include <algorithm>
#include <utility>

namespace assay::sim {

Provider::Provider(Clockwork& clock, ProviderTerms terms, std::optional<Price> price, Rng rng)
    : clock_(clock), terms_(std::move(terms)), price_(price), rng_(rng) {
  if (terms_.requests_per_minute) {
    requests_.emplace(terms_.kind, *terms_.requests_per_minute, terms_.requests_burst, clock.now());
  }
  if (terms_.tokens_per_minute) {
    tokens_.emplace(terms_.kind, *terms_.tokens_per_minute, terms_.tokens_burst, clock.now());
  }
  for (const ProviderTerms::Change& change : terms_.changes) {
    clock_.at(change.at, [this, factor = change.factor] {
      if (requests_) requests_->change(requests_->per_minute() * factor, clock_.now());
      if (tokens_) tokens_->change(tokens_->per_minute() * factor, clock_.now());
      if (!terms_.concurrency) return;
      const auto scaled = static_cast<double>(*terms_.concurrency) * factor;
      terms_.concurrency = std::max<std::int64_t>(static_cast<std::int64_t>(scaled), 1);
    });
  }
}

Duration Provider::drawn(Duration min, Duration spread) {
  const auto drawn_ns = static_cast<double>(spread.count()) * rng_.uniform();
  return min + Duration(static_cast<std::int64_t>(drawn_ns));
}

void Provider::take(const Asked& asked, Done done) {
  clock_.after(drawn(terms_.way_min, terms_.way_spread),
               [this, asked, done = std::move(done)]() mutable { arrive(asked, std::move(done)); });
}

bool Provider::is_down(ProviderTerms::Down& how) const {
  for (const ProviderTerms::Outage& outage : terms_.outages) {
    if (clock_.now() < outage.from || clock_.now() >= outage.until) continue;
    how = outage.how;
    return true;
  }
  return false;
}

void Provider::send_back(pace::Reply reply, const Done& done) {
  clock_.after(drawn(terms_.way_min, terms_.way_spread),
               [done, reply = std::move(reply)]() mutable { done(std::move(reply)); });
}

pace::Reply Provider::failure(int status, FailureClass cls, bool possibly_billed) {
  pace::Reply reply;
  reply.observation = status == 0 ? Observation{} : observe(status);
  reply.result = make_failure(cls, "simulated");
  reply.possibly_billed = possibly_billed;
  return reply;
}

Observation Provider::observe(int status) {
  Observation seen;
  seen.status = status;
  if (terms_.headers == ProviderTerms::Headers::none) return seen;
  const auto read = [this](std::optional<Limiter>& limiter, LimitReading& reading) {
    if (!limiter) return;
    const bool generous = terms_.headers == ProviderTerms::Headers::generous;
    const double left = generous ? limiter->per_minute() : limiter->remaining(clock_.now());
    reading.limit = static_cast<std::int64_t>(limiter->per_minute());
    reading.remaining = std::max<std::int64_t>(static_cast<std::int64_t>(left), 0);
    reading.reset_after = limiter->reset(clock_.now());
  };
  read(requests_, seen.requests);
  read(tokens_, seen.tokens);
  return seen;
}

pace::Reply Provider::refusal(const Asked& asked) {
  ++counts_.refused;
  pace::Reply reply = failure(429, FailureClass::rate_limited, false);
  if (!terms_.retry_after) return reply;
  Duration wait{};
  if (requests_) wait = std::max(wait, requests_->wait(1, clock_.now()));
  const auto tokens = static_cast<double>(asked.input + asked.output);
  if (tokens_) wait = std::max(wait, tokens_->wait(tokens, clock_.now()));
  if (wait > Duration{}) reply.observation.retry_after = wait;
  return reply;
}

void Provider::bill(const Asked& asked, bool tokens) {
  pace::Amount amount{{}, {}, 1};
  if (tokens) {
    amount.tokens = {asked.input + asked.output};
    if (price_) amount.usd = cost_of(*price_, {asked.input}, {asked.output});
  }
  bill_ += amount;
  bills_[asked.policy] += amount;
  if (on_bill_) on_bill_();
}

void Provider::count_arrival() {
  ++counts_.arrived;
  arrivals_.push_back(clock_.now());
  while (arrivals_.front() + std::chrono::minutes(1) <= clock_.now()) arrivals_.pop_front();
  counts_.minute_max = std::max(counts_.minute_max, arrivals_.size());
}

void Provider::arrive(const Asked& asked, Done done) {
  ProviderTerms::Down how{};
  if (is_down(how)) {
    ++counts_.arrived_down;
    if (how == ProviderTerms::Down::refuses) {
      return send_back(failure(0, FailureClass::connection, false), done);
    }
    if (how == ProviderTerms::Down::silent) {
      clock_.after(std::chrono::seconds(5),
                   [this, done] { done(failure(0, FailureClass::timeout, true)); });
      return bill(asked, false);
    }
    bill(asked, false);
    return send_back(how == ProviderTerms::Down::overloaded
                         ? failure(503, FailureClass::overloaded, false)
                         : failure(500, FailureClass::server_error, false),
                     done);
  }
  if (draws(terms_.stale)) {
    pace::Reply reply = failure(0, FailureClass::connection, draws(0.5));
    if (reply.possibly_billed) bill(asked, true);
    reply.stale_connection = true;
    return send_back(std::move(reply), done);
  }
  count_arrival();
  const bool refused = draws(terms_.refused_by_chance);
  if (refused || draws(terms_.overloaded_by_chance)) {
    ++counts_.by_chance;
    bill(asked, false);
    pace::Reply reply = refused ? failure(429, FailureClass::rate_limited, false)
                                : failure(503, FailureClass::overloaded, false);
    reply.observation.retry_after = terms_.hint_by_chance;
    return send_back(std::move(reply), done);
  }
  const auto tokens = static_cast<double>(asked.input + asked.output);
  const Instant now = clock_.now();
  const bool fits = (!requests_ || requests_->admits(1, now)) &&
                    (!tokens_ || tokens_->admits(tokens, now)) &&
                    (!terms_.concurrency || in_flight() < *terms_.concurrency);
  if (!fits) {
    bill(asked, false);
    return send_back(refusal(asked), done);
  }
  if (requests_) requests_->take(1, now);
  if (tokens_) tokens_->take(tokens, now);
  const std::uint64_t number = ++counts_.admitted;
  working_.emplace(number, Working{asked, std::move(done)});
  counts_.in_flight_max = std::max(counts_.in_flight_max, in_flight());
  const Duration latency = drawn(terms_.latency_min, terms_.latency_spread);
  busy_seconds_ += std::chrono::duration<double>(latency).count();
  clock_.after(latency, [this, number, seen = observe(200)] {
    work(number, terms_.stated_late ? observe(200) : seen);
  });
}

void Provider::work(std::uint64_t number, const Observation& seen) {
  if (!working_.contains(number)) return;  // it was on a connection that broke
  if (draws(terms_.breaks)) return break_connection();
  const Working ended = std::move(working_.extract(number).mapped());
  answer(ended.asked, seen, ended.done);
}

// The client is told of all in one turn, of one as of the first.
void Provider::break_connection() {
  std::vector<Working> broken;
  for (auto& [number, request] : std::exchange(working_, {})) {
    bill(request.asked, true);
    broken.push_back(std::move(request));
  }
  clock_.after(drawn(terms_.way_min, terms_.way_spread), [this, broken = std::move(broken)] {
    pace::Reply reply = failure(0, FailureClass::connection, true);
    for (const Working& request : broken) {
      request.done(reply);
      reply.same_break = true;
    }
  });
}

void Provider::answer(const Asked& asked, const Observation& seen, const Done& done) {
  if (draws(terms_.server_error)) {
    bill(asked, false);
    return send_back(failure(500, FailureClass::server_error, false), done);
  }
  if (draws(terms_.overloaded)) {
    bill(asked, false);
    return send_back(failure(503, FailureClass::overloaded, false), done);
  }
  bill(asked, true);
  if (draws(terms_.lost_billed)) {
    return send_back(failure(0, FailureClass::timeout, true), done);
  }
  if (draws(terms_.malformed)) {
    return send_back(failure(200, FailureClass::malformed_response, true), done);
  }
  pace::Reply reply;
  reply.observation = seen;
  reply.usage = {TokenCount{asked.input}, TokenCount{asked.output}};
  if (draws(terms_.usage_absent)) reply.usage = {};
  if (draws(terms_.usage_zero)) reply.usage = {TokenCount{0}, TokenCount{0}};
  if (draws(terms_.usage_negative)) reply.usage = {TokenCount{-7}, TokenCount{-1}};
  if (draws(terms_.usage_above)) reply.usage.input = TokenCount{asked.input + 1'000'000};
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < asked.items; ++i) {
    if (draws(terms_.mismatch)) {
      outcomes.emplace_back(make_failure(FailureClass::echo_mismatch, "simulated"));
    } else {
      const double noise = terms_.noise > 0 ? terms_.noise * (2 * rng_.uniform() - 1) : 0;
      outcomes.emplace_back(test::proved_score(-1.0 - terms_.other_weights + noise));
    }
  }
  reply.result = std::move(outcomes);
  send_back(std::move(reply), done);
}

}  // namespace assay::sim
