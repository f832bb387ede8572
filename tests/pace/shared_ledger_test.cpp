#include "pace/shared_ledger.hpp"

#include "printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

constexpr PolicyId policy{0};

struct Stage {
  SharedLedger ledger{{NanoUsd{100}, std::nullopt, std::nullopt}, {{}}, Limits{}};
  int woken = 0;
  SharedLedger::Member member = ledger.join([this] { ++woken; });
  SharedLedger::Member other = ledger.join([] {});

  Ledger::Verdict reserve(std::int64_t nanos) {
    return ledger.reserve(member, policy, {NanoUsd{nanos}, TokenCount{}, 1}).verdict;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shared_ledger, Stage)

BOOST_AUTO_TEST_CASE(a_loop_that_waits_for_a_lease_is_woken_when_it_is_durable) {
  BOOST_TEST(reserve(100) == Ledger::Verdict::wait_for_lease);
  BOOST_TEST(ledger.waits(member));
  ledger.on_lease_durable(*ledger.poll_lease());
  BOOST_TEST(woken == 1);
  BOOST_TEST(!ledger.waits(member));
  BOOST_TEST(reserve(100) == Ledger::Verdict::reserved);
}

BOOST_AUTO_TEST_CASE(a_loop_that_waits_for_a_settlement_is_woken_by_any) {
  static_cast<void>(reserve(100));
  ledger.on_lease_durable(*ledger.poll_lease());
  static_cast<void>(reserve(100));
  woken = 0;
  BOOST_TEST(reserve(1) == Ledger::Verdict::wait_for_settle);
  ledger.settle(policy, test::amount(100, 0, 1), test::amount(10, 0, 1));
  BOOST_TEST(woken == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
