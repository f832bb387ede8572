#include "doctor/canary.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::test {
namespace {

BOOST_AUTO_TEST_SUITE(canary)

BOOST_AUTO_TEST_CASE(the_first_value_is_what_later_ones_are_held_against) {
  doctor::CanaryWatch watch({});
  BOOST_TEST(!watch.see(0, -20.0, 15));
  BOOST_TEST(!watch.see(1, -31.0, 15));
  BOOST_TEST(!watch.see(0, -20.0, 15));
  const auto drift = watch.see(0, -20.001, 15);
  BOOST_REQUIRE(drift.has_value());
  BOOST_TEST(drift->starts_with("canary-1 was -20.000000"));
}

BOOST_AUTO_TEST_CASE(printed_digits_are_no_drift) {
  doctor::CanaryWatch watch({});
  BOOST_TEST(!watch.see(0, -20.0, 15));
  BOOST_TEST(!watch.see(0, -20.000001, 15));
}

BOOST_AUTO_TEST_CASE(other_tokens_are_a_drift_whatever_the_value) {
  doctor::CanaryWatch watch({});
  BOOST_TEST(!watch.see(0, -20.0, 15));
  BOOST_TEST(watch.see(0, -20.0, 16).has_value());
}

BOOST_AUTO_TEST_CASE(noise_as_certified_is_allowed_and_not_more) {
  const doctor::CanaryTolerance tolerance{.variance_per_token = 1e-6, .degrees_of_freedom = 40};
  // sd of a difference over 16 tokens: sqrt(2 * 16) milli-nats; Student's quantile lies near 5.7.
  BOOST_TEST(tolerance.nats(16) > 5 * 0.005657);
  BOOST_TEST(tolerance.nats(16) < 6.5 * 0.005657);
  doctor::CanaryWatch watch(tolerance);
  BOOST_TEST(!watch.see(0, -20.0, 16));
  BOOST_TEST(!watch.see(0, -20.02, 16));
  BOOST_TEST(watch.see(0, -20.05, 16).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
