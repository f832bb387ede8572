#pragma once

// The self-normalised weighted mean with an honest error: rows of one prompt are one observation,
// and a calibrated reward carries the error of its calibration.

#include "estimate/cases.hpp"
#include "estimate/figure.hpp"
#include "estimate/oracle_jackknife.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace assay::estimate {

struct WeightedEstimate {
  std::size_t n = 0;
  Figure estimate = {};
  Figure se = {};
  std::optional<stats::Interval> interval = {};  // Student, 95 %
  double df = 0;
};

struct WeightedInput {
  const Matrix* matrix = nullptr;
  const Cases* cases = nullptr;
  std::span<const std::optional<double>> reward;  // of each case
  const OracleJackknife* oracle = nullptr;        // for calibrated rewards; may be absent
};

// sum w r / sum w; influence w (r - estimate) / mean w summed by prompt. Degrees of freedom: the
// effective number of rows - 1, with the jackknife's by Satterthwaite.
[[nodiscard]] WeightedEstimate weighted_mean(const WeightedInput& input);

// Degrees of freedom of a sum of two independent variances. Source: Satterthwaite 1946.
[[nodiscard]] double joint_degrees(double variance_a, double df_a, double variance_b, double df_b);

}  // namespace assay::estimate
