#include "assay/ensure.hpp"
#include "pace/breaker.hpp"
#include "pace/dispatcher.hpp"
#include "pace/next_step.hpp"
#include "pace/settlement.hpp"

#include <functional>
#include <utility>

namespace assay::pace {

void Dispatcher::on_reply(RequestId request, Reply reply, Instant now) {
  now = move_to(now);
  const auto place = static_cast<std::uint32_t>(static_cast<std::uint64_t>(request));
  const auto generation = static_cast<std::uint32_t>(static_cast<std::uint64_t>(request) >> 32);
  ensure(
      flights_.holds(place) && flights_[place].active && flights_[place].generation == generation,
      "a reply belongs to a request in flight");
  Flight& flight = flights_[place];
  const auto* failure = std::get_if<Failure>(&reply.result);
  const auto failed_as = failure ? std::optional(failure->cls) : std::nullopt;
  if (failed_as == FailureClass::rate_limited) ++counters_.refused;

  settle(flight, reply);
  const std::size_t endpoint = index_of(flight.endpoint);
  const Pacer::Feedback feedback{.observation = reply.observation,
                                 .usage = reply.usage,
                                 .bound = flight.bound,
                                 .failure = failed_as,
                                 .stale_connection = reply.stale_connection,
                                 .same_break = reply.same_break};
  const Pacer::Judgement judgement =
      terms_.endpoints[endpoint]->on_reply(known_[endpoint].member, flight.permit, feedback, now);
  if (flight.purpose == Purpose::comparison) {
    hear_comparison(flight, reply, judgement.outage);
  } else {
    hear(flight, reply, judgement.outage, now);
  }
  if (judgement.outage) see_outage(flight.endpoint, now);
  flight.active = false;
  flights_.remove(place);
}

// Money first: whatever becomes of the items, the reservation ends here.
//
// Settled on the reply and not on the sync of its record: a lease mark covers all that was
// committed at any instant, so a crash between the two forgets nothing.
void Dispatcher::settle(const Flight& flight, const Reply& reply) {
  std::optional<Price> price;
  for (const Offering& offering : terms_.policies[index_of(flight.policy)].offerings) {
    if (offering.endpoint == flight.endpoint) price = offering.price;
  }
  const Settlement settlement = settlement_of(reply, price, flight.bound);
  Amount charged;
  Amount unknown;
  switch (settlement.kind) {
    case Settlement::Kind::known:
      charged = settlement.cost;
      ledger_.settle(flight.policy, flight.reserved, charged);
      break;
    case Settlement::Kind::unknown:
      unknown = flight.reserved;
      ledger_.keep_unknown(flight.policy, flight.reserved);
      break;
    case Settlement::Kind::refused:
      charged.requests = flight.reserved.requests;
      ledger_.release(flight.policy, flight.reserved, Ledger::Sent::refused);
      break;
    case Settlement::Kind::never:
      ledger_.release(flight.policy, flight.reserved, Ledger::Sent::never);
      break;
  }
  for (std::uint32_t i = 0; i < reply.replays; ++i) {
    ledger_.add_unknown(flight.policy, flight.reserved);
    unknown += flight.reserved;
  }
  if (settlement.above_bound) {
    terms_.endpoints[index_of(flight.endpoint)]->shut(
        {Shut::Cause::usage_above_bound,
         std::nullopt,
         "the provider billed more tokens than the request can hold"});
  }
  share_cost(flight, charged, unknown);
}

// Each item bears its share by bound; what rounding leaves goes to the first.
void Dispatcher::share_cost(const Flight& flight, const Amount& charged, const Amount& unknown) {
  const std::int64_t weights =
      std::max<std::int64_t>((flight.bound.input + flight.bound.output).value, 1);
  Amount charged_left = charged;
  Amount unknown_left = unknown;
  for (std::size_t i = flight.items.size(); i-- > 1;) {
    Item& item = items_[flight.items[i]];
    const std::int64_t weight = (item.work.bound.input + item.work.bound.output).value;
    const Amount charged_part = share_of(charged, weight, weights);
    const Amount unknown_part = share_of(unknown, weight, weights);
    item.charged += charged_part;
    item.unknown += unknown_part;
    charged_left -= charged_part;
    unknown_left -= unknown_part;
  }
  items_[flight.items.front()].charged += charged_left;
  items_[flight.items.front()].unknown += unknown_left;
}

void Dispatcher::hear(const Flight& flight, Reply& reply, bool outage, Instant now) {
  if (reply.stale_connection) {
    std::deque<ItemIndex>& queue = lanes_[index_of(flight.policy)].fresh;
    for (std::size_t i = flight.items.size(); i-- > 0;) queue.push_front(flight.items[i]);
    return;
  }
  if (const auto* failure = std::get_if<Failure>(&reply.result)) {
    for (const ItemIndex index : flight.items) {
      on_failed(index, flight, reply, *failure, outage, now);
    }
    return;
  }
  if (const auto* unfinished = std::get_if<Unfinished>(&reply.result)) {
    for (const ItemIndex index : flight.items) go_on(index, *unfinished);
    return;
  }
  auto& outcomes = std::get<std::vector<Outcome>>(reply.result);
  ensure(outcomes.size() == flight.items.size(), "an answer has one outcome for each item");
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const Failure* failure = outcomes[i].failure()) {
      on_failed(flight.items[i], flight, reply, *failure, outage, now);
    } else {
      record(flight.items[i], flight.endpoint, std::move(outcomes[i]));
    }
  }
}

// At the head of the queue, as if it had not been sent.
void Dispatcher::go_on(ItemIndex index, const Unfinished& unfinished) {
  Item& item = items_[index];
  item.work.bound = unfinished.next;
  --item.sends;
  item.attempts = 0;
  item.distrusted = 0;
  lanes_[index_of(item.work.policy)].fresh.push_front(index);
}

void Dispatcher::on_failed(ItemIndex index,
                           const Flight& flight,
                           const Reply& reply,
                           const Failure& failure,
                           bool outage,
                           Instant now) {
  using Kind = NextStep::Kind;
  Item& item = items_[index];
  const Attempt attempt{.cls = failure.cls,
                        .hint = reply.observation.retry_after,
                        .retry_forbidden = reply.observation.retry_forbidden,
                        .outage = outage,
                        .same_break = reply.same_break,
                        .items = flight.items.size()};
  const NextStep step = step_after(item, attempt, terms_.limits, rng_);
  if (step.kind == Kind::final) {
    record(index, flight.endpoint, failure);
    return;
  }
  item.failed_at = now;
  if (!item.first_failure) item.first_failure = failure;
  item.last_failure = failure;
  if (step.kind == Kind::later) return park(index, step.delay, now);
  Lane& lane = lanes_[index_of(item.work.policy)];
  item.alone = item.alone || step.kind == Kind::alone;
  if (step.kind == Kind::at_end) {
    lane.fresh.push_back(index);
  } else {
    lane.fresh.push_front(index);
  }
  if (step.kind != Kind::shut && step.kind != Kind::shut_run) return;
  terms_.endpoints[index_of(flight.endpoint)]->shut(
      {Shut::Cause::refused, failure.cls, failure.reason});
  see_shut(flight.endpoint);
}

void Dispatcher::park(ItemIndex index, Duration delay, Instant now) {
  const Item& item = items_[index];
  Lane& lane = lanes_[index_of(item.work.policy)];
  if (lane.halted) return lane.again.push_back(index);  // to be dropped
  const Instant deadline = item.first_sent + terms_.limits.row_deadline;
  waiting_.push_back({delay < deadline - now ? now + delay : deadline, index});
  std::ranges::push_heap(waiting_, std::greater{});
}

// An outage began. What failed just before it was found out failed by it: those items go to the
// head of the queue with their attempt given back, as those do that fail during the outage. Were
// they retries, the retry budget would hold them back long after the endpoint returned.
void Dispatcher::see_outage(EndpointId endpoint, Instant now) {
  const std::uint64_t outages = terms_.endpoints[index_of(endpoint)]->outages();
  if (std::exchange(known_[index_of(endpoint)].outages, outages) == outages) return;
  const auto is_of_outage = [&](const Waiting& waiting) {
    const Item& item = items_[waiting.item];
    return item.endpoint == endpoint && now - item.failed_at <= terms_.limits.breaker_span &&
           is_of_endpoint(item.last_failure->cls);
  };
  const auto forgiven = std::ranges::partition(waiting_, std::not_fn(is_of_outage));
  for (const Waiting& waiting : forgiven) {
    Item& item = items_[waiting.item];
    if (std::exchange(item.last_counts, false)) --item.attempts;
    lanes_[index_of(item.work.policy)].fresh.push_front(waiting.item);
  }
  waiting_.erase(forgiven.begin(), forgiven.end());
  std::ranges::make_heap(waiting_, std::greater{});
}

void Dispatcher::record(ItemIndex index, EndpointId endpoint, Outcome outcome) {
  Item& item = items_[index];
  const PolicyId policy = item.work.policy;
  end_comparison(index, endpoint, outcome);
  ++(outcome.score() ? counters_.succeeded : counters_.failed);
  if (item.work.witness) {
    check_again(policy, endpoint, outcome);
  } else {
    watch_first_rows(policy, outcome);
  }
  records_.push_back({item.work.id,
                      policy,
                      endpoint,
                      std::move(outcome),
                      item.sends,
                      item.charged,
                      item.unknown,
                      item.first_failure,
                      item.last_failure});
  items_.remove(index);
}

void Dispatcher::watch_first_rows(PolicyId policy, const Outcome& outcome) {
  Lane& lane = lanes_[index_of(policy)];
  if (lane.proved) return;
  const Failure* failure = outcome.failure();
  const bool permanent = failure && remedy_of(failure->cls) != Remedy::retry;
  if (!permanent || (lane.first_class && *lane.first_class != failure->cls)) {
    lane.proved = true;
    return;
  }
  lane.first_class = failure->cls;
  if (++lane.first_failures < terms_.limits.first_failures_max) return;
  halt_policy(policy,
              {Halt::Scope::policy,
               Halt::Cause::same_failure,
               policy,
               std::nullopt,
               "the first " + std::to_string(lane.first_failures) +
                   " rows all failed in the same way: " + failure->reason,
               failure->cls});
}

}  // namespace assay::pace
