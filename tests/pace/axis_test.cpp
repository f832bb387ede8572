#include "pace/axis.hpp"

#include "printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::at;

Axis axis_of(std::optional<std::int64_t> limit, std::optional<std::int64_t> burst = {}) {
  return Axis(limit, burst, minutes(1), Axis::Pacing::even, Limits{}, at({}));
}

LimitReading reading(std::int64_t limit, std::int64_t remaining) {
  return {limit, remaining, std::nullopt};
}

// How many go at `now`.
int take_all(Axis& axis, Instant now) {
  int taken = 0;
  for (; taken < 100'000 && axis.ready_at(1, now) == now; ++taken) axis.take(1, now);
  return taken;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(axis)

BOOST_AUTO_TEST_CASE(an_unknown_axis_holds_nothing_back) {
  Axis axis = axis_of(std::nullopt);
  BOOST_TEST(!axis.known());
  BOOST_TEST(axis.ready_at(1'000'000, at({})) == at({}));
}

BOOST_AUTO_TEST_CASE(a_configured_limit_is_paced_from_the_start_without_a_burst) {
  Axis axis = axis_of(600);
  BOOST_TEST(take_all(axis, at({})) == 1);
  BOOST_TEST(axis.ready_at(1, at({})) == at(milliseconds(100)));
}

BOOST_AUTO_TEST_CASE(a_configured_burst_goes_at_once) {
  Axis axis = axis_of(600, 50);
  BOOST_TEST(take_all(axis, at({})) == 50);
}

BOOST_AUTO_TEST_CASE(no_window_sees_more_than_the_limit) {
  Axis axis = axis_of(600);
  int taken = 0;
  for (int ms = 0; ms < 60'000; ms += 7) taken += take_all(axis, at(milliseconds(ms)));
  BOOST_TEST(taken >= 594);
  BOOST_TEST(taken <= 600);
}

BOOST_AUTO_TEST_CASE(a_reading_makes_the_axis_known) {
  Axis axis = axis_of(std::nullopt);
  const AxisMark mark = axis.take(1, at({}));
  axis.on_reading(reading(600, 99), mark, at({}), at(milliseconds(300)));
  BOOST_TEST((axis.source() == Source::headers));
  BOOST_TEST(axis.limit() == 600);
}

// 99 remained when the request came; 3 flowed in since; half a jitter's worth stays in hand.
BOOST_AUTO_TEST_CASE(what_remains_is_sent_at_full_rate) {
  Axis axis = axis_of(600);
  const AxisMark mark = axis.take(1, at({}));
  axis.on_reading(reading(600, 99), mark, at({}), at(milliseconds(300)));
  const int taken = take_all(axis, at(milliseconds(300)));
  BOOST_TEST(taken >= 98);
  BOOST_TEST(taken <= 102);
}

BOOST_AUTO_TEST_CASE(what_was_sent_since_the_request_is_not_counted_twice) {
  Axis axis = axis_of(600, 10);
  const AxisMark mark = axis.take(1, at({}));
  for (int i = 0; i < 9; ++i) axis.take(1, at({}));
  axis.on_reading(reading(600, 9), mark, at({}), at({}));
  BOOST_TEST(take_all(axis, at({})) == 0);
}

BOOST_AUTO_TEST_CASE(an_older_reading_says_nothing_new) {
  Axis axis = axis_of(600);
  const AxisMark older = axis.take(1, at({}));
  const AxisMark newer = axis.take(1, at({}));
  axis.on_reading(reading(600, 0), newer, at({}), at(milliseconds(10)));
  axis.on_reading(reading(600, 500), older, at({}), at(milliseconds(20)));
  BOOST_TEST(take_all(axis, at(milliseconds(20))) == 0);
}

BOOST_AUTO_TEST_CASE(headers_lower_a_configured_limit_and_never_lift_it) {
  Axis axis = axis_of(600);
  axis.on_reading(reading(6'000, 1), axis.take(1, at({})), at({}), at({}));
  BOOST_TEST(axis.limit() == 600);
  axis.on_reading(reading(300, 1), axis.take(1, at({})), at({}), at({}));
  BOOST_TEST(axis.limit() == 300);
}

BOOST_AUTO_TEST_CASE(a_window_is_not_exceeded_however_much_the_bucket_holds) {
  Axis axis = axis_of(600);
  axis.on_reading(reading(600, 599), axis.take(1, at({})), at({}), at({}));
  int taken = 1;
  for (int ms = 0; ms < 60'000; ms += 50) taken += take_all(axis, at(milliseconds(ms)));
  BOOST_TEST(taken == 600);
}

BOOST_AUTO_TEST_CASE(after_a_surprise_no_burst_is_believed_for_a_minute) {
  Axis axis = axis_of(600);
  axis.on_refused(Axis::Refusal::surprise, at({}));
  axis.on_reading(reading(600, 599), axis.take(1, at({})), at({}), at(seconds(1)));
  BOOST_TEST(take_all(axis, at(seconds(1))) <= 2);
}

BOOST_AUTO_TEST_CASE(what_was_settled_below_its_estimate_comes_back) {
  Axis axis = axis_of(60'000, 1'000);
  axis.take(1'000, at({}));
  axis.settle(1'000, 400, Axis::Read::no, at({}), at({}));
  BOOST_TEST(axis.room(at({})) == 600);
}

BOOST_AUTO_TEST_CASE(a_restart_gains_no_fresh_window) {
  Axis axis = axis_of(600);
  axis.restore(590, at({}), at(seconds(10)));
  int taken = 0;
  for (int ms = 10'000; ms < 60'000; ms += 7) taken += take_all(axis, at(milliseconds(ms)));
  BOOST_TEST(taken <= 10);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
