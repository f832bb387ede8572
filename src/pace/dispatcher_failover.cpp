#include "pace/dispatcher.hpp"

#include <algorithm>
#include <utility>

namespace assay::pace {

// Those that may give an outcome now, in the order to be tried: the first named, and whoever passed
// its cross-check.
std::vector<const Offering*> Dispatcher::usable(PolicyId policy, Instant now) const {
  const std::vector<Offering>& offerings = terms_.policies[index_of(policy)].offerings;
  struct Choice {
    const Offering* offering;
    std::int64_t room;
    Pacer::InForce limits;
  };
  std::vector<Choice> choices;
  for (const Offering& offering : offerings) {
    const std::size_t endpoint = index_of(offering.endpoint);
    if (known_[endpoint].shut) continue;
    SharedPacer& pacer = *terms_.endpoints[endpoint];
    const bool first = &offering == &offerings.front();
    if (!first && pacer.standing(policy) != CrossCheck::Verdict::equal) continue;
    choices.push_back({&offering, pacer.room(now), pacer.in_force()});
  }
  const bool alike = std::ranges::all_of(
      choices, [&](const Choice& each) { return each.limits == choices.front().limits; });
  if (!alike) std::ranges::stable_sort(choices, std::greater{}, &Choice::room);
  std::vector<const Offering*> usable;
  for (const Choice& choice : choices) usable.push_back(choice.offering);
  return usable;
}

std::optional<Action> Dispatcher::try_comparison(PolicyId policy, Instant now) {
  const std::vector<Offering>& offerings = terms_.policies[index_of(policy)].offerings;
  if (offerings.size() < 2) return std::nullopt;
  Lane& lane = lanes_[index_of(policy)];
  if (auto action = go_on_comparing(policy, now)) return action;
  if (lane.comparing_over) return std::nullopt;
  for (std::size_t i = 1; i < offerings.size(); ++i) {
    const bool reference_shut = known_[index_of(offerings.front().endpoint)].shut;
    if (reference_shut || lane.halted || draining_ || lane.waits_for_ledger) return std::nullopt;
    if (auto action = begin_comparing(policy, offerings[i], now)) return action;
  }
  return std::nullopt;
}

// The next measurement of an item that was begun. Who waits too long for it is sent for good.
std::optional<Action> Dispatcher::go_on_comparing(PolicyId policy, Instant now) {
  const std::vector<Offering>& offerings = terms_.policies[index_of(policy)].offerings;
  Lane& lane = lanes_[index_of(policy)];
  for (std::size_t n = lane.compared.size(); n > 0 && !lane.waits_for_ledger; --n) {
    const ItemIndex index = lane.compared.front();
    const Comparison& comparison = *items_[index].comparison;
    const EndpointId next =
        comparison.at_stand_in() ? comparison.stand_in : offerings.front().endpoint;
    const bool late = now - comparison.begun >= terms_.limits.comparison_max;
    if (known_[index_of(next)].shut || late || lane.comparing_over) {
      lane.compared.pop_front();
      give_comparison_up(items_[index]);
      lane.fresh.push_front(index);
      continue;
    }
    const auto offering = std::ranges::find(offerings, next, &Offering::endpoint);
    const Request request{policy, *offering, lane.compared, 1, Urgency::fresh, Purpose::comparison};
    if (auto action = try_request(request, now)) return action;
    if (lane.halted || draining_ || lane.waits_for_ledger) return std::nullopt;
    std::ranges::rotate(lane.compared, lane.compared.begin() + 1);
  }
  return std::nullopt;
}

// The first measurement of an item: the head of the queue, if it was never sent and is an item like
// the others.
std::optional<Action> Dispatcher::begin_comparing(PolicyId policy,
                                                  const Offering& stand_in,
                                                  Instant now) {
  Lane& lane = lanes_[index_of(policy)];
  SharedPacer& pacer = *terms_.endpoints[index_of(stand_in.endpoint)];
  if (known_[index_of(stand_in.endpoint)].shut || lane.fresh.empty()) return std::nullopt;
  Item& item = items_[lane.fresh.front()];
  if (item.sends > 0 || item.alone || item.comparison) return std::nullopt;
  if (pacer.standing(policy) != CrossCheck::Verdict::open) return std::nullopt;
  const auto begun = pacer.begin_comparison(policy);
  if (!begun) return std::nullopt;
  const Request request{policy, stand_in, lane.fresh, 1, Urgency::fresh, Purpose::comparison};
  auto action = try_request(request, now);
  if (!action) {
    pacer.give_comparison_up(policy);
    return std::nullopt;
  }
  item.alone = true;
  item.comparison = std::make_unique<Comparison>(
      Comparison{stand_in.endpoint, static_cast<std::size_t>(begun->repeats), {}, now});
  return action;
}

void Dispatcher::hear_comparison(const Flight& flight, const Reply& reply, bool outage) {
  const ItemIndex index = flight.items.front();
  Item& item = items_[index];
  Comparison& comparison = *item.comparison;
  Lane& lane = lanes_[index_of(flight.policy)];
  if (reply.stale_connection) return lane.compared.push_front(index);
  const auto* outcomes = std::get_if<std::vector<Outcome>>(&reply.result);
  const Failure* failure =
      outcomes ? outcomes->front().failure() : &std::get<Failure>(reply.result);
  if (!failure) {
    const bool there = flight.endpoint == comparison.stand_in;
    const Score& score = *outcomes->front().score();
    (there ? comparison.pair.stand_in : comparison.pair.reference)
        .push_back({score.logprob.nats(), score.tokens.value});
    if (comparison.measured()) return lane.fresh.push_front(index);
    return lane.compared.push_back(index);
  }
  lane.fresh.push_front(index);
  SharedPacer& pacer = *terms_.endpoints[index_of(comparison.stand_in)];
  if (outage || reply.same_break || flight.endpoint != comparison.stand_in) {
    pacer.give_comparison_up(flight.policy);
  } else {
    say(flight.policy, comparison.stand_in, pacer.comparison_failed(flight.policy, *failure));
  }
  item.comparison.reset();
  const Remedy remedy = remedy_of(failure->cls);
  if (remedy != Remedy::stop_policy && remedy != Remedy::stop_run) return;
  terms_.endpoints[index_of(flight.endpoint)]->shut(
      {Shut::Cause::refused, failure->cls, failure->reason});
  see_shut(flight.endpoint);
}

// The item has its outcome, which is the reference's last measurement.
void Dispatcher::end_comparison(ItemIndex index, EndpointId endpoint, const Outcome& outcome) {
  Item& item = items_[index];
  if (!item.comparison) return;
  const PolicyId policy = item.work.policy;
  const EndpointId reference = terms_.policies[index_of(policy)].offerings.front().endpoint;
  const Score* score = outcome.score();
  if (!score || endpoint != reference) return give_comparison_up(item);
  Comparison& comparison = *item.comparison;
  comparison.pair.reference.push_back({score->logprob.nats(), score->tokens.value});
  SharedPacer& pacer = *terms_.endpoints[index_of(comparison.stand_in)];
  say(policy, comparison.stand_in, pacer.compare(policy, comparison.pair));
  item.comparison.reset();
}

void Dispatcher::give_comparison_up(Item& item) {
  if (!item.comparison) return;
  terms_.endpoints[index_of(item.comparison->stand_in)]->give_comparison_up(item.work.policy);
  item.comparison.reset();
}

// The reference has just answered for a canary: it is there to be compared with. Where a cap pays
// for no comparison, who stands in goes on.
void Dispatcher::check_again(PolicyId policy, EndpointId endpoint, const Outcome& outcome) {
  const std::vector<Offering>& offerings = terms_.policies[index_of(policy)].offerings;
  const bool alive = outcome.score() && endpoint == offerings.front().endpoint;
  if (!alive || lanes_[index_of(policy)].comparing_over) return;
  for (std::size_t i = 1; i < offerings.size(); ++i)
    terms_.endpoints[index_of(offerings[i].endpoint)]->check_again(policy);
}

// A canary is the first endpoint's to answer for as long as there is one: whoever stands in passes
// it by. Whether there is anything else to be sent.
bool Dispatcher::put_rows_first(std::deque<ItemIndex>& queue) const {
  const auto row =
      std::ranges::find_if(queue, [this](ItemIndex index) { return !items_[index].work.witness; });
  if (row == queue.end()) return false;
  std::ranges::rotate(queue.begin(), row, row + 1);
  return true;
}

void Dispatcher::say(PolicyId policy,
                     EndpointId stand_in,
                     const std::optional<CrossCheck>& concluded) {
  if (!concluded) return;
  checked_.push_back({policy,
                      terms_.policies[index_of(policy)].offerings.front().endpoint,
                      stand_in,
                      concluded->verdict() == CrossCheck::Verdict::equal,
                      concluded->reason()});
}

}  // namespace assay::pace
