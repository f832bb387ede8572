#include "estimate/noise.hpp"

#include "estimate/agreement.hpp"
#include "estimate/cases.hpp"
#include "estimate/weights.hpp"
#include "stats/moments.hpp"

#include <cmath>

namespace assay::estimate {

namespace {

Noise of_replicates(const ScoreColumn::Repeated& base, const ScoreColumn::Repeated& target) {
  const double variance = *base.variance + (target.variance ? *target.variance : *base.variance);
  return {
      .variance = variance, .ess_fraction = std::exp(-variance), .rows = base.rows + target.rows};
}

Noise of_twin(const Matrix& matrix, const ScoreColumn& twin) {
  const Cases cases = cases_of(matrix, twin, available_rows(matrix, twin));
  const Weights weights = weights_of(cases.log_ratio);
  const Figure ess = effective_size(weights.shifted);
  return {.variance = stats::sample_variance(cases.log_ratio),
          .ess_fraction = ess ? Figure(*ess / static_cast<double>(cases.size())) : ess,
          .rows = cases.size(),
          .twin = twin.policy()};
}

}  // namespace

Noise noise_of(const Matrix& matrix, const ScoreColumn& target) {
  const ScoreColumn::Repeated base = matrix.base.repeated();
  if (base.variance) return of_replicates(base, target.repeated());
  if (const ScoreColumn* twin = noise_twin(matrix)) return of_twin(matrix, *twin);
  const auto none = stats::undefined("no row was scored twice");
  return {.variance = none, .ess_fraction = none};
}

}  // namespace assay::estimate
