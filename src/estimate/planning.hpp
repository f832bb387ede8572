#pragma once

// How many labels and judged draws reach a wanted width. Source: cje.md 7, "planning".

#include "estimate/figure.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace assay::estimate {

// The variance of the difference estimate is draw / n + label / m for n judged draws, m of them
// labelled.
struct LabelCosts {
  double variance_draw = 0;   // of f(S') over draws
  double variance_label = 0;  // of Y - f(S') over labelled draws
  double cost_draw = 0.01;    // of one judged draw, in any unit
  double cost_label = 1;      // of one label, in the same
};

struct LabelPlan {
  std::size_t draws = 0;
  std::size_t labels = 0;
  double half_width = 0;  // of the 95 % interval they give
  double cost = 0;
  double detectable = 0;  // least difference of two such policies found with 80 % power
};

inline constexpr std::size_t plan_labels_min = 30;

// The cheapest plan with this half width; with draws and labels as many as the budget buys. At
// least plan_labels_min labels, never more labels than draws. Empty when the width is not positive,
// a variance or cost is not a number above or at zero, or the budget buys not even the least plan.
[[nodiscard]] std::optional<LabelPlan> plan_for_width(const LabelCosts& costs, double half_width);
[[nodiscard]] std::optional<LabelPlan> plan_for_budget(const LabelCosts& costs, double budget);

}  // namespace assay::estimate
