#pragma once

// Compatibility weights of older scripts: log-ratios clipped, then shifted by their 75th percentile
// when some are large. The shift multiplies all weights of a policy by exp(-p75): SNIPS, ESS and
// shares do not change, IPS and DR do. Source: statistics.md 7.

#include "estimate/figure.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::estimate {

using OptionalColumn = std::vector<std::optional<double>>;

struct StabiliseLimits {
  double clip = 20;
  double trigger = 10;  // a clipped |log-ratio| beyond it, of any policy, shifts all policies
  double percentile = 75;
};

struct StabilisedWeights {
  std::string policy;
  std::size_t n_valid = 0;
  std::size_t n_missing = 0;
  std::size_t n_hard_clipped = 0;
  OptionalColumn log_ratio = {};
  OptionalColumn clipped = {};
  OptionalColumn stabilised = {};
  OptionalColumn raw = {};              // exp of the clipped ratio
  OptionalColumn self_normalised = {};  // sums to 1 over valid rows
  Figure percentile = {};               // of the clipped ratios
  Figure shift = {};                    // 0 when not triggered
  Figure ess = {};
  Figure ess_fraction = {};
  Figure max_weight_share = {};
  Figure log_mean_weight = {};  // of the unshifted weights
  bool all_ratios_zero = false;
};

struct Stabilisation {
  bool triggered = false;
  std::vector<StabilisedWeights> policies = {};
};

struct PolicyLogRatio {
  std::string policy;
  OptionalColumn log_ratio;
};

[[nodiscard]] Stabilisation stabilise(std::span<const PolicyLogRatio> policies,
                                      const StabiliseLimits& limits = {});

}  // namespace assay::estimate
