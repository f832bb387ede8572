#include "estimate/planning.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(planning)

constexpr LabelCosts arena{.variance_draw = 0.009, .variance_label = 0.04};

double cost_of(double draws, double labels) {
  return 0.01 * draws + labels;
}

BOOST_AUTO_TEST_CASE(the_plan_reaches_the_wanted_width) {
  const auto plan = plan_for_width(arena, 0.03);
  BOOST_TEST_REQUIRE(plan.has_value());
  BOOST_TEST(plan->half_width <= 0.03);
  BOOST_TEST(plan->half_width > 0.0295);
  BOOST_TEST(plan->labels <= plan->draws);
}

BOOST_AUTO_TEST_CASE(no_other_split_that_reaches_it_costs_less) {
  const auto plan = plan_for_width(arena, 0.03);
  const double variance = std::pow(0.03 / 1.959963984540054, 2);
  double least = 1e300;
  for (double labels = 30; labels < 2000; ++labels) {
    const double left = variance - arena.variance_label / labels;
    if (left <= 0) continue;
    least =
        std::min(least, cost_of(std::max(labels, std::ceil(arena.variance_draw / left)), labels));
  }
  BOOST_TEST(plan->cost <= least * 1.01);
}

BOOST_AUTO_TEST_CASE(a_wide_interval_still_takes_thirty_labels) {
  const auto plan = plan_for_width(arena, 0.5);
  BOOST_TEST(plan->labels == 30u);
  BOOST_TEST(plan->draws == 30u);
}

BOOST_AUTO_TEST_CASE(where_draws_are_dear_every_draw_is_labelled) {
  LabelCosts costs = arena;
  costs.cost_draw = 100;
  const auto plan = plan_for_width(costs, 0.03);
  BOOST_TEST(plan->labels <= plan->draws);
  BOOST_TEST(plan->half_width <= 0.03);
}

BOOST_AUTO_TEST_CASE(a_budget_is_kept) {
  const auto plan = plan_for_budget(arena, 200);
  BOOST_TEST_REQUIRE(plan.has_value());
  BOOST_TEST(plan->cost <= 200);
  BOOST_TEST(plan->cost > 198);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_planned_is_no_plan) {
  BOOST_TEST(!plan_for_width(arena, 0).has_value());
  BOOST_TEST(!plan_for_width(arena, -1).has_value());
  BOOST_TEST(!plan_for_width(arena, std::nan("")).has_value());
  BOOST_TEST(!plan_for_width({.variance_draw = -1, .variance_label = 1}, 0.1).has_value());
  BOOST_TEST(!plan_for_budget(arena, 10).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
