#pragma once

#include "estimate/figure.hpp"

#include <cstddef>
#include <span>

namespace assay::estimate {

// Importance-sampling estimates of a mean reward, with errors. Formulas: statistics.md 7.
struct RatioEstimates {
  std::size_t n = 0;
  Figure ips = {};                   // mean(w r); depends on the weights' scale
  Figure ips_se = {};                // sd(w r) / sqrt(n)
  Figure snips = {};                 // sum(w r) / sum(w)
  Figure snips_se_delta_ddof1 = {};  // sd(phi) / sqrt(n), phi = w (r - snips) / mean(w)
  Figure snips_se_sandwich = {};     // sqrt(sum phi^2) / n
  Figure ess = {};                   // of the rows used
};

// `raw` and `shifted` are the same weights on two scales (weights.hpp); all spans have one length.
[[nodiscard]] RatioEstimates ratio_estimates(std::span<const double> raw,
                                             std::span<const double> shifted,
                                             std::span<const double> reward);

}  // namespace assay::estimate
