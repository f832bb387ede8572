#include "stats/ascending_order.hpp"

#include "core/rng.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace assay::stats {
namespace {

std::vector<std::size_t> by_comparison(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

// Of all sizes and signs, with ties, zeros of both signs and the ends of the range.
std::vector<double> values_of(std::size_t count, Rng& rng) {
  constexpr double most = std::numeric_limits<double>::infinity();
  std::vector<double> values(count);
  for (double& value : values) {
    const double size = std::exp(1400 * (rng.uniform() - 0.5));
    const double choices[] = {size, -size, 0.0, -0.0, std::floor(20 * rng.uniform()), most, -most};
    value = choices[rng.below(std::size(choices))];
  }
  return values;
}

BOOST_AUTO_TEST_SUITE(ascending_order)

BOOST_AUTO_TEST_CASE(it_is_what_a_stable_sort_by_comparison_gives) {
  Rng rng(20261126);
  for (const std::size_t count : {0U, 1U, 2U, 100U, 4095U, 4096U, 50'000U}) {
    const std::vector<double> values = values_of(count, rng);
    BOOST_TEST((stats::ascending_order(values) == by_comparison(values)), count);
  }
}

BOOST_AUTO_TEST_CASE(values_that_are_all_the_same_keep_their_places) {
  const std::vector<double> values(10'000, -3.5);
  BOOST_TEST((stats::ascending_order(values) == by_comparison(values)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::stats
