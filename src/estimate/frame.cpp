#include "estimate/frame.hpp"

#include "estimate/fold.hpp"
#include "estimate/label_rows.hpp"
#include "stats/mersenne.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay::estimate {

namespace {

// Folds of every prompt, so that each id is hashed once.
std::vector<std::uint32_t> prompt_folds(const Matrix& matrix, std::uint32_t seed) {
  std::vector<std::uint32_t> folds(matrix.prompts.size());
  for (PromptPool::Index prompt = 0; prompt < folds.size(); ++prompt) {
    folds[prompt] = fold_of(matrix.prompts.name(prompt), fold_count, seed);
  }
  return folds;
}

TrainingRows training_rows(const Matrix& matrix,
                           const CrossFit& calibration,
                           const std::vector<std::uint32_t>& folds) {
  TrainingRows rows;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    const bool valid = matrix.base.has(row) &&
                       std::ranges::any_of(matrix.targets, [&](auto& t) { return t.has(row); });
    const auto score = matrix.logged.judge.at(row);
    const auto reward = calibrated_reward(calibration.all, matrix.logged, row);
    if (!valid || !score || !reward) continue;
    rows.score.push_back(*score);
    rows.reward.push_back(*reward);
    rows.fold.push_back(folds[matrix.logged.prompt[row]]);
  }
  rows.by_score = stats::IsotonicFit(rows.score);
  return rows;
}

// Fills what follows from scores, predictions and folds.
void place_rows(Frame& frame, const CrossFit& calibration) {
  frame.placed = placed(frame.score);
  frame.by_score = stats::IsotonicFit(frame.score);
  frame.by_prediction = stats::IsotonicFit(frame.out_of_fold);
  frame.row_shuffle = stats::shuffled_folds(frame.size(), fold_count, calibration_seed);
  const CrossFit::Table table = calibration.without_on(frame.placed.grid);
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    frame.without[k].resize(frame.size());
    std::ranges::transform(frame.placed.place, frame.without[k].begin(), [&](std::uint32_t place) {
      return table[k][place];
    });
  }
}

// The judged draws of each prompt: those of prompt p are rows[start[p]] to rows[start[p + 1]].
struct DrawsByPrompt {
  std::vector<std::size_t> start;
  std::vector<std::uint32_t> rows;
};
DrawsByPrompt by_prompt(const ResponseTable& table, std::size_t prompts) {
  DrawsByPrompt out{.start = std::vector<std::size_t>(prompts + 1, 0), .rows = {}};
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.judge.has(row)) ++out.start[table.prompt[row] + 1];
  }
  std::partial_sum(out.start.begin(), out.start.end(), out.start.begin());
  out.rows.resize(out.start.back());
  std::vector<std::size_t> next(out.start.begin(), out.start.end() - 1);
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.judge.has(row)) {
      out.rows[next[table.prompt[row]]++] = static_cast<std::uint32_t>(row);
    }
  }
  return out;
}

}  // namespace

double CrossFit::at_without(std::uint32_t fold, double judge_score) const {
  return std::clamp(without[fold].at(judge_score), 0.0, 1.0);
}

CrossFit::Table CrossFit::without_on(const ScoreGrid& grid) const {
  Table table;
  for (std::uint32_t k = 0; k < fold_count; ++k) table[k] = evaluated(without[k], grid);
  return table;
}

std::optional<CrossFit> cross_fit(const Matrix& matrix) {
  auto all = calibrate(matrix);
  if (!all || all->labelled < cross_fit_labels_min) return std::nullopt;
  CrossFit fitted{.all = std::move(*all), .without = {}};
  const LabelRows labelled = label_rows(matrix);
  const auto fold = folds_of(matrix, labelled, fold_count, calibration_seed);
  const stats::IsotonicFit fit(labelled.score);
  std::vector<double> kept(labelled.size());
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    std::ranges::transform(fold, kept.begin(), [k](auto f) { return f == k ? 0.0 : 1.0; });
    fitted.without[k] = fit.map(labelled.label, kept);
    if (fitted.without[k].empty()) return std::nullopt;
  }
  return fitted;
}

CalibrationQuality quality_of(const Matrix& matrix, const CrossFit& calibration) {
  const LabelRows labelled = label_rows(matrix);
  const auto fold = folds_of(matrix, labelled, fold_count, calibration_seed);
  std::vector<double> off;
  std::vector<double> off_out;
  for (std::size_t i = 0; i < labelled.score.size(); ++i) {
    off.push_back(labelled.label[i] - calibration.at(labelled.score[i]));
    off_out.push_back(labelled.label[i] - calibration.at_without(fold[i], labelled.score[i]));
  }
  const auto n = static_cast<double>(off.size());
  const auto near = std::ranges::count_if(off, [](double d) { return std::abs(d) <= 0.1; });
  return {.rmse = std::sqrt(stats::dot(off, off) / n),
          .rmse_out_of_fold = std::sqrt(stats::dot(off_out, off_out) / n),
          .within_tenth = static_cast<double>(near) / n};
}

Frame frame_of(const Matrix& matrix, const CrossFit& calibration) {
  Frame frame;
  const auto folds = prompt_folds(matrix, calibration_seed);
  const auto outer = prompt_folds(matrix, outer_seed);
  for (const std::size_t row : complete_rows(matrix)) {
    const auto score = matrix.logged.judge.at(row);
    const auto reward = calibrated_reward(calibration.all, matrix.logged, row);
    if (!score || !reward) continue;
    const PromptPool::Index prompt = matrix.logged.prompt[row];
    frame.rows.push_back(row);
    frame.score.push_back(*score);
    frame.reward.push_back(*reward);
    frame.out_of_fold.push_back(calibration.at_without(folds[prompt], *score));
    frame.fold.push_back(folds[prompt]);
    frame.outer.push_back(outer[prompt]);
  }
  place_rows(frame, calibration);
  frame.training = training_rows(matrix, calibration, folds);
  frame.influence_reward = calibration.all.full_coverage ? frame.reward : frame.out_of_fold;
  return frame;
}

std::expected<FrameDraws, std::string_view> FrameDraws::match(const Matrix& matrix,
                                                              const Frame& frame,
                                                              const Draws* draws) {
  if (draws == nullptr) return std::unexpected("no fresh draws");
  const ResponseTable& table = draws->responses;
  FrameDraws matched;
  matched.grid_ = ScoreGrid(judge_scores(table));
  const DrawsByPrompt grouped = by_prompt(table, matrix.prompts.size());
  matched.offset_.push_back(0);
  for (const std::size_t row : frame.rows) {
    const PromptPool::Index prompt = matrix.logged.prompt[row];
    if (grouped.start[prompt] == grouped.start[prompt + 1]) {
      return std::unexpected("a logged prompt has no judged fresh draw");
    }
    for (std::size_t i = grouped.start[prompt]; i < grouped.start[prompt + 1]; ++i) {
      matched.places_.push_back(matched.grid_.place_of(*table.judge.at(grouped.rows[i])));
    }
    matched.offset_.push_back(matched.places_.size());
  }
  return matched;
}

double FrameDraws::mean(std::size_t row, std::span<const double> by_score) const {
  double total = 0;
  for (std::size_t i = offset_[row]; i < offset_[row + 1]; ++i) total += by_score[places_[i]];
  return total / static_cast<double>(offset_[row + 1] - offset_[row]);
}

}  // namespace assay::estimate
