#include "pace/window_log.hpp"

#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Instant at(Duration since_epoch) {
  return Instant{} + since_epoch;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(window_log)

BOOST_AUTO_TEST_CASE(an_amount_counts_for_at_least_a_window) {
  WindowLog log(seconds(60), 60, at({}));
  log.add(5, at(milliseconds(999)), at(milliseconds(999)));
  BOOST_TEST(log.sum(at(milliseconds(60'999))) == 5);
  BOOST_TEST(log.sum(at(milliseconds(61'000))) == 0);
  BOOST_TEST(log.expired(at(milliseconds(61'000))) == 5);
}

BOOST_AUTO_TEST_CASE(ready_when_enough_has_left) {
  WindowLog log(seconds(60), 60, at({}));
  log.add(3, at({}), at({}));
  log.add(3, at(seconds(10)), at(seconds(10)));
  BOOST_TEST(log.ready_at(1, 7, at(seconds(20))) == at(seconds(20)));
  BOOST_TEST(log.ready_at(2, 7, at(seconds(20))) == at(seconds(61)));
  BOOST_TEST(log.ready_at(7, 7, at(seconds(20))) == at(seconds(71)));
}

BOOST_AUTO_TEST_CASE(a_cost_above_the_limit_fits_an_empty_window) {
  WindowLog log(seconds(60), 60, at({}));
  BOOST_TEST(log.ready_at(100, 7, at({})) == at({}));
  log.add(1, at({}), at({}));
  BOOST_TEST(log.ready_at(100, 7, at({})) == at(seconds(61)));
}

BOOST_AUTO_TEST_CASE(the_past_can_be_told_late_and_what_is_over_is_dropped) {
  WindowLog log(seconds(60), 60, at(seconds(100)));
  log.add(2, at(seconds(50)), at(seconds(100)));
  log.add(9, at(seconds(30)), at(seconds(100)));
  BOOST_TEST(log.sum(at(seconds(100))) == 2);
  BOOST_TEST(log.sum(at(seconds(111))) == 0);
}

BOOST_AUTO_TEST_CASE(a_long_silence_empties_it) {
  WindowLog log(seconds(60), 60, at({}));
  log.add(4, at({}), at({}));
  BOOST_TEST(log.sum(at(seconds(1'000'000))) == 0);
  BOOST_TEST(log.expired(at(seconds(1'000'000))) == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
