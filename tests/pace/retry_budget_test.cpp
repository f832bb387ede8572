#include "pace/retry_budget.hpp"

#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Instant at(Duration since_epoch) {
  return Instant{} + since_epoch;
}

// How many retries go at `now`.
int spend_all(RetryBudget& budget, Instant now) {
  int spent = 0;
  while (budget.ready_at(now) == now && spent < 100'000) {
    static_cast<void>(budget.spend(now));
    ++spent;
  }
  return spent;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retry_budget)

BOOST_AUTO_TEST_CASE(without_successes_ten_a_second_go) {
  RetryBudget budget(Limits{}, at({}));
  BOOST_TEST(spend_all(budget, at({})) == 10);
  BOOST_TEST(budget.ready_at(at({})) == at(milliseconds(100)));
  int spent = 0;
  for (int ms = 1; ms <= 10'000; ++ms) spent += spend_all(budget, at(milliseconds(ms)));
  BOOST_TEST(spent == 100);
}

BOOST_AUTO_TEST_CASE(half_of_the_successes_of_the_last_minute_go) {
  RetryBudget budget(Limits{}, at({}));
  for (int i = 0; i < 1'000; ++i) budget.on_success(at({}));
  BOOST_TEST(spend_all(budget, at({})) == 500 + 10);
}

BOOST_AUTO_TEST_CASE(successes_are_forgotten_after_a_minute) {
  RetryBudget budget(Limits{}, at({}));
  for (int i = 0; i < 1'000; ++i) budget.on_success(at({}));
  BOOST_TEST(spend_all(budget, at(seconds(62))) == 10);
}

BOOST_AUTO_TEST_CASE(what_was_not_sent_is_given_back) {
  RetryBudget budget(Limits{}, at({}));
  for (int i = 0; i < 2; ++i) budget.on_success(at({}));
  const auto from = budget.spend(at({}));
  BOOST_TEST((from == RetryBudget::From::share));
  budget.give_back(from, at({}));
  BOOST_TEST(spend_all(budget, at({})) == 1 + 10);
}

BOOST_AUTO_TEST_CASE(what_was_not_sent_is_given_back_to_the_floor_too) {
  RetryBudget budget(Limits{}, at({}));
  for (int i = 0; i < 20; ++i) {
    BOOST_REQUIRE((budget.ready_at(at({})) == at({})));
    budget.give_back(budget.spend(at({})), at({}));
  }
  BOOST_TEST(spend_all(budget, at({})) == 10);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
