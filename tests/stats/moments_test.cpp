#include "stats/moments.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace assay::stats {
namespace {

BOOST_AUTO_TEST_SUITE(moments)

BOOST_AUTO_TEST_CASE(a_sum_keeps_what_plain_addition_loses) {
  const std::vector<double> values{1.0, 1e100, 1.0, -1e100};
  BOOST_TEST(sum(values) == 2.0);
}

BOOST_AUTO_TEST_CASE(an_empty_column_has_no_mean_but_a_reason) {
  const Figure none = mean({});
  BOOST_TEST(!none.has_value());
  BOOST_TEST(none.error().reason == "no rows");
}

BOOST_AUTO_TEST_CASE(one_value_has_a_mean_and_no_spread) {
  const std::vector<double> one{3.0};
  BOOST_TEST(*mean(one) == 3.0);
  BOOST_TEST(!sample_sd(one).has_value());
  BOOST_TEST(*population_sd(one) == 0.0);
}

BOOST_AUTO_TEST_CASE(spreads_differ_by_their_divisor) {
  const std::vector<double> values{1.0, 2.0, 3.0, 4.0};
  BOOST_TEST(*sample_variance(values) == 5.0 / 3.0);
  BOOST_TEST(*population_sd(values) * *population_sd(values) == 1.25,
             boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(quantiles_interpolate_between_order_statistics) {
  const std::vector<double> sorted{1.0, 2.0, 4.0};
  BOOST_TEST(*sorted_quantile(sorted, 0.0) == 1.0);
  BOOST_TEST(*sorted_quantile(sorted, 0.75) == 3.0);
  BOOST_TEST(*sorted_quantile(sorted, 1.0) == 4.0);
}

BOOST_AUTO_TEST_CASE(a_constant_column_correlates_with_nothing) {
  const std::vector<double> rising{1.0, 2.0, 3.0};
  const std::vector<double> constant{5.0, 5.0, 5.0};
  BOOST_TEST(!correlation(rising, constant).has_value());
  BOOST_TEST(*correlation(rising, rising) == 1.0, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(a_figure_that_nobody_computed_is_undefined) {
  BOOST_TEST(!Figure().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::stats
