#include "journal/budget_audit.hpp"

#include "journal/builders.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using namespace assay::journal;

namespace {

BudgetPoint usd(std::int64_t nanos) {
  return {NanoUsd{nanos}, TokenCount{0}, 0};
}

const BudgetCap cap_100{.money = NanoUsd{100}, .tokens = std::nullopt, .requests = std::nullopt};

ScoreRecord charged(std::int64_t nanos, std::int64_t unknown = 0) {
  ScoreRecord record = score_record(1);
  record.delivery.charged = usd(nanos);
  record.delivery.unknown = usd(unknown);
  return record;
}

LeaseRecord lease(std::int64_t leased, std::int64_t reserved = 0, BudgetCap cap = cap_100) {
  LeaseRecord record;
  record.marks.leased = usd(leased);
  record.marks.reserved = usd(reserved);
  record.marks.cap = cap;
  return record;
}

SettleRecord settle(std::int64_t spent, BudgetCap cap = cap_100) {
  SettleRecord record;
  record.marks.spent = usd(spent);
  record.marks.leased = usd(spent);
  record.marks.cap = cap;
  return record;
}

BudgetAudit audit_of(const std::vector<Record>& records,
                     std::map<std::string, BudgetCap> caps = {}) {
  BudgetAudit audit(std::move(caps));
  std::uint64_t offset = 0;
  for (const Record& record : records) {
    audit.add(record, {.text = {}, .segment = 1, .offset = offset});
    offset += 100;
  }
  return audit;
}

// The one breach of a proof that fails in one place.
std::string breach_of(const std::vector<Record>& records) {
  const BudgetAudit audit = audit_of(records);
  BOOST_REQUIRE(audit.breach_count() == 1);
  return audit.breaches().front().what;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(budget_audit)

BOOST_AUTO_TEST_CASE(a_run_within_its_leases_holds_and_says_what_it_came_to) {
  const BudgetAudit audit =
      audit_of({lease(60, 50), charged(20), charged(15, 5), lease(90, 10), charged(40)});
  BOOST_TEST(audit.holds());
  const BudgetAudit::Account& run = audit.accounts().at("");
  BOOST_TEST(run.spent.money.nanos() == 75);
  BOOST_TEST(run.unknown.money.nanos() == 15);  // what the last lease leaves open
  BOOST_TEST(run.most.money.nanos() == 90);
  BOOST_TEST(run.proved[0] == 5u);
  BOOST_TEST(run.proved[1] == 0u);
}

BOOST_AUTO_TEST_CASE(a_lease_above_the_cap_fails_with_its_place) {
  const BudgetAudit audit = audit_of({lease(60), lease(101)});
  BOOST_REQUIRE(audit.breach_count() == 1);
  const Breach& breach = audit.breaches().front();
  BOOST_TEST(breach.what == "a lease is above the cap");
  BOOST_TEST(breach.have == 101);
  BOOST_TEST(breach.allowed == 100);
  BOOST_TEST(breach.offset == 100u);
}

BOOST_AUTO_TEST_CASE(a_charge_beyond_the_leases_before_it_fails) {
  BOOST_TEST(breach_of({lease(30), charged(20, 5), charged(6)}) ==
             "more was charged than the leases before it cover");
  BOOST_TEST(breach_of({lease(0), charged(1)}) ==
             "more was charged than the leases before it cover");
}

BOOST_AUTO_TEST_CASE(a_lease_that_does_not_cover_what_it_states_fails) {
  BOOST_TEST(breach_of({lease(30, 31)}) == "a lease states more as committed than it covers");
}

BOOST_AUTO_TEST_CASE(a_clean_end_forgets_nothing_and_adds_nothing) {
  BOOST_TEST(audit_of({lease(50), charged(20), settle(30)}).holds());
  BOOST_TEST(breach_of({lease(50), charged(20), settle(10)}) ==
             "a clean end forgets what records hold");
  BOOST_TEST(breach_of({lease(50), charged(20), settle(51)}) ==
             "a clean end states more than the leases before it cover");
}

BOOST_AUTO_TEST_CASE(a_cap_lowered_below_what_is_spent_lets_nothing_more_through) {
  const BudgetCap low{.money = NanoUsd{10}, .tokens = std::nullopt, .requests = std::nullopt};
  BOOST_TEST(audit_of({lease(50), charged(50), settle(50, low)}).holds());
  BOOST_TEST(breach_of({lease(50), charged(50), settle(50, low), lease(51, 0, low)}) ==
             "a lease is above the cap");
}

BOOST_AUTO_TEST_CASE(without_a_cap_nothing_is_held_against_the_records) {
  const BudgetAudit audit = audit_of({charged(1'000), settle(1'000, BudgetCap{})});
  BOOST_TEST(audit.holds());
  BOOST_TEST(audit.accounts().at("").proved[0] == 0u);
}

BOOST_AUTO_TEST_CASE(marks_of_before_caps_were_stated_take_the_configuration_s) {
  LeaseRecord old = lease(101);
  old.marks.cap.reset();
  BOOST_TEST(audit_of({old}).holds());
  BOOST_TEST(!audit_of({old}, {{"", cap_100}}).holds());
}

BOOST_AUTO_TEST_CASE(a_policy_is_held_to_its_own_cap) {
  LeaseRecord own = lease(30);
  own.marks.account = "base";
  const BudgetAudit audit = audit_of({lease(90), own, charged(31)});
  BOOST_REQUIRE(audit.breach_count() == 1);
  BOOST_TEST(audit.breaches().front().account == "base");
}

BOOST_AUTO_TEST_CASE(what_was_charged_is_held_against_what_the_provider_reports) {
  ScoreRecord right = score_record(1);
  ScoreRecord wrong = score_record(2);
  wrong.delivery.usage.input = TokenCount{29};
  ScoreRecord retried = score_record(3);
  retried.delivery.charged.requests = 2;  // the usage of the first is not kept
  const BudgetAudit audit = audit_of({right, wrong, retried});
  BOOST_TEST(audit.usage().answers == 3u);
  BOOST_TEST(audit.usage().compared == 2u);
  BOOST_TEST(audit.usage().differing == 1u);
  BOOST_TEST(!audit.holds());
}

BOOST_AUTO_TEST_SUITE_END()
