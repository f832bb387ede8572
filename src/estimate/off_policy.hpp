#pragma once

// The textbook estimators over complete rows, with their influence functions. Source: statistics.md
// 7 (Horvitz & Thompson 1952; Swaminathan & Joachims 2015; Dudik, Langford & Li 2011).

#include "estimate/figure.hpp"
#include "estimate/stabilise.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::estimate {

// One policy's columns, all of one length. Without models, `q_logged` and `mu` are empty.
struct OffPolicyColumns {
  OptionalColumn reward;
  OptionalColumn weight;
  std::vector<double> q_logged;  // predicted reward of the logged response
  std::vector<double> mu;        // predicted mean reward under the policy
};

struct InfluenceEstimate {
  Figure estimate = {};
  Figure se = {};                                // sd(psi) / sqrt(n)
  std::optional<stats::Interval> interval = {};  // normal, 95 %
  std::size_t n = 0;
  std::vector<double> influence = {};  // psi, of the rows used
};

struct OffPolicyEstimates {
  InfluenceEstimate mean_logged_reward = {};
  InfluenceEstimate ips = {};
  InfluenceEstimate snips = {};
  Figure snips_se_jackknife = {};
  InfluenceEstimate ips_capped = {};
  double share_capped = 0;
  InfluenceEstimate direct_method = {};  // undefined without models
  InfluenceEstimate dr = {};
  InfluenceEstimate sndr = {};
  Figure ess = {};
  std::vector<std::size_t> rows = {};  // that hold reward and weight
};

inline constexpr double weight_cap_default = 5;

[[nodiscard]] OffPolicyEstimates off_policy_estimates(const OffPolicyColumns& columns,
                                                      double weight_cap = weight_cap_default);

// a - b on the rows complete for both.
struct PairedComparison {
  std::size_t n = 0;
  Figure difference = {};
  Figure se_paired = {};
  Figure se_unpaired = {};  // as if the two were independent: too wide or too narrow
  std::optional<stats::Interval> interval = {};
};
[[nodiscard]] PairedComparison compare_snips(std::span<const std::optional<double>> reward,
                                             std::span<const std::optional<double>> weight_a,
                                             std::span<const std::optional<double>> weight_b);

}  // namespace assay::estimate
