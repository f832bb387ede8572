#include "stats/spline_ridge.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

namespace assay::stats {
namespace {

BOOST_AUTO_TEST_SUITE(spline_ridge)

std::vector<double> places(std::size_t count) {
  std::vector<double> x;
  for (std::size_t i = 0; i < count; ++i) {
    x.push_back(static_cast<double>(i) / static_cast<double>(count - 1));
  }
  return x;
}

BOOST_AUTO_TEST_CASE(a_smooth_curve_without_noise_is_met_with_the_least_penalty) {
  const std::vector<double> x = places(400);
  std::vector<double> y;
  for (const double place : x) y.push_back(std::sin(3 * place));
  const auto curve = SplineRidge::fit(x, y, 8);
  BOOST_TEST_REQUIRE(curve.has_value());
  BOOST_TEST(curve->penalty() == 1e-3);
  for (const double place : {0.0, 0.13, 0.5, 0.77, 1.0}) {
    // The penalty pulls the ends in: by 0.0096 at the worst of these places.
    BOOST_TEST(std::abs(curve->at(place) - std::sin(3 * place)) < 1.5e-2);
  }
}

BOOST_AUTO_TEST_CASE(noise_alone_gets_a_large_penalty_and_nearly_its_mean) {
  const std::vector<double> x = places(200);
  std::vector<double> y;
  for (std::size_t i = 0; i < x.size(); ++i) y.push_back(i * 7919 % 13 < 6 ? 0.0 : 1.0);
  const auto curve = SplineRidge::fit(x, y, 8);
  BOOST_TEST(curve->penalty() >= 100);
  BOOST_TEST(std::abs(curve->at(0.3) - 7.0 / 13) < 0.05);
}

BOOST_AUTO_TEST_CASE(outside_the_range_the_curve_is_constant) {
  const std::vector<double> x = places(50);
  const auto curve = SplineRidge::fit(x, x, 5);
  BOOST_TEST(curve->at(-3) == curve->at(0));
  BOOST_TEST(curve->at(7) == curve->at(1));
}

BOOST_AUTO_TEST_CASE(there_is_no_curve_through_points_of_one_place) {
  BOOST_TEST(!SplineRidge::fit(std::vector<double>(30, 0.5), std::vector<double>(30, 1.0), 5));
  BOOST_TEST(!SplineRidge::fit({}, {}, 5));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::stats
