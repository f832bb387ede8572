#include "pace/cooldown.hpp"

#include "support/printers.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Instant at(Duration since_epoch) {
  return Instant{} + since_epoch;
}

struct Fixture {
  Cooldown cooldown{Limits{}, at({})};
  Rng rng{1};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cooldown, Fixture)

BOOST_AUTO_TEST_CASE(nothing_is_paused_before_a_refusal) {
  BOOST_TEST(!cooldown.active(at({})));
}

BOOST_DATA_TEST_CASE_F(Fixture,
                       a_hint_is_a_floor_with_some_jitter_on_top,
                       boost::unit_test::data::make({200, 1'000, 30'000, 119'000}),
                       hint_ms) {
  cooldown.on_refused(at({}), milliseconds(hint_ms), at(seconds(1)), rng);
  BOOST_TEST(cooldown.until() >= at(seconds(1) + milliseconds(hint_ms)));
  BOOST_TEST(cooldown.until() <= at(seconds(1) + milliseconds(hint_ms) * 11 / 10));
}

BOOST_AUTO_TEST_CASE(a_hint_below_the_floor_is_no_hot_loop) {
  cooldown.on_refused(at({}), Duration(1), at({}), rng);
  BOOST_TEST(cooldown.until() >= at(milliseconds(50)));
}

BOOST_AUTO_TEST_CASE(a_hint_beyond_the_maximum_pauses_the_endpoint_for_the_maximum) {
  cooldown.on_refused(at({}), std::chrono::hours(5), at({}), rng);
  BOOST_TEST(cooldown.until() >= at(seconds(120)));
  BOOST_TEST(cooldown.until() <= at(seconds(132)));
}

BOOST_AUTO_TEST_CASE(refusals_of_what_was_sent_before_the_pause_belong_to_it) {
  cooldown.on_refused(at({}), std::nullopt, at(seconds(1)), rng);
  const Instant until = cooldown.until();
  cooldown.on_refused(at(milliseconds(999)), std::nullopt, at(milliseconds(1'100)), rng);
  BOOST_TEST(cooldown.until() == until);
}

BOOST_AUTO_TEST_CASE(a_longer_hint_of_the_same_pause_prolongs_it) {
  cooldown.on_refused(at({}), seconds(1), at(seconds(1)), rng);
  cooldown.on_refused(at({}), seconds(20), at(seconds(1)), rng);
  BOOST_TEST(cooldown.until() >= at(seconds(21)));
}

BOOST_AUTO_TEST_CASE(pauses_double_until_an_answer_comes) {
  Instant now = at({});
  for (const int expected_s : {1, 2, 4, 8}) {
    now += seconds(100);
    cooldown.on_refused(now - milliseconds(10), std::nullopt, now, rng);
    BOOST_TEST(cooldown.until() - now >= Duration(seconds(expected_s)) / 2);
    BOOST_TEST(cooldown.until() - now <= Duration(seconds(expected_s)));
  }
  now += seconds(100);
  cooldown.on_success(now);
  cooldown.on_refused(now, std::nullopt, now + seconds(1), rng);
  BOOST_TEST(cooldown.until() - now <= Duration(seconds(2)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
