#include "pace/dispatcher.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace assay::pace {
namespace {

Halt::Cause cause_of(Shut::Cause cause) {
  switch (cause) {
    case Shut::Cause::refused:
      return Halt::Cause::refused;
    case Shut::Cause::unavailable:
      return Halt::Cause::unavailable;
    case Shut::Cause::usage_above_bound:
      return Halt::Cause::usage_above_bound;
  }
  return Halt::Cause::refused;
}

}  // namespace

// This loop learns that an endpoint is shut, be it by itself or by another loop.
void Dispatcher::see_shut(EndpointId endpoint) {
  Acquaintance& known = known_[index_of(endpoint)];
  const auto shut = terms_.endpoints[index_of(endpoint)]->shut();
  if (known.shut || !shut) return;
  known.shut = true;
  Halt halt{Halt::Scope::endpoint,
            cause_of(shut->cause),
            std::nullopt,
            endpoint,
            shut->reason,
            shut->cls};
  halts_.push_back(halt);
  if (shut->cls && remedy_of(*shut->cls) == Remedy::stop_run) {
    halt.scope = Halt::Scope::run;
    halt_run(std::move(halt));
    return;
  }
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const PolicyId policy{static_cast<std::uint32_t>(i)};
    const std::vector<Offering>& offerings = terms_.policies[i].offerings;
    // Without the first one nobody can be compared any more.
    const auto is_out = [&](const Offering& offering) {
      const std::size_t place = index_of(offering.endpoint);
      return known_[place].shut ||
             (&offering != &offerings.front() &&
              terms_.endpoints[place]->standing(policy) != CrossCheck::Verdict::equal);
    };
    if (!known_[index_of(offerings.front().endpoint)].shut) continue;
    if (!std::ranges::all_of(offerings, is_out)) continue;
    halt.scope = Halt::Scope::policy;
    halt.policy = policy;
    halt_policy(policy, halt);
  }
}

void Dispatcher::halt_policy(PolicyId policy, Halt halt) {
  Lane& lane = lanes_[index_of(policy)];
  if (lane.halted) return;
  lane.halted = true;
  any_halted_ = true;
  unpark(policy);
  halts_.push_back(halt);
  const bool none_left = std::ranges::all_of(lanes_, [](const Lane& each) { return each.halted; });
  if (!none_left) return;
  halt.scope = Halt::Scope::run;
  halt_run(std::move(halt));
}

// What waits to be tried again is dropped with the rest, and not when its time comes.
void Dispatcher::unpark(PolicyId policy) {
  const auto is_another = [&](const Waiting& waiting) {
    return items_[waiting.item].work.policy != policy;
  };
  const auto parked = std::ranges::partition(waiting_, is_another);
  for (const Waiting& waiting : parked) lanes_[index_of(policy)].again.push_back(waiting.item);
  waiting_.erase(parked.begin(), parked.end());
  std::ranges::make_heap(waiting_, std::greater{});
}

void Dispatcher::halt_run(Halt halt) {
  draining_ = true;
  if (std::exchange(halted_, true)) return;
  halts_.push_back(std::move(halt));
}

void Dispatcher::on_exhausted(const Request& request,
                              const Ledger::Answer& answer,
                              const WorstCase& worst) {
  Lane& lane = lanes_[index_of(request.policy)];
  if (request.purpose == Purpose::comparison) {  // the item itself may fit
    lane.comparing_over = true;
    return;
  }
  const bool of_price = answer.verdict == Ledger::Verdict::price_unknown;
  Halt halt{Halt::Scope::policy, Halt::Cause::budget, request.policy, {}, {}, {}};
  halt.cls = FailureClass::budget_exhausted;
  if (of_price) {
    halt.cause = Halt::Cause::price_unknown;
    halt.reason = "the budget is in money and the price is unknown";
    return halt_policy(request.policy, std::move(halt));
  }
  const Refusal& refusal = *answer.refusal;
  const bool of_run = refusal.account == 0;
  halt.reason = std::string("the next request could cost more than is left of the ") +
                (of_run ? "run's" : "policy's") + " cap in " + name_of(refusal.axis);
  halt.exhausted = Exhausted{refusal, worst.amount()};
  const bool any_smaller = refusal.axis != BudgetAxis::requests;
  if (any_smaller && lane.passed_over < terms_.limits.passed_over_max) {
    return pass_over(request, std::move(halt));
  }
  if (!of_run) return halt_policy(request.policy, std::move(halt));
  halt.scope = Halt::Scope::run;
  halt_run(std::move(halt));
}

// One row too large for what is left of a cap stops nothing: smaller ones may still fit.
void Dispatcher::pass_over(const Request& request, Halt halt) {
  Lane& lane = lanes_[index_of(request.policy)];
  ++lane.passed_over;
  if (!lane.too_large) lane.too_large = std::move(halt);
  const ItemIndex index = request.queue.front();
  request.queue.pop_front();
  Item& item = items_[index];
  give_comparison_up(item);
  passed_over_.push_back({item.work.id, item.work.policy, item.sends});
  items_.remove(index);
}

// At the end of the work: a cap kept items from being done.
void Dispatcher::say_too_large() {
  if (!finished_ || draining_ || items_.size() > 0) return;
  for (Lane& lane : lanes_) {
    if (!lane.too_large) continue;
    halts_.push_back(*std::exchange(lane.too_large, std::nullopt));
  }
}

}  // namespace assay::pace
