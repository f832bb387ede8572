#include "stats/distribution.hpp"

#include "stats/interval.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::stats {
namespace {

namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(distribution)

// Reference values: shared/data/stats_reference_public.json, and R for the far tail.
BOOST_AUTO_TEST_CASE(values_are_those_of_the_reference) {
  BOOST_TEST(normal_cdf(1.96) == 0.9750021048517795, tt::tolerance(1e-12));
  BOOST_TEST(normal_quantile(0.9) == 1.2815515655446004, tt::tolerance(1e-12));
  BOOST_TEST(chi_squared_survival(5, 2) == 0.0820849986238988, tt::tolerance(1e-12));
  BOOST_TEST(student_survival(2, 10) == 0.036694017385370196, tt::tolerance(1e-12));
  BOOST_TEST(student_quantile(0.975, 4) == 2.7764451051977987, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(tails_are_tails_and_not_one_minus_something) {
  BOOST_TEST(chi_squared_survival(200, 4) == 3.75727673578106e-42, tt::tolerance(1e-10));
  BOOST_TEST(normal_survival(30) > 0);
  BOOST_TEST(normal_survival(30) < 1e-190);
}

BOOST_AUTO_TEST_CASE(wilson_stays_inside_the_unit_interval) {
  BOOST_TEST(wilson(0, 11).low == 0.0);
  BOOST_TEST(wilson(0, 11).high == 0.2588329669680318, tt::tolerance(1e-12));
  BOOST_TEST(wilson(11, 11).high == 1.0);
  BOOST_TEST(wilson(1, 24).low == 0.007393456165505796, tt::tolerance(1e-12));
  BOOST_TEST(wilson(1, 24).high == 0.20241806478655947, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(few_degrees_of_freedom_widen_an_interval) {
  BOOST_TEST(interval_around(0, 1).high == 1.959963984540054, tt::tolerance(1e-12));
  BOOST_TEST(interval_around(0, 1, 4).high == 2.7764451051977987, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::stats
