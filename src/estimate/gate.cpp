#include "estimate/gate.hpp"

#include <fmt/format.h>

namespace assay::estimate {

namespace {

void check_refusals(GateVerdict& verdict, const WeightSummary& weights, const GateLimits& limits) {
  const auto n = static_cast<double>(weights.n);
  if (*weights.ess_fraction < limits.ess_fraction_min) {
    verdict.reasons.push_back(fmt::format(
        "the weights are worth {:.1f} rows of {} (ESS {:.1f} %, at least {:.0f} % wanted)",
        *weights.ess,
        weights.n,
        100 * *weights.ess_fraction,
        100 * limits.ess_fraction_min));
  }
  const double near_zero = static_cast<double>(weights.near_zero) / n;
  if (near_zero > limits.near_zero_share_max) {
    verdict.reasons.push_back(fmt::format(
        "{:.1f} % of the weights are practically zero (below 1e-10; at most {:.0f} % allowed)",
        100 * near_zero,
        100 * limits.near_zero_share_max));
  }
  if (*weights.top5pct_share > limits.top5pct_share_max && *weights.cv > limits.cv_max) {
    verdict.reasons.push_back(fmt::format(
        "the largest 5 % of the weights hold {:.1f} % of the mass, coefficient of variation {:.1f}",
        100 * *weights.top5pct_share,
        *weights.cv));
  }
}

void check_remarks(GateVerdict& verdict,
                   const WeightSummary& weights,
                   const Figure& ttc,
                   const GateLimits& limits) {
  if (weights.hill_k5pct && *weights.hill_k5pct < limits.hill_min) {
    verdict.remarks.push_back(fmt::format(
        "tail index {:.2f} is below {:.0f}: the weights' variance may not exist, errors "
        "are then too small",
        *weights.hill_k5pct,
        limits.hill_min));
  }
  if (*weights.hellinger_affinity < limits.hellinger_min) {
    verdict.remarks.push_back(
        fmt::format("the policies hardly overlap (Hellinger affinity {:.2f}, "
                    "below {:.2f} is poor)",
                    *weights.hellinger_affinity,
                    limits.hellinger_min));
  }
  if (ttc && *ttc < limits.ttc_min) {
    verdict.remarks.push_back(fmt::format(
        "only {:.0f} % of the logged responses are typical of this policy ({:.0f} % wanted)",
        100 * *ttc,
        100 * limits.ttc_min));
  }
}

}  // namespace

GateVerdict judge_weights(const WeightSummary& weights,
                          const Figure& ttc,
                          const GateLimits& limits) {
  GateVerdict verdict;
  if (weights.n == 0) {
    verdict.reasons.emplace_back("no row has both log-probabilities");
    return verdict;
  }
  if (weights.n < limits.rows_min) {
    verdict.reasons.push_back(fmt::format("only {} row{} with a weight, at least {} wanted",
                                          weights.n,
                                          weights.n == 1 ? "" : "s",
                                          limits.rows_min));
  }
  check_refusals(verdict, weights, limits);
  check_remarks(verdict, weights, ttc, limits);
  return verdict;
}

}  // namespace assay::estimate
