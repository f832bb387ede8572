#pragma once

// The error of an estimate that stems from having learnt the calibration from few labels: the
// estimate again with each group of prompts left out of the calibration. Source: cje.md 6.7, with
// twenty groups of prompts instead of five folds, so that the error itself is known to 16 %.

#include "estimate/matrix.hpp"
#include "estimate/score_grid.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace assay::estimate {

inline constexpr std::size_t oracle_groups = 20;

class OracleJackknife {
 public:
  // Empty when some group left out leaves no label, or at full label coverage, where nothing was
  // learnt.
  [[nodiscard]] static std::optional<OracleJackknife> fit(const Matrix& matrix);

  // (K-1)/K sum (psi_k - mean)^2 of psi_k = sum mass[score] f_k(score); `mass` is that of the
  // estimate's rows on `grid()`, summing to one.
  [[nodiscard]] double variance(std::span<const double> mass) const;
  [[nodiscard]] const ScoreGrid& grid() const { return grid_; }  // of the logged judge scores
  [[nodiscard]] double degrees_of_freedom() const { return oracle_groups - 1; }

 private:
  explicit OracleJackknife(ScoreGrid grid) : grid_(std::move(grid)) {}
  ScoreGrid grid_;
  std::vector<std::vector<double>> without_ = {};  // by group, by score
};

}  // namespace assay::estimate
