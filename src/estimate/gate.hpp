#pragma once

#include "estimate/weights.hpp"

#include <string>
#include <vector>

namespace assay::estimate {

// When weights are too few to be believed. All on raw weights: smoothing hides what it smooths.
// Source: cje.md 7; kept in this one place.
struct GateLimits {
  std::size_t rows_min = 10;
  double ess_fraction_min = 0.30;
  double near_zero_share_max = 0.85;
  double top5pct_share_max = 0.30;  // together with cv_max
  double cv_max = 2.0;
  double hill_min = 2.0;  // below, the weights' variance is infinite
  double hellinger_min = 0.35;
  double ttc_min = 0.70;
};

// Every limit that was crossed, as sentences with figure and limit; none: the weights pass.
struct GateVerdict {
  std::vector<std::string> reasons = {};  // refuse
  std::vector<std::string> remarks = {};  // worth knowing, not enough to refuse
  [[nodiscard]] bool passes() const { return reasons.empty(); }
};

[[nodiscard]] GateVerdict judge_weights(const WeightSummary& weights,
                                        const Figure& ttc,
                                        const GateLimits& limits = {});

}  // namespace assay::estimate
