#include "pace/dispatcher.hpp"

#include "assay/ensure.hpp"
#include "pace/settlement.hpp"

#include <functional>
#include <utility>

namespace assay::pace {
namespace {

// Requests' worth of items kept ready beyond what is in flight, so that a burst does not wait for
// the source.
constexpr std::size_t ready_min = 64;

RequestId request_id(std::uint32_t place, std::uint32_t generation) {
  return RequestId{(static_cast<std::uint64_t>(generation) << 32) | place};
}

}  // namespace

Dispatcher::Dispatcher(
    RunTerms terms, SharedLedger& ledger, std::function<void()> wake, Instant now, Rng rng)
    : terms_(std::move(terms)),
      ledger_(ledger),
      ledger_member_(ledger.join(wake)),
      rng_(rng),
      now_(now),
      lanes_(terms_.policies.size()) {
  terms_.prompts_per_request_max.resize(terms_.endpoints.size(), 1);
  for (const std::size_t prompts : terms_.prompts_per_request_max)
    prompts_max_ = std::max(prompts_max_, prompts);
  for (SharedPacer* pacer : terms_.endpoints) known_.push_back({.member = pacer->join(wake)});
  for (const PolicyTerms& policy : terms_.policies) {
    if (policy.until) next_end_ = std::min(next_end_.value_or(*policy.until), *policy.until);
  }
}

Dispatcher::~Dispatcher() {
  ledger_.leave(ledger_member_);
  for (std::size_t i = 0; i < known_.size(); ++i) terms_.endpoints[i]->leave(known_[i].member);
}

std::size_t Dispatcher::ready() const {
  const auto is_held_up = [](const Lane& lane) {
    return lane.halted || (lane.blocked_by && lane.blocked_by->kind == Binding::Kind::outage) ||
           (lane.blocked_by && lane.blocked_by->kind == Binding::Kind::cooldown);
  };
  const bool any_free = std::ranges::any_of(lanes_, std::not_fn(is_held_up));
  std::size_t ready = 0;
  for (const Lane& lane : lanes_) {
    if (!any_free || !is_held_up(lane)) ready += lane.ready();
  }
  return ready;
}

// Enough to fill what may go while the loop fetches more.
std::size_t Dispatcher::wants() const {
  if (draining_ || items_.size() >= terms_.limits.items_held_max) return 0;
  const std::size_t ready_max = prompts_max_ * std::max(ready_min, 2 * flights_.size());
  const std::size_t room = terms_.limits.items_held_max - items_.size();
  const std::size_t there = ready();
  return there >= ready_max ? 0 : std::min(room, ready_max - there);
}

void Dispatcher::offer(std::span<const WorkItem> items) {
  ensure(items_.size() + items.size() <= terms_.limits.items_held_max,
         "no more items are offered than wanted");
  for (const WorkItem& work : items) {
    ensure(index_of(work.policy) < lanes_.size(), "an item belongs to a policy of the run");
    const ItemIndex index = items_.add();
    items_[index] = Item{};
    items_[index].work = work;
    items_[index].alone = work.alone;
    lanes_[index_of(work.policy)].fresh.push_back(index);
  }
  counters_.offered += items.size();
}

std::optional<Action> Dispatcher::pending_action() {
  if (!halts_.empty()) {
    Action action = std::move(halts_.front());
    halts_.pop_front();
    return action;
  }
  if (!checked_.empty()) {
    Action action = std::move(checked_.front());
    checked_.pop_front();
    return action;
  }
  if (!records_.empty()) {
    Action action = std::move(records_.front());
    records_.pop_front();
    ++unsynced_;
    return action;
  }
  if (!passed_over_.empty()) {
    const Drop action = passed_over_.front();
    passed_over_.pop_front();
    return action;
  }
  if (const auto mark = ledger_.poll_lease()) return LeaseNeeded{*mark};
  return next_drop();
}

// What is left of a policy that was halted, and of all when draining.
std::optional<Action> Dispatcher::next_drop() {
  const auto drop = [this](ItemIndex index) -> Action {
    Item& item = items_[index];
    give_comparison_up(item);
    const Drop action{item.work.id, item.work.policy, item.sends};
    items_.remove(index);
    return action;
  };
  for (Lane& lane : lanes_) {
    if (!draining_ && !any_halted_) break;
    if (!draining_ && !lane.halted) continue;
    for (std::deque<ItemIndex>* queue : {&lane.fresh, &lane.again, &lane.compared}) {
      if (queue->empty()) continue;
      const ItemIndex index = queue->front();
      queue->pop_front();
      return drop(index);
    }
  }
  if (!draining_ || waiting_.empty()) return std::nullopt;
  const ItemIndex index = waiting_.back().item;
  waiting_.pop_back();  // the last of a heap: it stays one
  return drop(index);
}

std::optional<Action> Dispatcher::poll_action(Instant now) {
  now = move_to(now);
  if (terms_.until && now >= *terms_.until && !draining_) {
    halt_run({Halt::Scope::run, Halt::Cause::time, {}, {}, "the run's time is over", {}});
  }
  end_policies(now);
  wake_due(now);
  say_too_large();
  if (auto action = pending_action()) return action;
  if (draining_) return std::nullopt;
  if (auto action = next_send(now)) return action;
  return pending_action();  // trying to send may have brought up an end, a halt or a lease
}

void Dispatcher::end_policies(Instant now) {
  if (!next_end_ || now < *next_end_) return;
  next_end_.reset();
  for (std::size_t i = 0; i < lanes_.size() && !draining_; ++i) {
    const auto until = terms_.policies[i].until;
    if (lanes_[i].halted || !until) continue;
    if (now < *until) {
      next_end_ = std::min(next_end_.value_or(*until), *until);
      continue;
    }
    const PolicyId policy{static_cast<std::uint32_t>(i)};
    halt_policy(
        policy,
        {Halt::Scope::policy, Halt::Cause::time, policy, {}, "the policy's time is over", {}});
  }
}

void Dispatcher::wake_due(Instant now) {
  while (!waiting_.empty() && waiting_.front().due <= now) {
    const ItemIndex index = waiting_.front().item;
    std::ranges::pop_heap(waiting_, std::greater{});
    waiting_.pop_back();
    Lane& lane = lanes_[index_of(items_[index].work.policy)];
    lane.again.push_back(index);
  }
}

bool Dispatcher::is_expired(const Item& item, Instant now) const {
  return item.sends > 0 && now - item.first_sent >= terms_.limits.row_deadline;
}

// Only the heads: each gets there before anything behind it is sent. What the retry budget defers
// is late through no fault of its own, and never fails by that.
void Dispatcher::expire(Lane& lane, Instant now) {
  for (std::deque<ItemIndex>* queue : {&lane.again, &lane.fresh}) {
    while (!queue->empty() && is_expired(items_[queue->front()], now)) {
      const ItemIndex index = queue->front();
      queue->pop_front();
      Item& item = items_[index];
      Failure failure = item.last_failure.value_or(
          make_failure(FailureClass::deadline, "not answered before its deadline"));
      record(index, item.endpoint, std::move(failure));
    }
  }
}

std::optional<Action> Dispatcher::next_send(Instant now) {
  if (unsynced_ + records_.size() + flights_.size() >= terms_.limits.records_unsynced_max) {
    for (Lane& lane : lanes_) lane.not_before.reset();
    return std::nullopt;
  }
  for (Acquaintance& known : known_) known.full.reset();
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const std::size_t at = (next_lane_ + i) % lanes_.size();
    auto action = try_lane(PolicyId{static_cast<std::uint32_t>(at)}, now);
    if (!action) continue;
    next_lane_ = (at + 1) % lanes_.size();
    return action;
  }
  return std::nullopt;
}

std::optional<Action> Dispatcher::try_lane(PolicyId policy, Instant now) {
  Lane& lane = lanes_[index_of(policy)];
  const bool deferred = lane.blocked_by && lane.blocked_by->kind == Binding::Kind::retry_budget;
  if (!deferred) expire(lane, now);
  lane.not_before.reset();
  lane.blocked_by.reset();
  if (lane.halted) return std::nullopt;
  if (lane.waits_for_ledger && ledger_.waits(ledger_member_)) {
    lane.blocked_by = Binding{Binding::Kind::budget, 0, Source::config};
    return std::nullopt;
  }
  lane.waits_for_ledger = false;
  if (auto action = try_comparison(policy, now)) return action;
  if (lane.halted || draining_ || lane.waits_for_ledger) return std::nullopt;
  if (!lane.again.empty()) {
    if (auto action = try_queue(policy, Urgency::retry, now)) return action;
    // What holds a retry back holds a fresh item back too, but for the retry budget.
    const bool of_retries = lane.blocked_by && lane.blocked_by->kind == Binding::Kind::retry_budget;
    if (!of_retries || lane.halted) return std::nullopt;
  }
  if (lane.fresh.empty()) return std::nullopt;
  return try_queue(policy, Urgency::fresh, now);
}

std::optional<Action> Dispatcher::try_queue(PolicyId policy, Urgency urgency, Instant now) {
  Lane& lane = lanes_[index_of(policy)];
  std::deque<ItemIndex>& queue = urgency == Urgency::retry ? lane.again : lane.fresh;
  const auto attempt = [&](const Offering& offering) -> std::optional<Action> {
    const std::size_t items_max = terms_.prompts_per_request_max[index_of(offering.endpoint)];
    auto action = try_request({policy, offering, queue, items_max, urgency}, now);
    if (action) lane.blocked_by.reset();
    return action;
  };
  const std::vector<Offering>& offerings = terms_.policies[index_of(policy)].offerings;
  if (offerings.size() == 1) {
    if (known_[index_of(offerings.front().endpoint)].shut) return std::nullopt;
    return attempt(offerings.front());
  }
  const bool first_is_there = !known_[index_of(offerings.front().endpoint)].shut;
  if (first_is_there && items_[queue.front()].work.witness) {
    if (auto action = attempt(offerings.front())) return action;
    if (queue.empty() || lane.halted || draining_ || lane.waits_for_ledger) return std::nullopt;
  }
  for (const Offering* offering : usable(policy, now)) {
    const bool stands_in = offering->endpoint != offerings.front().endpoint;
    if (stands_in && first_is_there && !put_rows_first(queue)) continue;
    Item& head = items_[queue.front()];
    // Its answer must be the reference's; where that one cannot, it is an item like any other.
    if (head.comparison && stands_in) give_comparison_up(head);
    if (auto action = attempt(*offering)) return action;
    if (queue.empty() || lane.halted || draining_ || lane.waits_for_ledger) return std::nullopt;
  }
  return std::nullopt;
}

// The first items of a queue that make up one request.
Dispatcher::Draft Dispatcher::draft(const std::deque<ItemIndex>& queue,
                                    std::size_t items_max) const {
  Draft draft;
  for (const ItemIndex index : queue) {
    const Item& item = items_[index];
    if (draft.items == items_max || (draft.items > 0 && item.alone)) break;
    const TokenCount input = draft.bound.input + item.work.bound.input;
    if (draft.items > 0 && input > terms_.limits.request_tokens_max) break;
    draft.bound.input += item.work.bound.input;
    draft.bound.output += item.work.bound.output;
    ++draft.items;
    if (item.alone) break;
  }
  return draft;
}

std::optional<Action> Dispatcher::try_request(const Request& request, Instant now) {
  const EndpointId endpoint = request.offering.endpoint;
  SharedPacer& pacer = *terms_.endpoints[index_of(endpoint)];
  const SharedPacer::Member member = known_[index_of(endpoint)].member;
  // Asking again for each policy is what a reply would cost most with many of them. A retry may be
  // held by its budget instead, which only the pacer knows.
  if (const auto& full = known_[index_of(endpoint)].full;
      full && request.urgency == Urgency::fresh) {
    on_denied(request, *full, now);
    return std::nullopt;
  }
  // What is left of a cap may pay for one item where it does not for several.
  for (std::size_t items_max = request.items_max;; items_max = 1) {
    const Draft made = draft(request.queue, items_max);
    const auto permit = pacer.acquire(member, made.bound, request.urgency, now);
    if (!permit) {
      on_denied(request, permit.error(), now);
      return std::nullopt;
    }
    const WorstCase worst = worst_case(request.offering.price, made.bound);
    const Reserved reserved = reserve(request, made, worst);
    if (reserved == Reserved::yes) return send(request, made, *permit, worst.amount(), now);
    pacer.cancel(member, *permit, now);
    if (reserved == Reserved::later || made.items == 1) return std::nullopt;
  }
}

void Dispatcher::on_denied(const Request& request, const Denial& denial, Instant now) {
  Lane& lane = lanes_[index_of(request.policy)];
  const EndpointId endpoint = request.offering.endpoint;
  if (denial.binding.kind == Binding::Kind::shut) return see_shut(endpoint);
  if (denial.binding.kind == Binding::Kind::outage) see_outage(endpoint, now);
  if (denial.binding.kind == Binding::Kind::concurrency) known_[index_of(endpoint)].full = denial;
  // A cross-check holds nothing back.
  if (request.purpose == Purpose::outcome) lane.blocked_by = denial.binding;
  if (denial.not_before) {
    lane.not_before = std::min(lane.not_before.value_or(Instant::max()), *denial.not_before);
  }
}

Dispatcher::Reserved Dispatcher::reserve(const Request& request,
                                         const Draft& draft,
                                         const WorstCase& worst) {
  const Ledger::Answer answer = ledger_.reserve(ledger_member_, request.policy, worst);
  Lane& lane = lanes_[index_of(request.policy)];
  switch (answer.verdict) {
    case Ledger::Verdict::reserved:
      return Reserved::yes;
    case Ledger::Verdict::wait_for_lease:
    case Ledger::Verdict::wait_for_settle:
      lane.waits_for_ledger = true;
      lane.blocked_by = Binding{Binding::Kind::budget, 0, Source::config};
      return Reserved::later;
    case Ledger::Verdict::exhausted:
    case Ledger::Verdict::price_unknown:
      if (draft.items == 1) on_exhausted(request, answer, worst);
      return Reserved::never;
  }
  return Reserved::never;
}

Action Dispatcher::send(const Request& request,
                        const Draft& draft,
                        const Permit& permit,
                        const Amount& reserved,
                        Instant now) {
  const Slab<Flight>::Index place = flights_.add();
  Flight& flight = flights_[place];
  ++flight.generation;
  flight.active = true;
  flight.permit = permit;
  flight.endpoint = request.offering.endpoint;
  flight.policy = request.policy;
  flight.purpose = request.purpose;
  flight.bound = draft.bound;
  flight.reserved = reserved;
  flight.items.clear();
  flight.ids.clear();
  const bool comparison = request.purpose == Purpose::comparison;
  const bool again = items_[request.queue.front()].sends > 0;
  for (std::size_t i = 0; i < draft.items; ++i) {
    const ItemIndex index = request.queue.front();
    request.queue.pop_front();
    Item& item = items_[index];
    flight.items.push_back(index);
    flight.ids.push_back(item.work.id);
    if (comparison) continue;
    if (item.sends++ == 0) item.first_sent = now;
    item.endpoint = flight.endpoint;
  }
  lanes_[index_of(request.policy)].passed_over = 0;
  ++counters_.sends;
  if (again) ++counters_.retries;
  if (comparison) ++counters_.comparisons;
  const std::uint32_t attempt = comparison ? 1 : items_[flight.items.front()].sends;
  return Send{request_id(place, flight.generation),
              flight.endpoint,
              request.policy,
              flight.ids,
              attempt,
              comparison};
}

void Dispatcher::on_synced(std::uint64_t records, Instant now) {
  static_cast<void>(move_to(now));
  ensure(records <= unsynced_, "only records that were given out are synced");
  unsynced_ -= records;
}

void Dispatcher::on_lease_durable(const LeaseMark& mark, Instant now) {
  static_cast<void>(move_to(now));
  ledger_.on_lease_durable(mark);
}

std::optional<Instant> Dispatcher::next_wakeup(Instant now) const {
  if (!records_.empty() || !halts_.empty() || !checked_.empty() || !passed_over_.empty())
    return now;
  if (draining_) return std::nullopt;
  std::optional<Instant> soonest = terms_.until;
  const auto consider = [&soonest](Instant at) { soonest = std::min(soonest.value_or(at), at); };
  if (!waiting_.empty()) consider(waiting_.front().due);
  if (next_end_) consider(*next_end_);
  for (const Lane& lane : lanes_) {
    if (lane.not_before) consider(*lane.not_before);
    if (!lane.compared.empty()) {
      consider(items_[lane.compared.front()].comparison->begun + terms_.limits.comparison_max);
    }
    if (lane.blocked_by && lane.blocked_by->kind == Binding::Kind::retry_budget) continue;
    for (const std::deque<ItemIndex>* queue : {&lane.again, &lane.fresh}) {
      if (queue->empty()) continue;
      const Item& head = items_[queue->front()];
      if (head.sends > 0) consider(head.first_sent + terms_.limits.row_deadline);
    }
  }
  return soonest;
}

bool Dispatcher::done() const {
  const bool nothing_left = items_.size() == 0 && flights_.size() == 0 && records_.empty() &&
                            halts_.empty() && checked_.empty() && passed_over_.empty() &&
                            unsynced_ == 0;
  const bool all_said =
      std::ranges::none_of(lanes_, [](const Lane& lane) { return lane.too_large.has_value(); });
  return nothing_left && (draining_ || (finished_ && all_said));
}

std::size_t Dispatcher::in_flight() const {
  return flights_.size();
}

std::size_t Dispatcher::held() const {
  return items_.size();
}

Binding Dispatcher::binding(Instant now) const {
  if (unsynced_ + records_.size() + flights_.size() >= terms_.limits.records_unsynced_max) {
    return {Binding::Kind::journal, 0, Source::none};
  }
  for (const Lane& lane : lanes_) {
    if (lane.blocked_by && lane.blocked_by->kind == Binding::Kind::budget) return *lane.blocked_by;
  }
  for (const SharedPacer* pacer : terms_.endpoints) {
    const Binding binding = pacer->binding(now);
    if (binding.kind != Binding::Kind::none) return binding;
  }
  return {};
}

}  // namespace assay::pace
