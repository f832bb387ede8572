#pragma once

// The complete rows laid out for cross-fitted estimators: judge scores, calibrated rewards, folds.

#include "estimate/calibration.hpp"
#include "estimate/cases.hpp"
#include "estimate/matrix.hpp"
#include "estimate/score_grid.hpp"
#include "stats/isotonic.hpp"

#include <array>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

namespace assay::estimate {

inline constexpr std::uint32_t fold_count = 5;         // K. Source: cje.md 6.1
inline constexpr std::uint32_t calibration_seed = 42;  // of calibration and outcome folds
inline constexpr std::uint32_t outer_seed = 1042;      // of the weights' outer folds
inline constexpr std::size_t cross_fit_labels_min = 2 * fold_count;

// Calibration fitted once on all labels and once without each fold.
struct CrossFit {
  Calibration all;
  std::array<stats::IsotonicMap, fold_count> without;

  // Limited to [0, 1].
  [[nodiscard]] double at(double judge_score) const { return all.at(judge_score); }
  [[nodiscard]] double at_without(std::uint32_t fold, double judge_score) const;
  // By fold, by score of the grid.
  using Table = std::array<std::vector<double>, fold_count>;
  [[nodiscard]] Table without_on(const ScoreGrid& grid) const;
};

// Empty when there are fewer than cross_fit_labels_min labels, or a fold would leave none.
[[nodiscard]] std::optional<CrossFit> cross_fit(const Matrix& matrix);

// Quality of a calibration on its own labels. Source: cje.md 7, "calibration".
struct CalibrationQuality {
  double rmse = 0;
  double rmse_out_of_fold = 0;
  double within_tenth = 0;  // share of labels within 0.1 of the map
};
[[nodiscard]] CalibrationQuality quality_of(const Matrix& matrix, const CrossFit& calibration);

// Rows that hold the logging policy's log-probability, any target's, a judge score and a reward:
// what the neighbouring tool trains its outcome models on, more than it then estimates on.
struct TrainingRows {
  std::vector<double> score;
  std::vector<double> reward;
  std::vector<std::uint32_t> fold;  // seed calibration_seed
  stats::IsotonicFit by_score{{}};
};

// Complete rows that have a judge score, and at full label coverage a label.
struct Frame {
  std::vector<std::size_t> rows;         // of the matrix
  std::vector<double> score;             // judge
  std::vector<double> reward;            // the map of all labels; the labels at full coverage
  std::vector<double> out_of_fold;       // the map without the row's own fold
  std::vector<std::uint32_t> fold;       // seed calibration_seed
  std::vector<std::uint32_t> outer;      // seed outer_seed
  std::vector<double> influence_reward;  // out_of_fold, or reward at full coverage
  TrainingRows training;
  std::array<std::vector<double>, fold_count> without;  // the map without each fold, of each row
  // What every estimator of every policy would otherwise sort, place and shuffle again.
  PlacedScores placed;                     // `score`
  stats::IsotonicFit by_score{{}};         // of `score`
  stats::IsotonicFit by_prediction{{}};    // of `out_of_fold`
  std::vector<std::uint32_t> row_shuffle;  // shuffled folds of the row order, calibration_seed
  [[nodiscard]] std::size_t size() const { return rows.size(); }
};
[[nodiscard]] Frame frame_of(const Matrix& matrix, const CrossFit& calibration);

// Judge scores of a policy's fresh draws, grouped by the rows of a frame.
class FrameDraws {
 public:
  // Errors: why these draws cannot serve ("no fresh draws", or a row without one).
  [[nodiscard]] static std::expected<FrameDraws, std::string_view> match(const Matrix& matrix,
                                                                         const Frame& frame,
                                                                         const Draws* draws);
  // The distinct scores of all judged draws.
  [[nodiscard]] const ScoreGrid& grid() const { return grid_; }

  // The mean over the draws of a row of what `by_score` holds for each score of the grid.
  [[nodiscard]] double mean(std::size_t row, std::span<const double> by_score) const;

 private:
  ScoreGrid grid_{{}};
  std::vector<std::size_t> offset_ = {};
  std::vector<std::uint32_t> places_ = {};
};

}  // namespace assay::estimate
