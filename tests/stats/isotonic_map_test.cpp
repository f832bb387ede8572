#include "core/rng.hpp"
#include "stats/isotonic.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

namespace assay::stats {
namespace {

BOOST_AUTO_TEST_SUITE(isotonic_map)

std::vector<double> levels(const IsotonicMap& map) {
  std::vector<double> out;
  for (const auto& knot : map.knots()) out.push_back(knot.y);
  return out;
}

BOOST_AUTO_TEST_CASE(violators_are_pooled_to_their_mean) {
  const std::vector<double> x{1, 2, 3, 4};
  const std::vector<double> y{1, 3, 2, 4};
  const std::vector<double> expected{1, 2.5, 2.5, 4};
  BOOST_TEST(levels(isotonic(x, y)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ties_of_x_share_the_mean_of_their_y) {
  const std::vector<double> x{2, 1, 2};
  const std::vector<double> y{1, 0, 3};
  const std::vector<double> expected{0, 2};
  BOOST_TEST(levels(isotonic(x, y)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(weights_pull_the_pooled_level) {
  const std::vector<double> x{1, 2};
  const std::vector<double> y{1, 0};
  const std::vector<double> weights{3, 1};
  BOOST_TEST(isotonic(x, y, weights).at(1.5) == 0.75);
}

BOOST_AUTO_TEST_CASE(rows_of_weight_zero_leave_no_knot) {
  const std::vector<double> x{1, 2, 3};
  const std::vector<double> y{0, 9, 1};
  const std::vector<double> weights{1, 0, 1};
  BOOST_TEST(isotonic(x, y, weights).knots().size() == 2);
  BOOST_TEST(isotonic(x, y, weights).at(2) == 0.5);
}

BOOST_AUTO_TEST_CASE(a_decreasing_fit_is_the_mirror_of_an_increasing_one) {
  const std::vector<double> x{1, 2, 3};
  const std::vector<double> y{3, 1, 2};
  const std::vector<double> expected{3, 1.5, 1.5};
  BOOST_TEST(levels(isotonic(x, y, {}, Direction::decreasing)) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(between_knots_it_is_linear_and_outside_constant) {
  const std::vector<double> x{0, 1};
  const std::vector<double> y{0, 1};
  const IsotonicMap map = isotonic(x, y);
  BOOST_TEST(map.at(0.25) == 0.25);
  BOOST_TEST(map.at(-3) == 0.0);
  BOOST_TEST(map.at(7) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_constant_judge_gives_the_mean_of_the_labels) {
  const std::vector<double> x{0.5, 0.5, 0.5};
  const std::vector<double> y{0, 1, 0.5};
  BOOST_TEST(isotonic(x, y).at(0.9) == 0.5);
}

BOOST_AUTO_TEST_CASE(no_rows_give_no_knots) {
  BOOST_TEST(isotonic({}, {}).empty());
}

BOOST_AUTO_TEST_CASE(the_fit_keeps_the_mean_and_never_falls_whatever_the_rows) {
  Rng rng(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> x;
    std::vector<double> y;
    for (int i = 0; i < 40; ++i) {
      x.push_back(static_cast<double>(rng.below(12)) / 11);
      y.push_back(rng.uniform());
    }
    const IsotonicMap map = isotonic(x, y);
    double fitted = 0;
    double given = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      fitted += map.at(x[i]);
      given += y[i];
    }
    BOOST_TEST(fitted == given, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(std::ranges::is_sorted(levels(map)));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::stats
