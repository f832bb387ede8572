#include "teacher/latency.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

namespace assay::teacher {

namespace {
using namespace std::chrono_literals;

std::vector<Duration> draws(std::string_view text) {
  const auto latency = parse_latency(text);
  BOOST_REQUIRE(latency.has_value());
  Rng rng(3);
  std::vector<Duration> all;
  for (int i = 0; i < 5000; ++i) all.push_back(draw(*latency, rng));
  std::sort(all.begin(), all.end());
  return all;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(latency)

BOOST_AUTO_TEST_CASE(a_constant_is_constant) {
  const auto all = draws("100ms");
  BOOST_TEST((all.front() == 100ms && all.back() == 100ms));
}

BOOST_AUTO_TEST_CASE(a_range_is_filled_and_not_left) {
  const auto all = draws("100ms+-50ms");
  BOOST_TEST(
      (all.front() >= 50ms && all.front() < 51ms && all.back() > 149ms && all.back() <= 150ms));
}

BOOST_AUTO_TEST_CASE(a_lognormal_has_its_median) {
  const auto all = draws("lognormal:100ms:0.5");
  BOOST_TEST((all[2500] > 95ms && all[2500] < 105ms));
  BOOST_TEST((all.back() > 300ms));
}

BOOST_AUTO_TEST_CASE(what_is_no_latency_is_refused) {
  for (const auto wrong :
       {"", "5", "ms", "-5ms", "10ms+-20ms", "lognormal:1s", "lognormal:1s:x", "1e300s"}) {
    BOOST_TEST(!parse_latency(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
