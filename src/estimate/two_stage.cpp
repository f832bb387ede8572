#include "estimate/two_stage.hpp"

#include "estimate/label_rows.hpp"
#include "stats/moments.hpp"
#include "stats/spline_ridge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace assay::estimate {

namespace {

constexpr std::size_t knots_max = 8;
constexpr std::size_t rows_per_knot = 4;
constexpr std::size_t thirds = 3;

// Every judge score that a map may be asked about.
ScoreGrid all_scores(const Matrix& matrix) {
  std::vector<double> scores = judge_scores(matrix.logged);
  for (const auto* list : {&matrix.fresh, &matrix.probes}) {
    for (const Draws& draws : *list) {
      const std::vector<double> drawn = judge_scores(draws.responses);
      scores.insert(scores.end(), drawn.begin(), drawn.end());
    }
  }
  return ScoreGrid(std::move(scores));
}

// The rank of a value among those of the training rows, in (-1, 1).
double rank_of(double value, const std::vector<double>& sorted) {
  const auto upto = std::ranges::upper_bound(sorted, value) - sorted.begin();
  return (static_cast<double>(upto) - 0.5) / static_cast<double>(sorted.size());
}

// The two stages fitted on some rows, as a table over the grid.
stats::IsotonicMap tabulated(std::span<const double> score,
                             std::span<const double> label,
                             const ScoreGrid& grid) {
  const std::size_t knots = std::min(knots_max, score.size() / rows_per_knot);
  const auto smooth = score.size() < two_stage_rows_min
                          ? std::nullopt
                          : stats::SplineRidge::fit(score, label, knots);
  if (!smooth) return stats::isotonic(score, label);
  std::vector<double> index(score.size());
  std::ranges::transform(score, index.begin(), [&](double s) { return smooth->at(s); });
  std::vector<double> sorted = index;
  std::ranges::sort(sorted);
  for (double& value : index) value = rank_of(value, sorted);
  const stats::IsotonicMap by_rank = stats::isotonic(index, label);
  std::vector<double> values;
  for (const double s : grid.values()) values.push_back(by_rank.at(rank_of(smooth->at(s), sorted)));
  return stats::tie_means(grid.values(), values);
}

struct Residuals {
  std::vector<double> monotone;  // squared, out of fold, ascending by score
  std::vector<double> two_stage;
};

Residuals squared_residuals(const Matrix& matrix,
                            const CrossFit& monotone,
                            const CrossFit& two_stage) {
  const LabelRows rows = label_rows(matrix);
  const auto fold = folds_of(matrix, rows, fold_count, calibration_seed);
  Residuals out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto squared = [&](const CrossFit& fit) {
      const double off = rows.label[i] - fit.at_without(fold[i], rows.score[i]);
      return off * off;
    };
    out.monotone.push_back(squared(monotone));
    out.two_stage.push_back(squared(two_stage));
  }
  return out;
}

}  // namespace

std::string_view name_of(CalibrationMode mode) {
  return mode == CalibrationMode::monotone ? "monotone" : "two_stage";
}

std::optional<CrossFit> two_stage_fit(const Matrix& matrix) {
  auto fitted = cross_fit(matrix);
  if (!fitted) return std::nullopt;
  const ScoreGrid grid = all_scores(matrix);
  const LabelRows rows = label_rows(matrix);
  const auto fold = folds_of(matrix, rows, fold_count, calibration_seed);
  fitted->all.map = tabulated(rows.score, rows.label, grid);
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    std::vector<double> score;
    std::vector<double> label;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (fold[i] == k) continue;
      score.push_back(rows.score[i]);
      label.push_back(rows.label[i]);
    }
    fitted->without[k] = tabulated(score, label, grid);
  }
  return fitted;
}

CalibrationMode automatic_mode(const Matrix& matrix,
                               const CrossFit& monotone,
                               const CrossFit& two_stage) {
  const Residuals squared = squared_residuals(matrix, monotone, two_stage);
  const std::size_t n = squared.monotone.size();
  const double rmse = std::sqrt(*stats::mean(squared.monotone));
  const stats::Figure spread = stats::sample_sd(squared.monotone);
  const double error =
      spread && rmse > 0 ? *spread / std::sqrt(static_cast<double>(n)) / (2 * rmse) : 0;
  if (std::sqrt(*stats::mean(squared.two_stage)) < rmse - error) return CalibrationMode::two_stage;
  std::size_t better = 0;
  for (std::size_t third = 0; third < thirds; ++third) {
    const std::size_t begin = n * third / thirds;
    const std::size_t count = n * (third + 1) / thirds - begin;
    const auto part = [&](const std::vector<double>& all) {
      return stats::sum(std::span(all).subspan(begin, count));
    };
    if (count > 0 && part(squared.two_stage) < part(squared.monotone)) ++better;
  }
  return better >= 2 ? CalibrationMode::two_stage : CalibrationMode::monotone;
}

}  // namespace assay::estimate
