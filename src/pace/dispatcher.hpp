#pragma once

#include "assay/time.hpp"
#include "core/rng.hpp"
#include "pace/hand.hpp"
#include "pace/limits.hpp"
#include "pace/shared_ledger.hpp"
#include "pace/shared_pacer.hpp"
#include "pace/work.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::pace {

// An endpoint that may serve a policy, and what it asks for it.
struct Offering {
  EndpointId endpoint;
  std::optional<Price> price;  // absent: unknown, which a cap in money refuses
};

// Of one policy; the endpoint preferred first. All are declared to serve the same weights
// (design.md, section 3). The others serve it once they measured some items as the first one does
// (cross_check.hpp): a few extra requests each, and again with each round of canaries. Then load
// goes where there is most room, and to the one named first while their limits are equal.
struct PolicyTerms {
  std::vector<Offering> offerings;
  std::optional<Instant> until{};  // from then on nothing more of it is sent
};

struct RunTerms {
  Limits limits;
  std::vector<PolicyTerms> policies;                 // by PolicyId
  std::vector<SharedPacer*> endpoints;               // by EndpointId; they outlive the dispatcher
  std::vector<std::size_t> prompts_per_request_max;  // by EndpointId; empty: one each
  std::optional<Instant> until;  // the run's own deadline: from then on it drains
};

// Decides for one loop what is sent when, what is tried again, and when an item has come to its
// end. No I/O, no clock, no texts.
//
// Order:  offer what wants() asks for; poll_action until it gives nothing; then sleep until
//         next_wakeup, a reply, a sync mark, a durable lease, or `wake`. Every Send is answered by
//         exactly one on_reply, every LeaseNeeded by on_lease_durable (or the end of the run), all
//         Records by on_synced in the order given. Spurious polls are harmless. A clock that goes
//         back stands still.
// End:    every item offered comes back by exactly one Record or Drop. done() once nothing is in
//         hand, in flight or unsynced, after finish() (nothing more will be offered), drain(), or a
//         Halt of the run, which drains.
// Money:  reserved before each Send, settled on every reply; a reservation never outlives its Send.
// Cost:   poll_action O(log n) in the items that wait, plus policies x endpoints when nothing may
//         go. Memory by what is in hand.
// Thread: one loop's. What loops share is inside the pacers and the ledger.
class Dispatcher {
 public:
  // `wake` is called from other loops' threads when this one should poll again: it posts to the
  // loop and does nothing else.
  Dispatcher(
      RunTerms terms, SharedLedger& ledger, std::function<void()> wake, Instant now, Rng rng);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // How many more items it will take now; 0 when it is draining.
  [[nodiscard]] std::size_t wants() const;
  void offer(std::span<const WorkItem> items);  // at most wants()
  void finish() { finished_ = true; }           // the source of work is empty

  [[nodiscard]] std::optional<Action> poll_action(Instant now);
  void on_reply(RequestId request, Reply reply, Instant now);
  void on_synced(std::uint64_t records, Instant now);  // that many more Records are durable
  void on_lease_durable(const LeaseMark& mark, Instant now);

  // When to poll again by itself; nothing when only an event can help.
  [[nodiscard]] std::optional<Instant> next_wakeup(Instant now) const;

  // No more sends; replies and records are still taken.
  void drain() { draining_ = true; }
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] bool done() const;

  // What holds this loop back now.
  [[nodiscard]] Binding binding(Instant now) const;

  // Each counts since the start.
  struct Counters {
    std::uint64_t offered = 0;      // items taken
    std::uint64_t sends = 0;        // requests sent
    std::uint64_t retries = 0;      // part of sends: not an item's first
    std::uint64_t comparisons = 0;  // part of sends: of cross-checks
    std::uint64_t refused = 0;      // part of sends: answered with 429
    std::uint64_t succeeded = 0;    // records with a score; part of offered
    std::uint64_t failed = 0;       // records with a failure; part of offered
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }
  // Gauges.
  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] std::size_t held() const;  // all items in hand
  // Items that may go now. Those of a policy that is held up by an outage do not count, as long as
  // another policy could go on: they must not keep its items in the source.
  [[nodiscard]] std::size_t ready() const;
  [[nodiscard]] std::size_t unsynced() const { return unsynced_; }
  [[nodiscard]] std::size_t prompts_max() const { return prompts_max_; }  // of one request

 private:
  // What this loop knows of an endpoint.
  struct Acquaintance {
    SharedPacer::Member member = 0;
    bool shut = false;          // and its Halt was said
    std::uint64_t outages = 0;  // those that were answered for
    // In this look for something to send: it is full, whichever fresh request asks.
    std::optional<Denial> full{};
  };
  struct Waiting {
    Instant due;
    ItemIndex item;
    friend auto operator<=>(const Waiting&, const Waiting&) = default;
  };
  // A request about to be made of the first items of one queue.
  struct Draft {
    std::size_t items = 0;
    TokenBound bound;
  };

  // Sending (dispatcher.cpp).
  [[nodiscard]] std::optional<Action> pending_action();
  [[nodiscard]] std::optional<Action> next_drop();
  [[nodiscard]] std::optional<Action> next_send(Instant now);
  [[nodiscard]] std::optional<Action> try_lane(PolicyId policy, Instant now);
  [[nodiscard]] std::optional<Action> try_queue(PolicyId policy, Urgency urgency, Instant now);
  struct Request {
    PolicyId policy;
    const Offering& offering;
    std::deque<ItemIndex>& queue;
    std::size_t items_max = 1;
    Urgency urgency = Urgency::fresh;
    Purpose purpose = Purpose::outcome;
  };
  [[nodiscard]] std::optional<Action> try_request(const Request& request, Instant now);
  void on_denied(const Request& request, const Denial& denial, Instant now);
  [[nodiscard]] Draft draft(const std::deque<ItemIndex>& queue, std::size_t items_max) const;
  enum class Reserved : std::uint8_t { yes, later, never };
  [[nodiscard]] Reserved reserve(const Request& request,
                                 const Draft& draft,
                                 const WorstCase& worst);
  [[nodiscard]] Action send(const Request& request,
                            const Draft& draft,
                            const Permit& permit,
                            const Amount& reserved,
                            Instant now);
  void end_policies(Instant now);
  void wake_due(Instant now);
  void expire(Lane& lane, Instant now);
  [[nodiscard]] bool is_expired(const Item& item, Instant now) const;

  // Several endpoints (dispatcher_failover.cpp).
  [[nodiscard]] std::vector<const Offering*> usable(PolicyId policy, Instant now) const;
  [[nodiscard]] std::optional<Action> try_comparison(PolicyId policy, Instant now);
  [[nodiscard]] std::optional<Action> go_on_comparing(PolicyId policy, Instant now);
  [[nodiscard]] std::optional<Action> begin_comparing(PolicyId policy,
                                                      const Offering& stand_in,
                                                      Instant now);
  void hear_comparison(const Flight& flight, const Reply& reply, bool outage);
  void end_comparison(ItemIndex index, EndpointId endpoint, const Outcome& outcome);
  void give_comparison_up(Item& item);
  void check_again(PolicyId policy, EndpointId endpoint, const Outcome& outcome);
  [[nodiscard]] bool put_rows_first(std::deque<ItemIndex>& queue) const;
  void say(PolicyId policy, EndpointId stand_in, const std::optional<CrossCheck>& concluded);

  // Replies (dispatcher_reply.cpp).
  void settle(const Flight& flight, const Reply& reply);
  void share_cost(const Flight& flight, const Amount& charged, const Amount& unknown);
  void hear(const Flight& flight, Reply& reply, bool outage, Instant now);
  void go_on(ItemIndex index, const Unfinished& unfinished);
  void on_failed(ItemIndex index,
                 const Flight& flight,
                 const Reply& reply,
                 const Failure& failure,
                 bool outage,
                 Instant now);
  void park(ItemIndex index, Duration delay, Instant now);
  void see_outage(EndpointId endpoint, Instant now);
  void record(ItemIndex index, EndpointId endpoint, Outcome outcome);
  void watch_first_rows(PolicyId policy, const Outcome& outcome);

  // Stopping (dispatcher_halt.cpp).
  void see_shut(EndpointId endpoint);
  void halt_policy(PolicyId policy, Halt halt);
  void unpark(PolicyId policy);
  void halt_run(Halt halt);
  void on_exhausted(const Request& request, const Ledger::Answer& answer, const WorstCase& worst);
  void pass_over(const Request& request, Halt halt);
  void say_too_large();

  [[nodiscard]] Instant move_to(Instant now) { return now_ = std::max(now, now_); }

  RunTerms terms_;
  SharedLedger& ledger_;
  SharedLedger::Member ledger_member_;
  Rng rng_;
  Instant now_;                  // latest seen
  std::size_t prompts_max_ = 1;  // of one request, at any endpoint
  Slab<Item> items_;
  Slab<Flight> flights_;
  std::vector<Lane> lanes_;           // by PolicyId
  std::vector<Acquaintance> known_;   // by EndpointId
  std::vector<Waiting> waiting_;      // a heap, soonest first
  std::deque<Record> records_;        // to be polled
  std::deque<Halt> halts_;            // to be polled
  std::deque<Drop> passed_over_;      // to be polled
  std::deque<CrossChecked> checked_;  // to be polled
  std::size_t next_lane_ = 0;
  std::optional<Instant> next_end_;  // of a policy's time, at the soonest
  bool any_halted_ = false;          // of the lanes
  std::size_t unsynced_ = 0;         // Records polled and not yet durable
  bool finished_ = false;
  bool draining_ = false;
  bool halted_ = false;  // the Halt of the run was said
  Counters counters_;
};

}  // namespace assay::pace
