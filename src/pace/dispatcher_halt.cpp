#include "pace/dispatcher.hpp"

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
    const auto is_shut = [this](const Offering& offering) {
      return known_[index_of(offering.endpoint)].shut;
    };
    if (!std::ranges::all_of(terms_.policies[i].offerings, is_shut)) continue;
    const PolicyId policy{static_cast<std::uint32_t>(i)};
    halt.scope = Halt::Scope::policy;
    halt.policy = policy;
    halt_policy(policy, halt);
  }
}

void Dispatcher::halt_policy(PolicyId policy, Halt halt) {
  Lane& lane = lanes_[index_of(policy)];
  if (lane.halted) return;
  lane.halted = true;
  halts_.push_back(halt);
  const bool none_left = std::ranges::all_of(lanes_, [](const Lane& each) { return each.halted; });
  if (!none_left) return;
  halt.scope = Halt::Scope::run;
  halt_run(std::move(halt));
}

void Dispatcher::halt_run(Halt halt) {
  draining_ = true;
  if (std::exchange(halted_, true)) return;
  halts_.push_back(std::move(halt));
}

void Dispatcher::on_exhausted(PolicyId policy,
                              const Ledger::Answer& answer,
                              const WorstCase& worst) {
  const bool of_price = answer.verdict == Ledger::Verdict::price_unknown;
  const bool of_run = answer.refusal && answer.refusal->account == 0;
  Halt halt{Halt::Scope::policy, Halt::Cause::budget, policy, {}, {}, {}};
  halt.cls = FailureClass::budget_exhausted;
  halt.reason = "the budget is in money and the price is unknown";
  if (of_price) {
    halt.cause = Halt::Cause::price_unknown;
  } else {
    halt.reason = std::string("the next request could cost more than is left of the ") +
                  (of_run ? "run's" : "policy's") + " cap in " + name_of(answer.refusal->axis);
    halt.exhausted = Exhausted{*answer.refusal, worst.amount()};
  }
  if (of_run && !of_price) {
    halt.scope = Halt::Scope::run;
    halt_run(std::move(halt));
    return;
  }
  halt_policy(policy, std::move(halt));
}

}  // namespace assay::pace
