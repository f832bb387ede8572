#include "estimate/weights.hpp"

#include "estimate/ratio.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

namespace assay::estimate {
namespace {

namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(weights)

BOOST_AUTO_TEST_CASE(equal_policies_have_every_row_count_in_full) {
  const WeightSummary summary = summarize_weights(weights_of(std::vector<double>(50, 0.0)));
  BOOST_TEST(*summary.ess == 50.0);
  BOOST_TEST(*summary.mean_weight == 1.0);
  BOOST_TEST(*summary.cv == 0.0);
  BOOST_TEST(summary.hill_infinite);
  BOOST_TEST(!summary.hill_k5pct.has_value());
}

BOOST_AUTO_TEST_CASE(small_weights_by_hand) {
  const WeightSummary summary =
      summarize_weights(weights_of({std::log(1.0), std::log(2.0), std::log(3.0)}));
  BOOST_TEST(*summary.ess == 36.0 / 14.0, tt::tolerance(1e-14));
  BOOST_TEST(*summary.max_weight_share == 0.5, tt::tolerance(1e-14));
  BOOST_TEST(*summary.mean_weight == 2.0, tt::tolerance(1e-14));
  BOOST_TEST(!summary.hill_k5pct.has_value());
}

BOOST_AUTO_TEST_CASE(ratios_beyond_the_range_of_numbers_have_a_log_mean_and_no_mean) {
  const WeightSummary summary = summarize_weights(weights_of({1000.0, 0.0}));
  BOOST_TEST(!summary.mean_weight.has_value());
  BOOST_TEST(*summary.log_mean_weight == 1000 - std::log(2.0), tt::tolerance(1e-14));
  BOOST_TEST(*summary.ess == 1.0);
}

BOOST_AUTO_TEST_CASE(vanishing_weights_still_say_how_many_rows_they_are_worth) {
  const WeightSummary summary = summarize_weights(weights_of({-2000.0, -2000.0}));
  BOOST_TEST(*summary.ess == 2.0);
  BOOST_TEST(*summary.mean_weight == 0.0);
  BOOST_TEST(summary.near_zero == 2);
}

BOOST_AUTO_TEST_CASE(no_rows_give_reasons_and_no_numbers) {
  const WeightSummary summary = summarize_weights(weights_of({}));
  BOOST_TEST(summary.n == 0);
  BOOST_TEST(!summary.ess.has_value());
  BOOST_TEST(!summary.hellinger_affinity.has_value());
}

BOOST_AUTO_TEST_CASE(one_row_is_its_own_reward) {
  const Weights one = weights_of({-3.0});
  const std::vector<double> reward{0.7};
  const RatioEstimates figures = ratio_estimates(one.raw, one.shifted, reward);
  BOOST_TEST(*figures.snips == 0.7);
  BOOST_TEST(!figures.snips_se_delta_ddof1.has_value());
  BOOST_TEST(*figures.snips_se_sandwich == 0.0);
}

BOOST_AUTO_TEST_CASE(a_constant_shift_of_the_ratios_changes_ips_and_not_snips) {
  const std::vector<double> reward{0.2, 0.9, 0.4};
  const Weights plain = weights_of({0.1, -0.5, 1.2});
  const Weights moved = weights_of({50.1, 49.5, 51.2});
  const auto before = ratio_estimates(plain.raw, plain.shifted, reward);
  const auto after = ratio_estimates(moved.raw, moved.shifted, reward);
  BOOST_TEST(*before.snips == *after.snips, tt::tolerance(1e-13));
  BOOST_TEST(*before.snips_se_sandwich == *after.snips_se_sandwich, tt::tolerance(1e-13));
  BOOST_TEST(*after.ips / *before.ips == std::exp(50.0), tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_clone_of_the_base_estimates_the_plain_mean) {
  const std::vector<double> reward{0.2, 0.9, 0.4};
  const Weights clone = weights_of({0.0, 0.0, 0.0});
  const auto figures = ratio_estimates(clone.raw, clone.shifted, reward);
  BOOST_TEST(*figures.ips == 0.5, tt::tolerance(1e-15));
  BOOST_TEST(*figures.snips == 0.5, tt::tolerance(1e-15));
  BOOST_TEST(*figures.ips_se == *figures.snips_se_delta_ddof1, tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
