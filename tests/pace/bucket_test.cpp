#include "pace/bucket.hpp"

#include "core/rng.hpp"
#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Instant at(Duration since_epoch) {
  return Instant{} + since_epoch;
}

Bucket bucket_of_60_per_minute(std::int64_t level) {
  return Bucket(60, minutes(1), {10, {}}, level, at({}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bucket)

BOOST_AUTO_TEST_CASE(a_full_bucket_is_ready_now) {
  Bucket bucket = bucket_of_60_per_minute(10);
  BOOST_TEST(bucket.ready_at(10, at({})) == at({}));
}

BOOST_AUTO_TEST_CASE(an_empty_bucket_is_ready_when_the_cost_has_flowed_in) {
  Bucket bucket = bucket_of_60_per_minute(0);
  BOOST_TEST(bucket.ready_at(3, at({})) == at(seconds(3)));
}

BOOST_AUTO_TEST_CASE(it_holds_no_more_than_its_capacity) {
  Bucket bucket = bucket_of_60_per_minute(0);
  BOOST_TEST(bucket.level(at(minutes(10))) == 10);
}

BOOST_AUTO_TEST_CASE(a_cost_above_the_capacity_is_waited_for) {
  Bucket bucket = bucket_of_60_per_minute(10);
  BOOST_TEST(bucket.ready_at(30, at({})) == at(seconds(20)));
  BOOST_TEST(bucket.ready_at(30, at(seconds(20))) == at(seconds(20)));
}

BOOST_AUTO_TEST_CASE(what_was_taken_ahead_is_paid_back_first) {
  Bucket bucket = bucket_of_60_per_minute(0);
  bucket.take(5, at({}));
  BOOST_TEST(bucket.level(at({})) == -5);
  BOOST_TEST(bucket.ready_at(1, at({})) == at(seconds(6)));
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_stands_still) {
  Bucket bucket = bucket_of_60_per_minute(0);
  BOOST_TEST(bucket.level(at(seconds(5))) == 5);
  bucket.take(0, at(seconds(5)));
  BOOST_TEST(bucket.level(at({})) == 5);
}

// 7 per minute: a refill that is no whole number of nanoseconds per unit.
BOOST_AUTO_TEST_CASE(a_million_takings_are_exact_under_any_pattern_of_arrivals) {
  Bucket bucket(7, minutes(1), {1, {}}, 1, at({}));
  Rng rng(1);
  Instant now = at({});
  for (int i = 0; i < 1'000'000; ++i) {
    const Instant ready = bucket.ready_at(1, now);
    while (now < ready) {
      // Looked at in between, at odd moments: looking must not cost anything.
      const auto left = static_cast<std::uint64_t>((ready - now).count());
      now += Duration(static_cast<std::int64_t>(1 + rng.below(left)));
      static_cast<void>(bucket.ready_at(1, now));
    }
    bucket.take(1, now);
  }
  const auto minutes_spent = (now - at({})).count() / Duration(minutes(1)).count();
  BOOST_TEST(minutes_spent == 999'999 / 7);
}

BOOST_AUTO_TEST_CASE(a_new_limit_counts_from_now) {
  Bucket bucket = bucket_of_60_per_minute(0);
  bucket.set_limit(120, at(seconds(2)));
  BOOST_TEST(bucket.level(at(seconds(4))) == 6);
}

BOOST_AUTO_TEST_CASE(a_level_of_the_past_flows_on_from_there) {
  Bucket bucket = bucket_of_60_per_minute(0);
  bucket.set_level(2, milliseconds(1'000), at(seconds(9)));
  bucket.flow_since(at(seconds(5)), at(seconds(9)));
  BOOST_TEST(bucket.level(at(seconds(9))) == 5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
