#include "pace/past_sends.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace assay::pace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr EndpointId endpoint{0};

WallTime wall(Duration since) {
  return WallTime(std::chrono::floor<milliseconds>(std::chrono::hours(500'000) + since));
}

struct Stage {
  PastSends past{1};
  EndpointTerms terms;

  void answered(Duration at, Duration latency = seconds(1)) {
    past.add({endpoint, 1, 100, wall(at), latency});
  }
  std::int64_t requests(Duration now, Duration younger_than) {
    std::int64_t sum = 0;
    for (const Pacer::PastSend& send : past.of(endpoint, terms, wall(now))) {
      if (send.age < younger_than) sum += send.requests;
    }
    return sum;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(past_sends, Stage)

BOOST_AUTO_TEST_CASE(what_was_answered_counts_from_when_it_was_sent) {
  answered(seconds(10), seconds(4));
  past.on_clean_end(wall(seconds(11)));
  const auto sends = past.of(endpoint, terms, wall(seconds(20)));
  BOOST_REQUIRE(sends.size() == 1u);
  BOOST_TEST((sends[0].age == seconds(14)));
  BOOST_TEST(sends[0].tokens == 100);
}

BOOST_AUTO_TEST_CASE(after_a_kill_as_many_as_configured_may_have_been_in_flight) {
  terms.concurrency = 64;
  past.on_start();
  answered(seconds(10));
  BOOST_TEST(requests(seconds(11), seconds(1)) == 64);
  BOOST_TEST(requests(seconds(11), seconds(60)) == 65);
}

BOOST_AUTO_TEST_CASE(after_a_kill_long_ago_nothing_is_in_flight) {
  terms.concurrency = 64;
  past.on_start();
  answered(seconds(10));
  BOOST_TEST(requests(seconds(10) + hours(1), hours(24)) == 1);
}

BOOST_AUTO_TEST_CASE(the_last_day_is_remembered_and_no_more) {
  for (int hour = 0; hour < 48; ++hour) answered(hours(hour));
  past.on_clean_end(wall(hours(47)));
  BOOST_TEST(requests(hours(47), hours(25)) == 24);
}

BOOST_AUTO_TEST_CASE(records_without_a_time_use_up_the_window) {
  terms.requests_per_minute = 600;
  past.on_start();
  past.on_alive(wall(seconds(1)));
  past.add({endpoint, 1, 0, {}, {}});
  BOOST_TEST(requests(seconds(20), seconds(1)) == 600);
}

BOOST_AUTO_TEST_CASE(a_clock_that_went_back_makes_nothing_younger_than_now) {
  answered(seconds(100));
  past.on_clean_end(wall(seconds(100)));
  BOOST_TEST((past.of(endpoint, terms, wall(seconds(50))).front().age == Duration{}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
