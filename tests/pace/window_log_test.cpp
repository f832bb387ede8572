#include "pace/window_log.hpp"

#include "core/rng.hpp"
#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <map>

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

// Against a list of all that was ever added.
BOOST_AUTO_TEST_CASE(a_ring_of_bins_sums_as_a_list_does) {
  constexpr std::int64_t bins = 7;
  Rng rng(1);
  WindowLog log(seconds(bins), bins, at(seconds(3)));
  std::map<std::int64_t, std::int64_t> by_second;
  std::int64_t now = 3'000;
  for (int step = 0; step < 5'000; ++step) {
    now += static_cast<std::int64_t>(rng.below(100) == 0 ? rng.below(30'000) : rng.below(900));
    const std::int64_t then =
        std::max<std::int64_t>(now - static_cast<std::int64_t>(rng.below(9'000)), 0);
    const auto amount = static_cast<std::int64_t>(rng.below(5));
    log.add(amount, at(milliseconds(then)), at(milliseconds(now)));
    by_second[then / 1000] += amount;
    std::int64_t sum = 0;
    for (std::int64_t n = now / 1000 - bins; n <= now / 1000; ++n) {
      if (const auto found = by_second.find(n); found != by_second.end()) sum += found->second;
    }
    BOOST_REQUIRE_EQUAL(log.sum(at(milliseconds(now))), sum);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
