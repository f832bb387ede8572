#include "estimate/calibration.hpp"

#include <algorithm>

namespace assay::estimate {

double Calibration::at(double judge_score) const {
  return std::clamp(map.at(judge_score), 0.0, 1.0);
}

std::optional<Calibration> calibrate(const Matrix& matrix) {
  std::vector<double> scores;
  std::vector<double> labels;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    const auto score = matrix.logged.judge.at(row);
    const auto label = matrix.logged.label.at(row);
    if (!score || !label) continue;
    scores.push_back(*score);
    labels.push_back(*label);
  }
  if (scores.size() < labels_min) return std::nullopt;
  const auto [low, high] = std::ranges::minmax(scores);
  return Calibration{.map = stats::isotonic(scores, labels),
                     .labelled = scores.size(),
                     .full_coverage = matrix.logged.label.count() == matrix.rows(),
                     .score_low = low,
                     .score_high = high};
}

std::optional<double> calibrated_reward(const Calibration& calibration,
                                        const ResponseTable& rows,
                                        std::size_t row) {
  if (calibration.full_coverage) return rows.label.at(row);
  const auto score = rows.judge.at(row);
  if (!score) return std::nullopt;
  return calibration.at(*score);
}

}  // namespace assay::estimate
