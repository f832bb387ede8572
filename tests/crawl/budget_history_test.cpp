// The books of a run after a crash, from its journal alone.

#include "crawl/budget_history.hpp"

#include "crawl/terms.hpp"
#include "support/builders.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::crawl {
namespace {

using journal::BudgetPoint;

BudgetPoint point(std::int64_t nanos, std::int64_t tokens, std::int64_t requests) {
  return {NanoUsd{nanos}, TokenCount{tokens}, requests};
}

journal::Record scored(const std::string& policy,
                       const BudgetPoint& charged,
                       const BudgetPoint& unknown = {}) {
  journal::ScoreRecord record{.key = {},
                              .policy = policy,
                              .outcome = test::proved_score(-1.0),
                              .delivery = {},
                              .tokens = {},
                              .errors = {},
                              .body = {}};
  record.delivery.charged = charged;
  record.delivery.unknown = unknown;
  return record;
}

journal::Record lease(const std::string& account, const BudgetPoint& leased) {
  journal::LeaseRecord record;
  record.marks.account = account;
  record.marks.leased = leased;
  // What was spent when it was asked for stands in records too: it must not be counted again.
  record.marks.spent = point(1, 1, 1);
  return record;
}

journal::Record settle(const BudgetPoint& spent, const BudgetPoint& unknown) {
  journal::SettleRecord record;
  record.marks.spent = spent;
  record.marks.unknown = unknown;
  record.marks.leased = point_of(amount_of(spent) + amount_of(unknown));
  return record;
}

pace::Ledger restored(const std::vector<journal::Record>& records) {
  BudgetHistory history({"base", "warm"});
  for (const journal::Record& record : records) history.add(record);
  const pace::Caps caps{.usd = NanoUsd{1'000}, .tokens = TokenCount{1'000}, .requests = 100};
  pace::Ledger ledger(caps, {caps, caps}, pace::Limits{});
  ledger.restore(history.result());
  return ledger;
}

BOOST_AUTO_TEST_SUITE(budget_history)

BOOST_AUTO_TEST_CASE(records_are_charged_to_the_run_and_to_their_policy_on_every_axis) {
  const pace::Ledger ledger =
      restored({scored("base", point(30, 3, 1), point(7, 2, 1)), scored("warm", point(10, 1, 1))});
  BOOST_CHECK((ledger.run().spent() == amount_of(point(40, 4, 2))));
  BOOST_CHECK((ledger.run().unknown() == amount_of(point(7, 2, 1))));
  BOOST_CHECK((ledger.policy(pace::PolicyId{0}).spent() == amount_of(point(30, 3, 1))));
  BOOST_CHECK((ledger.policy(pace::PolicyId{1}).spent() == amount_of(point(10, 1, 1))));
}

BOOST_AUTO_TEST_CASE(a_policy_that_is_gone_still_counts_for_the_run) {
  const pace::Ledger ledger = restored({scored("removed", point(30, 3, 1))});
  BOOST_CHECK((ledger.run().spent() == amount_of(point(30, 3, 1))));
  BOOST_CHECK((ledger.policy(pace::PolicyId{0}).spent() == pace::Amount{}));
}

BOOST_AUTO_TEST_CASE(what_a_lease_covers_beyond_the_records_is_unknown) {
  const pace::Ledger ledger =
      restored({lease("", point(100, 50, 5)), scored("base", point(30, 3, 1))});
  BOOST_CHECK((ledger.run().spent() == amount_of(point(30, 3, 1))));
  BOOST_CHECK((ledger.run().unknown() == amount_of(point(70, 47, 4))));
  BOOST_CHECK((ledger.policy(pace::PolicyId{0}).unknown() == pace::Amount{}));
}

BOOST_AUTO_TEST_CASE(a_clean_end_states_what_no_record_does) {
  const pace::Ledger ledger = restored({lease("", point(100, 50, 5)),
                                        scored("base", point(30, 3, 1)),
                                        settle(point(45, 4, 2), point(5, 1, 1)),
                                        scored("base", point(10, 1, 1))});
  BOOST_CHECK((ledger.run().spent() == amount_of(point(55, 5, 3))));
  BOOST_CHECK((ledger.run().unknown() == amount_of(point(5, 1, 1))));
}

BOOST_AUTO_TEST_CASE(the_unknown_of_a_crash_outlasts_a_second_one) {
  const pace::Ledger ledger = restored({lease("", point(100, 50, 5)),
                                        scored("base", point(30, 3, 1)),
                                        lease("", point(160, 80, 9)),
                                        scored("base", point(20, 2, 1))});
  BOOST_CHECK((ledger.run().committed() == amount_of(point(160, 80, 9))));
  BOOST_CHECK((ledger.run().spent() == amount_of(point(50, 5, 2))));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl
