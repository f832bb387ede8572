#pragma once

#include "estimate/matrix.hpp"
#include "stats/isotonic.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::estimate {

// Judge score to expected label, from the labelled logged rows. Source: cje.md 6.3, mode monotone
// (two_stage.hpp: the other one).
struct Calibration {
  stats::IsotonicMap map;      // fitted on all labelled rows
  std::size_t labelled = 0;    // rows with label and judge score
  bool full_coverage = false;  // every logged row is labelled: rewards are the labels themselves
  double score_low = 0;        // judge range of the labelled rows
  double score_high = 0;

  // The calibrated value of a judge score, limited to the labels' scale [0, 1].
  [[nodiscard]] double at(double judge_score) const;

  // Every judge score stands for the same value: a constant judge, labels of one class, or scores
  // that do not rise with the labels. Such a map tells no response from another.
  [[nodiscard]] bool is_flat() const;
};

// Fewer labels fit no map worth the name.
inline constexpr std::size_t labels_min = 2;

// Empty when there are fewer than labels_min labelled rows.
[[nodiscard]] std::optional<Calibration> calibrate(const Matrix& matrix);

// The calibrated reward of a logged row: its label at full coverage, else the map at its judge
// score; empty when the row has no judge score.
[[nodiscard]] std::optional<double> calibrated_reward(const Calibration& calibration,
                                                      const ResponseTable& rows,
                                                      std::size_t row);

}  // namespace assay::estimate
