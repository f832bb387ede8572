#include "pace/ledger.hpp"

#include "printers.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <vector>

namespace assay::pace {
namespace {

using test::amount;
using Verdict = Ledger::Verdict;

constexpr PolicyId first{0};
constexpr PolicyId second{1};

WorstCase worst(std::int64_t nanos, std::int64_t tokens = 0) {
  return {NanoUsd{nanos}, TokenCount{tokens}, 1};
}

Caps usd_cap(std::int64_t nanos) {
  return {NanoUsd{nanos}, std::nullopt, std::nullopt};
}

// Makes every lease durable at once.
void grant(Ledger& ledger) {
  while (const auto mark = ledger.poll_lease()) ledger.on_lease_durable(*mark);
}

// Reserves with a disk that is never slow.
Verdict reserve(Ledger& ledger, const WorstCase& what, PolicyId policy = first) {
  auto answer = ledger.reserve(policy, what);
  while (answer.verdict == Verdict::wait_for_lease) {
    grant(ledger);
    answer = ledger.reserve(policy, what);
  }
  return answer.verdict;
}

Ledger ledger_of(const Caps& run, const Caps& of_first = {}) {
  return Ledger(run, {of_first, {}}, Limits{});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ledger)

BOOST_AUTO_TEST_CASE(without_a_cap_everything_is_reserved_and_nothing_leased) {
  Ledger ledger = ledger_of({});
  BOOST_TEST(ledger.reserve(first, {std::nullopt, {1'000}, 1}).verdict == Verdict::reserved);
  BOOST_TEST(!ledger.poll_lease().has_value());
}

BOOST_AUTO_TEST_CASE(what_fills_the_cap_exactly_is_reserved_and_one_more_waits) {
  Ledger ledger = ledger_of(usd_cap(100));
  BOOST_TEST(reserve(ledger, worst(60)) == Verdict::reserved);
  BOOST_TEST(reserve(ledger, worst(40)) == Verdict::reserved);
  BOOST_TEST(reserve(ledger, worst(1)) == Verdict::wait_for_settle);
}

BOOST_AUTO_TEST_CASE(a_settlement_below_the_worst_case_makes_room) {
  Ledger ledger = ledger_of(usd_cap(100));
  BOOST_TEST(reserve(ledger, worst(100)) == Verdict::reserved);
  ledger.settle(first, worst(100).amount(), amount(30, 0, 1));
  BOOST_TEST(reserve(ledger, worst(70)) == Verdict::reserved);
  BOOST_TEST(ledger.run().spent() == amount(30, 0, 1));
}

BOOST_AUTO_TEST_CASE(what_is_spent_or_unknown_never_comes_back) {
  Ledger ledger = ledger_of(usd_cap(100));
  BOOST_TEST(reserve(ledger, worst(50)) == Verdict::reserved);
  BOOST_TEST(reserve(ledger, worst(40)) == Verdict::reserved);
  ledger.keep_unknown(first, worst(50).amount());
  ledger.settle(first, worst(40).amount(), amount(40, 0, 1));
  BOOST_TEST(reserve(ledger, worst(11)) == Verdict::exhausted);
  BOOST_TEST(reserve(ledger, worst(10)) == Verdict::reserved);
  BOOST_TEST(ledger.run().committed() == amount(100, 0, 3));
}

BOOST_AUTO_TEST_CASE(a_refused_request_costs_nothing_but_itself) {
  Ledger ledger = ledger_of(Caps{NanoUsd{100}, std::nullopt, 2});
  BOOST_TEST(reserve(ledger, worst(100)) == Verdict::reserved);
  ledger.release(first, worst(100).amount(), Ledger::Sent::refused);
  BOOST_TEST(ledger.run().committed() == amount(0, 0, 1));
  BOOST_TEST(reserve(ledger, worst(100)) == Verdict::reserved);
  ledger.release(first, worst(100).amount(), Ledger::Sent::never);
  BOOST_TEST(ledger.run().committed() == amount(0, 0, 1));
}

BOOST_AUTO_TEST_CASE(every_axis_is_capped) {
  Ledger tokens = ledger_of(Caps{std::nullopt, TokenCount{10}, std::nullopt});
  BOOST_TEST(reserve(tokens, worst(0, 11)) == Verdict::exhausted);
  Ledger requests = ledger_of(Caps{std::nullopt, std::nullopt, 1});
  BOOST_TEST(reserve(requests, worst(0, 1)) == Verdict::reserved);
  BOOST_TEST(reserve(requests, worst(0, 1)) == Verdict::wait_for_settle);
}

BOOST_AUTO_TEST_CASE(a_policy_is_held_by_its_own_cap_and_leaves_the_others_alone) {
  Ledger ledger = ledger_of(usd_cap(100), usd_cap(10));
  BOOST_TEST(reserve(ledger, worst(11), first) == Verdict::exhausted);
  BOOST_TEST(reserve(ledger, worst(11), second) == Verdict::reserved);
  const auto answer = ledger.reserve(first, worst(11));
  BOOST_TEST(answer.refusal->account == 1u);
}

BOOST_AUTO_TEST_CASE(an_unknown_price_is_refused_under_a_cap_in_money_only) {
  const WorstCase unpriced{std::nullopt, TokenCount{5}, 1};
  Ledger money = ledger_of(usd_cap(100));
  BOOST_TEST(reserve(money, unpriced) == Verdict::price_unknown);
  Ledger tokens = ledger_of(Caps{std::nullopt, TokenCount{100}, std::nullopt});
  BOOST_TEST(reserve(tokens, unpriced) == Verdict::reserved);
}

BOOST_AUTO_TEST_CASE(a_price_of_zero_is_unknown) {
  Ledger ledger = ledger_of(usd_cap(100));
  BOOST_TEST(reserve(ledger, worst(0, 5)) == Verdict::price_unknown);
}

BOOST_AUTO_TEST_CASE(nothing_is_reserved_above_the_durable_mark) {
  Ledger ledger = ledger_of(usd_cap(1'000'000));
  BOOST_TEST(ledger.reserve(first, worst(10)).verdict == Verdict::wait_for_lease);
  const auto mark = ledger.poll_lease();
  BOOST_REQUIRE(mark.has_value());
  BOOST_TEST(mark->committed_max.usd.nanos() == 10 + 10'000);
  BOOST_TEST(ledger.reserve(first, worst(10)).verdict == Verdict::wait_for_lease);
  ledger.on_lease_durable(*mark);
  BOOST_TEST(ledger.reserve(first, worst(10)).verdict == Verdict::reserved);
}

BOOST_AUTO_TEST_CASE(each_mark_is_asked_for_once) {
  Ledger ledger = ledger_of(usd_cap(1'000'000));
  static_cast<void>(ledger.reserve(first, worst(10)));
  static_cast<void>(ledger.reserve(first, worst(10)));
  BOOST_TEST(ledger.poll_lease().has_value());
  BOOST_TEST(!ledger.poll_lease().has_value());
}

BOOST_AUTO_TEST_CASE(the_next_mark_is_asked_for_before_this_one_is_used_up) {
  Ledger ledger = ledger_of(usd_cap(1'000'000));
  BOOST_TEST(reserve(ledger, worst(10)) == Verdict::reserved);
  BOOST_TEST(!ledger.poll_lease().has_value());
  BOOST_TEST(ledger.reserve(first, worst(6'000)).verdict == Verdict::reserved);
  BOOST_TEST(ledger.poll_lease().has_value());
}

BOOST_AUTO_TEST_CASE(no_mark_is_above_the_cap) {
  Ledger ledger = ledger_of(usd_cap(100));
  for (int i = 0; i < 10; ++i) BOOST_TEST(reserve(ledger, worst(10)) == Verdict::reserved);
  BOOST_TEST(ledger.run().durable().usd == NanoUsd{100});
}

BOOST_AUTO_TEST_CASE(after_a_crash_an_open_lease_counts_as_unknown) {
  Ledger ledger = ledger_of(usd_cap(1'000));
  const std::vector<Ledger::Past> past{{0, amount(300, 0, 0), amount(50, 0, 0), amount(400, 0, 0)}};
  ledger.restore(past);
  BOOST_TEST(ledger.run().spent().usd == NanoUsd{300});
  BOOST_TEST(ledger.run().unknown().usd == NanoUsd{100});
  BOOST_TEST(reserve(ledger, worst(601)) == Verdict::exhausted);
  BOOST_TEST(reserve(ledger, worst(600)) == Verdict::reserved);
}

BOOST_AUTO_TEST_CASE(after_a_clean_end_nothing_is_counted_twice) {
  Ledger ledger = ledger_of(usd_cap(1'000));
  BOOST_TEST(reserve(ledger, worst(100)) == Verdict::reserved);
  ledger.settle(first, worst(100).amount(), amount(40, 0, 1));
  const std::vector<LeaseMark> marks = ledger.closing_marks();
  BOOST_REQUIRE(marks.size() == 3);  // of the run and of both policies, capped or not
  BOOST_TEST(marks[1].committed_max == amount(40, 0, 1));
  BOOST_TEST(marks[2].committed_max == amount(0, 0, 0));
  BOOST_TEST(marks[0].committed_max == amount(40, 0, 1));

  Ledger resumed = ledger_of(usd_cap(1'000));
  resumed.restore(std::vector<Ledger::Past>{{0, amount(40, 0, 1), {}, marks[0].committed_max}});
  BOOST_TEST(resumed.run().committed() == amount(40, 0, 1));
  BOOST_TEST(resumed.run().unknown() == Amount{});
}

BOOST_AUTO_TEST_CASE(a_cost_above_the_reservation_is_recorded_as_it_is) {
  Ledger ledger = ledger_of(usd_cap(100));
  BOOST_TEST(reserve(ledger, worst(10)) == Verdict::reserved);
  ledger.settle(first, worst(10).amount(), amount(500, 0, 1));
  BOOST_TEST(ledger.run().spent().usd == NanoUsd{500});
  BOOST_TEST(reserve(ledger, worst(1)) == Verdict::exhausted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
