#include "estimate/calibration.hpp"

#include "estimate/label_rows.hpp"

#include <algorithm>

namespace assay::estimate {

double Calibration::at(double judge_score) const {
  return std::clamp(map.at(judge_score), 0.0, 1.0);
}

bool Calibration::is_flat() const {
  return map.knots().front().y == map.knots().back().y;
}

std::optional<Calibration> calibrate(const Matrix& matrix) {
  const LabelRows rows = label_rows(matrix);
  if (rows.size() < labels_min) return std::nullopt;
  return Calibration{.map = stats::isotonic(rows.score, rows.label),
                     .labelled = rows.size(),
                     .full_coverage = matrix.logged.label.count() == matrix.rows(),
                     .score_low = rows.score.front(),
                     .score_high = rows.score.back()};
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
