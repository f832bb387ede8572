#include "estimate/closed_form.hpp"

#include "estimate/overlap.hpp"
#include "stats/moments.hpp"

#include <utility>

namespace assay::estimate {

namespace {

// The ratio estimates over those cases for which `reward_of(row)` is defined.
template <class RewardOf>
RatioEstimates ratio_over(const Cases& cases, const Weights& weights, RewardOf reward_of) {
  std::vector<double> raw;
  std::vector<double> shifted;
  std::vector<double> reward;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::optional<double> value = reward_of(cases.rows[i]);
    if (!value) continue;
    raw.push_back(weights.raw[i]);
    shifted.push_back(weights.shifted[i]);
    reward.push_back(*value);
  }
  return ratio_estimates(raw, shifted, reward);
}

WeightView weight_view(const Matrix& matrix,
                       const Cases& cases,
                       const Weights& weights,
                       const std::optional<Calibration>& calibration) {
  const ResponseTable& logged = matrix.logged;
  WeightView view{
      .weights = summarize_weights(weights),
      .judge_score =
          ratio_over(cases, weights, [&](std::size_t row) { return logged.judge.at(row); }),
  };
  if (calibration) {
    view.calibrated = ratio_over(cases, weights, [&](std::size_t row) {
      return calibrated_reward(*calibration, logged, row);
    });
  }
  if (logged.label.count() > 0) {
    view.label = ratio_over(cases, weights, [&](std::size_t row) { return logged.label.at(row); });
  }
  return view;
}

CaseView case_view(const Matrix& matrix,
                   const ScoreColumn& target,
                   const Cases& cases,
                   const std::optional<Calibration>& calibration) {
  const Weights plain = weights_of(cases.log_ratio);
  const Weights limited = weights_of(clipped(cases.log_ratio, compatibility_clip_nats));
  return {
      .log_ratio = summarize_log_ratio(cases.log_ratio),
      .histogram = weight_histogram(cases.log_ratio),
      .no_clip = weight_view(matrix, cases, plain, calibration),
      .clip_20 = weight_view(matrix, cases, limited, calibration),
      .ttc_per_char = typicality_of(matrix, target, cases, plain.shifted, LengthUnit::chars),
      .ttc_per_token = typicality_of(matrix, target, cases, plain.shifted, LengthUnit::tokens),
      .bhattacharyya_judge_space_logs_only = judge_affinity_weighted(matrix, cases, plain),
  };
}

PolicyView policy_view(const Matrix& matrix,
                       const ScoreColumn& target,
                       const std::vector<std::size_t>& complete,
                       const std::optional<Calibration>& calibration) {
  std::vector<std::size_t> available = available_rows(matrix, target);
  PolicyView view{
      .policy = target.policy(),
      .n_available = available.size(),
      .complete_case = case_view(matrix, target, cases_of(matrix, target, complete), calibration),
  };
  if (available.size() != complete.size()) {
    const Cases cases = cases_of(matrix, target, std::move(available));
    view.available_case = case_view(matrix, target, cases, calibration);
  }
  if (const Draws* draws = matrix.fresh_of(target.policy())) {
    const Draws* probe = matrix.probe_of(target.policy());
    view.direct = direct_estimates(matrix, complete, *draws, probe, calibration);
  }
  return view;
}

Figure column_mean(const NumberColumn& column) {
  std::vector<double> values;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (const auto value = column.at(row)) values.push_back(*value);
  }
  return stats::mean(values);
}

Figure calibrated_mean(const Matrix& matrix, const std::optional<Calibration>& calibration) {
  if (!calibration) return stats::undefined("fewer than two labelled rows to calibrate with");
  std::vector<double> values;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    if (const auto value = calibrated_reward(*calibration, matrix.logged, row)) {
      values.push_back(*value);
    }
  }
  return stats::mean(values);
}

}  // namespace

ClosedForm closed_form(const Matrix& matrix, const std::optional<Calibration>& calibration) {
  const std::vector<std::size_t> complete = complete_rows(matrix);
  ClosedForm figures{
      .n_rows = matrix.rows(),
      .n_labelled = matrix.logged.label.count(),
      .n_complete_case = complete.size(),
      .calibrated_reward_mean_all_rows = calibrated_mean(matrix, calibration),
      .judge_mean_all_rows = column_mean(matrix.logged.judge),
      .oracle_mean_labelled_rows = column_mean(matrix.logged.label),
  };
  for (const ScoreColumn& target : matrix.targets) {
    figures.policies.push_back(policy_view(matrix, target, complete, calibration));
  }
  return figures;
}

}  // namespace assay::estimate
