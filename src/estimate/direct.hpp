#pragma once

#include "estimate/calibration.hpp"
#include "estimate/figure.hpp"
#include "estimate/matrix.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace assay::estimate {

// What fresh draws of a policy say of it, without weights; with a probe slice also how far the
// calibration is off on this policy.
struct DirectEstimates {
  std::size_t n_draws = 0;  // with a judge score
  std::size_t n_unjudged = 0;
  Figure judge_mean = {};
  Figure judge_se = {};            // sd / sqrt(n): draws of one prompt as if independent
  Figure judge_se_clustered = {};  // by prompt
  std::size_t judged_prompts = 0;
  Figure plugin_calibrated_mean = {};  // mean of the calibrated draws
  Figure plugin_se_iid = {};           // sd / sqrt(n): neither clusters nor calibration error
  Figure bhattacharyya_judge_space_fresh = {};
  Figure score_mass_outside_oracle_range = {};
  std::size_t n_probe = 0;
  Figure probe_residual_mean = {};  // mean of label - calibrated judge score on the probe
  Figure probe_residual_se = {};
  Figure probe_corrected_mean = {};  // plug-in + residual
  Figure probe_corrected_se = {};    // the two errors in quadrature
};

// `complete` are the rows that judge-space affinity compares with.
[[nodiscard]] DirectEstimates direct_estimates(const Matrix& matrix,
                                               std::span<const std::size_t> complete,
                                               const Draws& draws,
                                               const Draws* probe,
                                               const std::optional<Calibration>& calibration);

}  // namespace assay::estimate
