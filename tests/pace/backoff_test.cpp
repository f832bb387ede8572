#include "pace/backoff.hpp"

#include "support/printers.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace assay::pace {

BOOST_AUTO_TEST_SUITE(backoff)

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

BOOST_AUTO_TEST_CASE(each_delay_lies_between_half_and_all_of_the_doubled_base) {
  const Limits limits;
  Rng rng(1);
  for (int attempt = 1; attempt <= 12; ++attempt) {
    const Duration base = std::min<Duration>(milliseconds(500) * (1 << (attempt - 1)), seconds(60));
    for (int i = 0; i < 100; ++i) {
      const Duration delay = retry_delay(limits, attempt, FailureClass::timeout, std::nullopt, rng);
      BOOST_TEST(delay >= base / 2);
      BOOST_TEST(delay <= base);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_without_a_hint_starts_at_a_second) {
  Rng rng(2);
  const Duration delay = retry_delay(Limits{}, 1, FailureClass::rate_limited, std::nullopt, rng);
  BOOST_TEST(delay >= milliseconds(500));
  BOOST_TEST(delay <= seconds(1));
}

BOOST_DATA_TEST_CASE(a_hint_is_never_undercut_and_exceeded_by_a_tenth_at_most,
                     boost::unit_test::data::make({3, 7, 60, 119, 3'600, 86'400}),
                     hint_seconds) {
  Rng rng(3);
  const Duration hint = seconds(hint_seconds);
  for (int i = 0; i < 200; ++i) {
    const Duration delay = retry_delay(Limits{}, 1, FailureClass::rate_limited, hint, rng);
    BOOST_TEST(delay >= hint);
    BOOST_TEST(delay <= hint + hint / 10);
  }
}

BOOST_AUTO_TEST_CASE(a_small_hint_does_not_shorten_our_own_delay) {
  Rng rng(4);
  BOOST_TEST(retry_delay(Limits{}, 4, FailureClass::rate_limited, milliseconds(1), rng) >=
             seconds(4));
}

BOOST_DATA_TEST_CASE(a_hint_that_is_not_positive_is_none,
                     boost::unit_test::data::make({0, -1, -86'400}),
                     hint_seconds) {
  Rng rng(5);
  const Duration delay =
      retry_delay(Limits{}, 1, FailureClass::overloaded, Duration(seconds(hint_seconds)), rng);
  BOOST_TEST(delay >= milliseconds(250));
}

BOOST_AUTO_TEST_CASE(an_absurd_hint_stays_a_time_that_can_be_added_to) {
  Rng rng(6);
  const Duration delay = retry_delay(Limits{}, 1, FailureClass::rate_limited, Duration::max(), rng);
  BOOST_TEST(delay >= hours(24 * 366));
  BOOST_TEST(delay <= hours(24 * 403));
}

BOOST_AUTO_TEST_CASE(no_delay_is_below_the_floor) {
  Limits limits;
  limits.delay_first = Duration(1);
  Rng rng(7);
  BOOST_TEST(retry_delay(limits, 1, FailureClass::timeout, std::nullopt, rng) == milliseconds(50));
}

BOOST_AUTO_TEST_CASE(attempts_follow_the_class) {
  const Limits limits;
  BOOST_TEST(attempts_max(limits, FailureClass::timeout) == 5);
  BOOST_TEST(attempts_max(limits, FailureClass::malformed_response) == 3);
  BOOST_TEST(attempts_max(limits, FailureClass::echo_mismatch) == 2);
  BOOST_TEST(attempts_max(limits, FailureClass::boundary_inside_token) == 1);
  BOOST_TEST(attempts_max(limits, FailureClass::auth) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
