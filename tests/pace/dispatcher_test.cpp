#include "pace/dispatcher.hpp"

#include "printers.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::answered;
using test::at;
using test::failed;

// One loop, its policies and endpoints, and a disk that syncs when told to.
struct Stage {
  Limits limits;
  EndpointTerms endpoint{.concurrency = 100};
  std::size_t policies = 1;
  std::size_t endpoints = 1;
  std::size_t prompts_per_request = 1;
  bool apart = false;  // each policy has the one endpoint of its number
  Caps caps;
  std::optional<Price> price = Price{1'000'000, 0};  // a nano-dollar per input token
  std::optional<Instant> until;
  std::optional<Instant> first_policy_until;

  std::vector<std::unique_ptr<SharedPacer>> pacers;
  std::unique_ptr<SharedLedger> ledger;
  std::unique_ptr<Dispatcher> dispatcher;
  std::uint64_t next_item = 0;

  Dispatcher& open() {
    ledger = std::make_unique<SharedLedger>(caps, std::vector<Caps>(policies), limits);
    RunTerms terms{limits, {}, {}, {}, until};
    for (std::uint32_t e = 0; e < endpoints; ++e) {
      pacers.push_back(std::make_unique<SharedPacer>(endpoint, limits, at({}), Rng{e}));
      terms.endpoints.push_back(pacers.back().get());
      terms.prompts_per_request_max.push_back(prompts_per_request);
    }
    for (std::size_t p = 0; p < policies; ++p) {
      PolicyTerms policy;
      for (std::uint32_t e = 0; e < endpoints; ++e) {
        if (!apart || e == p) policy.offerings.push_back({EndpointId{e}, price});
      }
      if (p == 0) policy.until = first_policy_until;
      terms.policies.push_back(policy);
    }
    dispatcher = std::make_unique<Dispatcher>(terms, *ledger, [] {}, at({}), Rng{7});
    return *dispatcher;
  }

  void offer(std::size_t count, std::uint32_t policy = 0, std::int64_t bytes = 100) {
    std::vector<WorkItem> items;
    for (std::size_t i = 0; i < count; ++i) {
      items.push_back({WorkItemId{next_item++}, PolicyId{policy}, test::bound(bytes)});
    }
    dispatcher->offer(items);
  }

  void offer_canary() {
    const WorkItem canary{WorkItemId{1'000}, PolicyId{0}, test::bound(100), true, true};
    dispatcher->offer({&canary, 1});
  }

  std::vector<Action> poll_all(Instant now) {
    std::vector<Action> actions;
    while (auto action = dispatcher->poll_action(now)) actions.push_back(std::move(*action));
    return actions;
  }

  // The only action at `now`, which must be a T.
  template <class T>
  T only(Instant now) {
    std::vector<Action> actions = poll_all(now);
    BOOST_REQUIRE_EQUAL(actions.size(), 1u);
    BOOST_REQUIRE(std::holds_alternative<T>(actions[0]));
    return std::get<T>(std::move(actions[0]));
  }

  // Answers all that is sent until nothing more is; what else was said.
  std::vector<Action> answer_all(Instant now, const Reply& reply = answered(25)) {
    std::vector<Action> others;
    while (auto action = dispatcher->poll_action(now)) {
      if (const auto* send = std::get_if<Send>(&*action)) {
        dispatcher->on_reply(send->request, reply, now);
      } else {
        others.push_back(std::move(*action));
      }
    }
    return others;
  }

  // The last halt of all that is said while each request is refused for good.
  std::optional<Halt> halt_of_refusals() {
    std::optional<Halt> halt;
    for (Action& action : answer_all(at({}), failed(FailureClass::unsupported, 400))) {
      if (auto* said = std::get_if<Halt>(&action)) halt = std::move(*said);
    }
    return halt;
  }

  // Polls at each time it asks for, until something comes.
  std::pair<Instant, Action> next(Instant now) {
    for (int i = 0; i < 1'000; ++i) {
      if (auto action = dispatcher->poll_action(now)) return {now, std::move(*action)};
      const auto wakeup = dispatcher->next_wakeup(now);
      BOOST_REQUIRE(wakeup.has_value());
      now = std::max(*wakeup, now);
    }
    BOOST_FAIL("nothing comes");
    return {now, Drop{}};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(dispatcher, Stage)

BOOST_AUTO_TEST_CASE(an_item_is_sent_answered_recorded_and_done_once_synced) {
  open();
  offer(1);
  dispatcher->finish();
  const Send send = only<Send>(at({}));
  BOOST_REQUIRE_EQUAL(send.items.size(), 1u);
  BOOST_TEST((send.items[0] == WorkItemId{0}));
  BOOST_TEST(send.attempt == 1u);
  dispatcher->on_reply(send.request, answered(25), at(seconds(1)));

  const Record record = only<Record>(at(seconds(1)));
  BOOST_TEST((record.item == WorkItemId{0}));
  BOOST_TEST(record.outcome.score() != nullptr);
  BOOST_TEST(record.attempts == 1u);
  BOOST_TEST(record.charged == test::amount(25, 26, 1));
  BOOST_TEST(record.unknown == Amount{});
  BOOST_TEST(!dispatcher->done());
  dispatcher->on_synced(1, at(seconds(1)));
  BOOST_TEST(dispatcher->done());
}

BOOST_AUTO_TEST_CASE(a_passing_failure_is_sent_again_after_a_delay_and_told_in_the_record) {
  open();
  offer(1);
  const Send send = only<Send>(at({}));
  dispatcher->on_reply(send.request, failed(FailureClass::timeout, 0, true), at(seconds(1)));
  const auto [again_at, action] = next(at(seconds(1)));
  BOOST_TEST(again_at >= at(milliseconds(1'250)));
  BOOST_TEST(again_at <= at(milliseconds(1'500)));
  const Send again = std::get<Send>(action);
  BOOST_TEST(again.attempt == 2u);
  dispatcher->on_reply(again.request, answered(25), again_at);

  const Record record = only<Record>(again_at);
  BOOST_TEST(record.attempts == 2u);
  BOOST_TEST(record.charged == test::amount(25, 26, 1));
  BOOST_TEST(record.unknown == test::amount(100, 101, 1));
  BOOST_TEST(record.first_failure.value() == make_failure(FailureClass::timeout, "for a test"));
}

BOOST_AUTO_TEST_CASE(after_five_attempts_the_failure_is_the_outcome) {
  open();
  offer(1);
  Instant now = at({});
  for (int i = 0; i < 5; ++i) {
    auto [when, action] = next(now);
    now = when;
    dispatcher->on_reply(
        std::get<Send>(action).request, failed(FailureClass::server_error, 500), now);
  }
  const Record record = only<Record>(now);
  BOOST_TEST(record.outcome.failure()->cls == FailureClass::server_error);
  BOOST_TEST(record.attempts == 5u);
}

BOOST_AUTO_TEST_CASE(a_dead_connection_is_replayed_at_once_and_is_no_attempt) {
  open();
  offer(1);
  Send send = only<Send>(at({}));
  for (int i = 0; i < 10; ++i) {
    Reply stale = failed(FailureClass::connection, 0, true);
    stale.stale_connection = true;
    dispatcher->on_reply(send.request, stale, at({}));
    send = only<Send>(at({}));
  }
  dispatcher->on_reply(send.request, answered(25), at({}));
  BOOST_TEST(only<Record>(at({})).unknown == test::amount(1'000, 1'010, 10));
}

// As HTTP/2 has it: a hundred requests on a connection. Some are answered; the others go out again
// at once.
BOOST_AUTO_TEST_CASE(a_connection_that_breaks_under_many_is_no_outage) {
  open();
  offer(100);
  for (int breaks = 0; breaks < 10; ++breaks) {
    const Instant now = at(seconds(breaks));
    std::size_t sent = 0;
    for (const Action& action : poll_all(now)) {
      const auto* send = std::get_if<Send>(&action);
      if (send == nullptr) continue;
      Reply reply = answered(25);
      if (++sent > 60) {
        reply = failed(FailureClass::connection, 0, true);
        reply.same_break = sent > 61;
      }
      dispatcher->on_reply(send->request, reply, now);
    }
    BOOST_TEST(sent >= 90u);
    BOOST_TEST((dispatcher->binding(now).kind != Binding::Kind::outage));
    offer(60);
  }
}

// An outage gives back the attempts that were counted, and no others.
BOOST_AUTO_TEST_CASE(what_a_break_parked_has_no_more_attempts_after_an_outage) {
  limits.broken_sends_max = 0;  // parked at the first
  open();
  offer(1);
  Reply broken = failed(FailureClass::connection, 0, true);
  broken.same_break = true;
  dispatcher->on_reply(only<Send>(at({})).request, broken, at({}));
  offer(5);
  broken.same_break = false;
  for (const Action& action : poll_all(at({}))) {
    dispatcher->on_reply(std::get<Send>(action).request, broken, at({}));
  }
  int attempts = 0;
  for (Instant now = at({});;) {
    auto [when, action] = next(now);
    now = when;
    if (const auto* record = std::get_if<Record>(&action)) {
      if (record->item == WorkItemId{0}) break;
      continue;
    }
    const Send& send = std::get<Send>(action);
    const bool up = dispatcher->binding(now).kind != Binding::Kind::outage;
    const bool first = send.items.front() == WorkItemId{0};
    if (first && up) ++attempts;
    dispatcher->on_reply(
        send.request, first ? failed(FailureClass::server_error, 500) : answered(25), now);
  }
  BOOST_TEST(attempts == limits.attempts_max);
}

BOOST_AUTO_TEST_CASE(a_refusal_pauses_every_row_for_as_long_as_the_server_said) {
  open();
  offer(10);
  const std::vector<Action> sends = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(sends.size(), 10u);
  Reply refusal = failed(FailureClass::rate_limited, 429);
  refusal.observation.retry_after = seconds(30);
  dispatcher->on_reply(std::get<Send>(sends[9]).request, refusal, at(seconds(1)));
  for (std::size_t i = 0; i < 9; ++i) {
    dispatcher->on_reply(std::get<Send>(sends[i]).request, answered(25), at(seconds(1)));
    static_cast<void>(only<Record>(at(seconds(1))));
  }
  offer(1);
  const auto [when, action] = next(at(seconds(1)));
  BOOST_TEST(when >= at(seconds(31)));
  BOOST_TEST(when <= at(seconds(34)));
  BOOST_TEST(dispatcher->binding(at(seconds(2))) ==
             (Binding{Binding::Kind::cooldown, 0, Source::none}));
}

BOOST_AUTO_TEST_CASE(a_row_told_to_wait_beyond_its_deadline_fails_at_the_deadline) {
  open();
  offer(1);
  const Send send = only<Send>(at({}));
  Reply refusal = failed(FailureClass::rate_limited, 429);
  refusal.observation.retry_after = std::chrono::hours(1);
  dispatcher->on_reply(send.request, refusal, at(seconds(1)));
  const auto [when, action] = next(at(seconds(1)));
  BOOST_TEST(when == at(minutes(15)));
  BOOST_TEST(std::get<Record>(action).outcome.failure()->cls == FailureClass::rate_limited);
}

BOOST_AUTO_TEST_CASE(answers_keep_their_identity_in_any_order) {
  open();
  offer(3);
  const std::vector<Action> sends = poll_all(at({}));
  for (const std::size_t i : {2u, 0u, 1u}) {
    dispatcher->on_reply(std::get<Send>(sends[i]).request, answered(25), at(seconds(1)));
    BOOST_TEST((only<Record>(at(seconds(1))).item == WorkItemId{i}));
  }
}

BOOST_AUTO_TEST_CASE(one_request_holds_as_many_items_as_the_dialect_takes) {
  prompts_per_request = 4;
  open();
  offer(6);
  const std::vector<Action> sends = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(sends.size(), 2u);
  BOOST_TEST(std::get<Send>(sends[0]).items.size() == 4u);
  BOOST_TEST(std::get<Send>(sends[1]).items.size() == 2u);
  dispatcher->on_reply(std::get<Send>(sends[0]).request, answered(101, 4), at({}));
  Amount sum;
  for (const Action& action : poll_all(at({}))) sum += std::get<Record>(action).charged;
  BOOST_TEST(sum == test::amount(101, 102, 1));
}

BOOST_AUTO_TEST_CASE(one_request_holds_no_more_bytes_than_it_may) {
  prompts_per_request = 100;
  limits.request_tokens_max = TokenCount{250};
  open();
  offer(3, 0, 100);
  offer(1, 0, 1'000);  // alone it may be longer
  const std::vector<Action> sends = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(sends.size(), 3u);
  BOOST_TEST(std::get<Send>(sends[0]).items.size() == 2u);
  BOOST_TEST(std::get<Send>(sends[1]).items.size() == 1u);
  BOOST_TEST((std::get<Send>(sends[2]).items.front() == WorkItemId{3}));
}

BOOST_AUTO_TEST_CASE(an_item_that_needs_several_exchanges_ends_with_the_last) {
  open();
  const WorkItem item{WorkItemId{7}, PolicyId{0}, TokenBound{}, true};
  dispatcher->offer({&item, 1});
  const Send first = only<Send>(at({}));
  Reply tokenized = answered(0);
  tokenized.result = Unfinished{test::bound(100)};
  dispatcher->on_reply(first.request, std::move(tokenized), at({}));
  BOOST_TEST((ledger->run().spent() == test::amount(0, 0, 1)));  // a request, and no token
  const Send second = only<Send>(at({}));
  BOOST_TEST((second.items.front() == WorkItemId{7}));
  BOOST_TEST(second.attempt == 1u);
  dispatcher->on_reply(second.request, answered(25), at({}));
  const Record record = only<Record>(at({}));
  BOOST_TEST(record.attempts == 1u);
  BOOST_TEST((ledger->run().spent().requests == 2));
}

BOOST_AUTO_TEST_CASE(a_failure_between_two_exchanges_repeats_the_second_only) {
  open();
  const WorkItem item{WorkItemId{7}, PolicyId{0}, test::bound(100), true};
  dispatcher->offer({&item, 1});
  Reply half = answered(25);
  half.result = Unfinished{test::bound(50)};
  dispatcher->on_reply(only<Send>(at({})).request, std::move(half), at({}));
  dispatcher->on_reply(only<Send>(at({})).request, failed(FailureClass::server_error, 500), at({}));
  const auto [when, action] = next(at({}));
  dispatcher->on_reply(std::get<Send>(action).request, answered(25), when);
  BOOST_TEST(only<Record>(when).attempts == 2u);
  BOOST_TEST((ledger->run().reserved() == Amount{}));
}

BOOST_AUTO_TEST_CASE(a_refused_batch_is_taken_apart) {
  prompts_per_request = 3;
  open();
  offer(3);
  const Send batch = only<Send>(at({}));
  dispatcher->on_reply(batch.request, failed(FailureClass::bad_request, 400), at({}));
  const std::vector<Action> sends = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(sends.size(), 3u);
  for (const Action& send : sends) BOOST_TEST(std::get<Send>(send).items.size() == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_before_its_lease_is_durable) {
  caps.usd = NanoUsd{10'000};
  open();
  offer(1);
  const LeaseNeeded lease = only<LeaseNeeded>(at({}));
  BOOST_TEST(lease.mark.committed_max.usd == NanoUsd{100 + 100});
  dispatcher->on_lease_durable(lease.mark, at({}));
  static_cast<void>(only<Send>(at({})));
}

BOOST_AUTO_TEST_CASE(at_the_cap_it_stops_says_so_and_drops_the_rest) {
  caps.requests = 2;
  open();
  offer(5);
  std::vector<RequestId> in_flight;
  for (Action& action : poll_all(at({}))) {
    if (auto* lease = std::get_if<LeaseNeeded>(&action)) {
      dispatcher->on_lease_durable(lease->mark, at({}));
    }
  }
  for (Action& action : poll_all(at({}))) {
    if (auto* lease = std::get_if<LeaseNeeded>(&action)) {
      dispatcher->on_lease_durable(lease->mark, at({}));
    } else {
      in_flight.push_back(std::get<Send>(action).request);
    }
  }
  for (Action& action : poll_all(at({}))) in_flight.push_back(std::get<Send>(action).request);
  BOOST_REQUIRE_EQUAL(in_flight.size(), 2u);
  for (const RequestId request : in_flight) dispatcher->on_reply(request, answered(25), at({}));
  std::size_t drops = 0;
  std::size_t records = 0;
  for (const Action& action : poll_all(at({}))) {
    if (const auto* halt = std::get_if<Halt>(&action)) {
      BOOST_TEST((halt->scope == Halt::Scope::run));
      BOOST_TEST((halt->cause == Halt::Cause::budget));
    }
    drops += std::holds_alternative<Drop>(action) ? 1 : 0;
    records += std::holds_alternative<Record>(action) ? 1 : 0;
  }
  BOOST_TEST(drops == 3u);
  BOOST_TEST(records == 2u);
  BOOST_TEST(ledger->nothing_reserved());
  dispatcher->on_synced(2, at({}));
  BOOST_TEST(dispatcher->done());
}

BOOST_AUTO_TEST_CASE(a_refused_key_halts_the_run_and_blames_no_row) {
  open();
  offer(2);
  const std::vector<Action> sends = poll_all(at({}));
  dispatcher->on_reply(std::get<Send>(sends[0]).request, failed(FailureClass::auth, 401), at({}));
  dispatcher->on_reply(std::get<Send>(sends[1]).request, failed(FailureClass::auth, 401), at({}));
  std::vector<Halt::Scope> scopes;
  std::size_t drops = 0;
  for (const Action& action : poll_all(at({}))) {
    if (const auto* halt = std::get_if<Halt>(&action)) scopes.push_back(halt->scope);
    drops += std::holds_alternative<Drop>(action) ? 1 : 0;
  }
  BOOST_TEST((scopes == std::vector{Halt::Scope::endpoint, Halt::Scope::policy, Halt::Scope::run}));
  BOOST_TEST(drops == 2u);
  BOOST_TEST(dispatcher->done());
}

BOOST_AUTO_TEST_CASE(an_equivalent_endpoint_takes_over_from_one_that_is_shut) {
  endpoints = 2;
  open();
  offer(8);
  static_cast<void>(answer_all(at({})));
  offer(1);
  const Send send = only<Send>(at({}));
  BOOST_TEST((send.endpoint == EndpointId{0}));
  dispatcher->on_reply(send.request, failed(FailureClass::auth, 401), at({}));
  const std::vector<Action> actions = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(actions.size(), 2u);
  BOOST_TEST((std::get<Halt>(actions[0]).scope == Halt::Scope::endpoint));
  BOOST_TEST((std::get<Send>(actions[1]).endpoint == EndpointId{1}));
}

BOOST_AUTO_TEST_CASE(a_row_too_large_for_the_rest_of_a_cap_comes_back_and_smaller_ones_go_on) {
  caps.usd = NanoUsd{500};
  open();
  offer(1, 0, 1'000);
  offer(1, 0, 100);
  dispatcher->finish();
  const std::vector<Action> first = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(first.size(), 2u);
  BOOST_TEST((std::get<Drop>(first[0]).item == WorkItemId{0}));
  dispatcher->on_lease_durable(std::get<LeaseNeeded>(first[1]).mark, at({}));
  const std::vector<Action> last = answer_all(at({}));
  dispatcher->on_synced(1, at({}));
  BOOST_REQUIRE_EQUAL(last.size(), 2u);
  BOOST_TEST((std::get<Halt>(last[0]).cause == Halt::Cause::budget));
  BOOST_TEST((std::get<Record>(last[1]).item == WorkItemId{1}));
  BOOST_TEST(dispatcher->done());
}

BOOST_AUTO_TEST_CASE(rows_that_are_all_too_large_end_the_run_after_a_while) {
  caps.usd = NanoUsd{500};
  limits.passed_over_max = 3;
  open();
  offer(10, 0, 1'000);
  const std::vector<Action> actions = answer_all(at({}));
  BOOST_REQUIRE_EQUAL(actions.size(), 11u);
  const auto is_halt = [](const Action& action) { return std::holds_alternative<Halt>(action); };
  BOOST_TEST(std::ranges::count_if(actions, is_halt) == 1);
  BOOST_TEST(dispatcher->draining());
}

BOOST_AUTO_TEST_CASE(an_item_is_compared_before_it_is_sent_for_good) {
  endpoints = 2;
  open();
  offer(1);
  const Send there = only<Send>(at({}));
  BOOST_TEST((there.endpoint == EndpointId{1}));
  BOOST_TEST(there.comparison);
  dispatcher->on_reply(there.request, answered(25), at({}));
  const Send here = only<Send>(at({}));
  BOOST_TEST((here.endpoint == EndpointId{0}));
  BOOST_TEST(!here.comparison);
  BOOST_TEST(here.attempt == 1u);
  dispatcher->on_reply(here.request, answered(25), at({}));
  const Record record = only<Record>(at({}));
  BOOST_TEST((record.endpoint == EndpointId{0}));
  BOOST_TEST(record.attempts == 1u);
  BOOST_TEST(record.charged == test::amount(50, 52, 2));  // both were paid for
}

BOOST_AUTO_TEST_CASE(a_comparison_that_fails_costs_the_item_no_attempt) {
  endpoints = 2;
  open();
  offer(1);
  const Send there = only<Send>(at({}));
  dispatcher->on_reply(there.request, failed(FailureClass::server_error, 500), at({}));
  const Send here = only<Send>(at({}));
  BOOST_TEST(!here.comparison);
  BOOST_TEST((here.endpoint == EndpointId{0}));
  BOOST_TEST(here.attempt == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_concluded_is_said_once) {
  endpoints = 2;
  open();
  offer(20);
  int said = 0;
  for (const Action& action : answer_all(at({}))) {
    if (const auto* checked = std::get_if<CrossChecked>(&action)) {
      ++said;
      BOOST_TEST(checked->equal);
      BOOST_TEST((checked->stand_in == EndpointId{1}));
    }
  }
  BOOST_TEST(said == 1);
  BOOST_TEST(dispatcher->counters().comparisons == 8u);
}

BOOST_AUTO_TEST_CASE(behind_a_canary_a_stand_in_is_compared_anew) {
  endpoints = 2;
  open();
  offer(20);
  static_cast<void>(answer_all(at({})));
  BOOST_TEST((pacers[1]->standing(PolicyId{0}) == CrossCheck::Verdict::equal));
  offer_canary();
  static_cast<void>(answer_all(at({})));
  BOOST_TEST((pacers[1]->standing(PolicyId{0}) == CrossCheck::Verdict::open));
  offer(20);
  static_cast<void>(answer_all(at({})));
  BOOST_TEST((pacers[1]->standing(PolicyId{0}) == CrossCheck::Verdict::equal));
  BOOST_TEST(dispatcher->counters().comparisons == 16u);
}

BOOST_AUTO_TEST_CASE(a_canary_is_asked_of_the_first_endpoint_and_holds_up_no_row) {
  endpoints = 2;
  endpoint.concurrency = 2;
  open();
  offer(8);
  static_cast<void>(answer_all(at({})));
  offer(2);
  const std::vector<Action> busy = poll_all(at({}));  // the first one has no room left
  BOOST_REQUIRE_EQUAL(busy.size(), 2u);
  offer_canary();
  offer(1);
  const Send row = only<Send>(at({}));
  BOOST_TEST((row.endpoint == EndpointId{1}));
  BOOST_TEST((row.items[0] != WorkItemId{1'000}));
  dispatcher->on_reply(std::get<Send>(busy[0]).request, answered(25), at({}));
  const std::vector<Action> actions = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(actions.size(), 2u);  // the record, and
  const Send canary = std::get<Send>(actions[1]);
  BOOST_TEST((canary.items[0] == WorkItemId{1'000}));
  BOOST_TEST((canary.endpoint == EndpointId{0}));
}

BOOST_AUTO_TEST_CASE(without_the_first_endpoint_who_stands_in_answers_the_canary) {
  endpoints = 2;
  open();
  offer(8);
  static_cast<void>(answer_all(at({})));
  pacers[0]->shut({Shut::Cause::unavailable, std::nullopt, "gone"});
  offer_canary();
  offer(1);
  std::size_t sent = 0;
  for (const Action& action : poll_all(at({})))
    sent += std::holds_alternative<Send>(action) ? 1 : 0;
  BOOST_TEST(sent == 2u);
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_was_never_compared_takes_nothing_over) {
  endpoints = 2;
  endpoint.concurrency = 1;
  open();
  offer(2);
  const std::vector<Action> sent = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(sent.size(), 2u);
  BOOST_TEST(std::get<Send>(sent[0]).comparison);
  const Send here = std::get<Send>(sent[1]);
  BOOST_TEST((here.endpoint == EndpointId{0}));
  dispatcher->on_reply(here.request, failed(FailureClass::model_not_found, 404), at({}));
  const std::vector<Action> actions = poll_all(at({}));
  BOOST_REQUIRE(!actions.empty());
  const auto is_send = [](const Action& action) { return std::holds_alternative<Send>(action); };
  BOOST_TEST(std::ranges::none_of(actions, is_send));
  BOOST_TEST(dispatcher->draining());
}

BOOST_AUTO_TEST_CASE(the_same_permanent_failure_on_the_first_twenty_rows_stops_the_policy) {
  policies = 2;
  open();
  offer(30, 0);
  const std::optional<Halt> halt = halt_of_refusals();
  BOOST_REQUIRE(halt.has_value());
  BOOST_TEST((halt->cause == Halt::Cause::same_failure));
  BOOST_TEST(dispatcher->counters().failed == 20u);
  offer(1, 1);
  static_cast<void>(only<Send>(at({})));
}

BOOST_AUTO_TEST_CASE(a_canary_says_nothing_about_the_first_rows) {
  policies = 2;
  open();
  offer_canary();
  BOOST_TEST(answer_all(at({})).size() == 1u);
  offer(30, 0);
  const std::optional<Halt> halt = halt_of_refusals();
  BOOST_REQUIRE(halt.has_value());
  BOOST_TEST((halt->cause == Halt::Cause::same_failure));
}

BOOST_AUTO_TEST_CASE(a_policy_held_up_does_not_hold_up_another) {
  policies = 2;
  open();
  offer(50, 0);
  offer(50, 1);
  std::size_t of_second = 0;
  for (const Action& action : poll_all(at({}))) {
    of_second += std::get<Send>(action).policy == PolicyId{1} ? 1 : 0;
  }
  BOOST_TEST(of_second == 50u);
}

BOOST_AUTO_TEST_CASE(unsynced_records_push_back) {
  limits.records_unsynced_max = 2;
  open();
  offer(3);
  const std::vector<Action> sends = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(sends.size(), 2u);
  for (const Action& send : sends) {
    dispatcher->on_reply(std::get<Send>(send).request, answered(25), at({}));
  }
  BOOST_TEST(poll_all(at({})).size() == 2u);  // the records
  BOOST_TEST(poll_all(at({})).empty());
  BOOST_TEST((dispatcher->binding(at({})).kind == Binding::Kind::journal));
  dispatcher->on_synced(1, at({}));
  static_cast<void>(only<Send>(at({})));
}

BOOST_AUTO_TEST_CASE(draining_it_takes_what_is_under_way_and_sends_no_more) {
  endpoint.concurrency = 1;
  open();
  offer(2);
  const Send send = only<Send>(at({}));
  dispatcher->drain();
  BOOST_TEST(dispatcher->wants() == 0u);
  BOOST_TEST((only<Drop>(at({})).item == WorkItemId{1}));
  dispatcher->on_reply(send.request, answered(25), at({}));
  static_cast<void>(only<Record>(at({})));
  dispatcher->on_synced(1, at({}));
  BOOST_TEST(dispatcher->done());
}

BOOST_AUTO_TEST_CASE(at_its_deadline_the_run_drains) {
  until = at(seconds(10));
  open();
  offer(1);
  const Send send = only<Send>(at({}));
  BOOST_TEST(dispatcher->next_wakeup(at({})).value() == at(seconds(10)));
  const Halt halt = only<Halt>(at(seconds(10)));
  BOOST_TEST((halt.cause == Halt::Cause::time));
  dispatcher->on_reply(send.request, answered(25), at(seconds(11)));
  static_cast<void>(only<Record>(at(seconds(11))));
}

BOOST_AUTO_TEST_CASE(it_never_wants_more_than_it_may_hold) {
  limits.items_held_max = 70;
  endpoint.concurrency = 1;
  open();
  while (dispatcher->wants() > 0) {
    offer(dispatcher->wants());
    static_cast<void>(poll_all(at({})));
  }
  BOOST_TEST(dispatcher->held() <= 70u);
  BOOST_TEST(dispatcher->in_flight() == 1u);
}

BOOST_AUTO_TEST_CASE(what_an_outage_holds_up_is_not_ready_while_another_policy_could_go_on) {
  policies = 2;
  endpoints = 2;
  apart = true;
  open();
  offer(5, 0);
  for (const Action& action : poll_all(at({}))) {
    const Send& send = std::get<Send>(action);
    dispatcher->on_reply(send.request, failed(FailureClass::connection), at({}));
  }
  offer(100, 0);
  offer(1, 1);
  BOOST_TEST(dispatcher->ready() == 106u);  // nothing was tried since
  const Send send = only<Send>(at({}));
  BOOST_TEST((send.policy == PolicyId{1}));
  BOOST_TEST(dispatcher->ready() == 0u);
  BOOST_TEST(dispatcher->wants() == 64u);
  offer(64, 1);
  BOOST_TEST(dispatcher->ready() == 64u);
}

BOOST_AUTO_TEST_CASE(it_wants_whole_requests_of_several_items) {
  prompts_per_request = 16;
  open();
  offer(dispatcher->wants());
  const std::vector<Action> sends = poll_all(at({}));
  BOOST_TEST(sends.size() == 64u);
  BOOST_TEST(dispatcher->ready() == 0u);
  BOOST_TEST(dispatcher->wants() == 16u * 2u * 64u);
}

BOOST_AUTO_TEST_CASE(a_policy_whose_time_is_over_is_halted_alone) {
  policies = 2;
  first_policy_until = at(seconds(10));
  open();
  BOOST_TEST((dispatcher->next_wakeup(at({})) == at(seconds(10))));
  offer(1, 0);
  offer(1, 1);

  const auto actions = poll_all(at(seconds(10)));

  BOOST_REQUIRE_EQUAL(actions.size(), 3u);
  const Halt halt = std::get<Halt>(actions[0]);
  BOOST_TEST((halt.scope == Halt::Scope::policy));
  BOOST_TEST((halt.cause == Halt::Cause::time));
  BOOST_TEST((halt.policy == PolicyId{0}));
  BOOST_TEST(std::holds_alternative<Drop>(actions[1]));
  BOOST_TEST((std::get<Send>(actions[2]).policy == PolicyId{1}));
  BOOST_TEST(!dispatcher->draining());
}

BOOST_AUTO_TEST_CASE(the_retries_of_a_policy_that_is_halted_are_dropped_at_once) {
  policies = 2;
  first_policy_until = at(seconds(10));
  open();
  offer(2, 0);
  const auto sends = poll_all(at({}));
  BOOST_REQUIRE_EQUAL(sends.size(), 2u);
  Reply later = failed(FailureClass::timeout);
  later.observation.retry_after = minutes(1);
  dispatcher->on_reply(std::get<Send>(sends[0]).request, later, at(seconds(1)));
  dispatcher->finish();

  const auto actions = poll_all(at(seconds(10)));
  BOOST_REQUIRE_EQUAL(actions.size(), 2u);
  BOOST_TEST(std::holds_alternative<Halt>(actions[0]));
  BOOST_TEST((std::get<Drop>(actions[1]).item == WorkItemId{0}));

  dispatcher->on_reply(std::get<Send>(sends[1]).request, later, at(seconds(11)));
  BOOST_TEST((only<Drop>(at(seconds(11))).item == WorkItemId{1}));
  BOOST_TEST(dispatcher->done());
}

BOOST_AUTO_TEST_CASE(a_cap_that_is_reached_says_which_and_what_would_have_been_needed) {
  caps.requests = 0;
  open();
  offer(1);

  const auto actions = poll_all(at({}));

  const Halt halt = std::get<Halt>(actions.at(0));
  BOOST_TEST((halt.cause == Halt::Cause::budget));
  BOOST_REQUIRE(halt.exhausted.has_value());
  BOOST_TEST((halt.exhausted->refusal == Refusal{0, BudgetAxis::requests}));
  BOOST_TEST(halt.exhausted->worst.requests == 1);
  BOOST_TEST(halt.reason.find("the run's cap in requests") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
