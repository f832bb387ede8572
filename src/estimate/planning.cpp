#include "estimate/planning.hpp"

#include "stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace assay::estimate {

namespace {

// Draws and labels beyond this are no plan.
constexpr double count_max = 1e12;

bool usable(const LabelCosts& costs) {
  const bool variances = std::isfinite(costs.variance_draw) && costs.variance_draw >= 0 &&
                         std::isfinite(costs.variance_label) && costs.variance_label >= 0;
  const bool prices = std::isfinite(costs.cost_draw) && costs.cost_draw > 0 &&
                      std::isfinite(costs.cost_label) && costs.cost_label > 0;
  return variances && prices;
}

LabelPlan plan_of(const LabelCosts& costs, double draws, double labels) {
  const double error = std::sqrt(costs.variance_draw / draws + costs.variance_label / labels);
  const double z = stats::normal_quantile(0.975);
  return {.draws = static_cast<std::size_t>(draws),
          .labels = static_cast<std::size_t>(labels),
          .half_width = z * error,
          .cost = draws * costs.cost_draw + labels * costs.cost_label,
          .detectable = (z + stats::normal_quantile(0.8)) * std::numbers::sqrt2 * error};
}

}  // namespace

std::optional<LabelPlan> plan_for_width(const LabelCosts& costs, double half_width) {
  if (!usable(costs) || !(half_width > 0) || !std::isfinite(half_width)) return std::nullopt;
  const double variance = std::pow(half_width / stats::normal_quantile(0.975), 2);
  const double root_draw = std::sqrt(costs.variance_draw / costs.cost_draw);
  const double root_label = std::sqrt(costs.variance_label / costs.cost_label);
  const double scale = (std::sqrt(costs.variance_draw * costs.cost_draw) +
                        std::sqrt(costs.variance_label * costs.cost_label)) /
                       variance;
  double labels = std::max<double>(plan_labels_min, std::ceil(scale * root_label));
  double draws = std::ceil(scale * root_draw);
  if (labels <= plan_labels_min || draws < labels) {
    // A bound holds: with every draw labelled both variances add up.
    const double both = (costs.variance_draw + costs.variance_label) / variance;
    if (draws < labels) labels = std::max<double>(plan_labels_min, std::ceil(both));
    const double left = variance - costs.variance_label / labels;
    draws = left > 0 ? std::ceil(costs.variance_draw / left) : labels;
    draws = std::max(draws, labels);
  }
  if (!(draws < count_max) || !(labels < count_max)) return std::nullopt;
  return plan_of(costs, draws, labels);
}

std::optional<LabelPlan> plan_for_budget(const LabelCosts& costs, double budget) {
  const double both = costs.cost_draw + costs.cost_label;
  if (!usable(costs) || !std::isfinite(budget) || budget < plan_labels_min * both) {
    return std::nullopt;
  }
  const double scale = budget / (std::sqrt(costs.cost_draw * costs.variance_draw) +
                                 std::sqrt(costs.cost_label * costs.variance_label));
  double labels = std::floor(scale * std::sqrt(costs.variance_label / costs.cost_label));
  // Without variance at all the scale is infinite; then the fewest labels are as good as any.
  if (!std::isfinite(labels)) labels = plan_labels_min;
  labels = std::clamp<double>(labels, plan_labels_min, std::floor(budget / both));
  const double draws = std::floor((budget - labels * costs.cost_label) / costs.cost_draw);
  if (!(draws < count_max)) return std::nullopt;
  return plan_of(costs, draws, labels);
}

}  // namespace assay::estimate
