#include "estimate/frame.hpp"

#include "estimate/fold.hpp"
#include "estimate/label_rows.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>

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
  return rows;
}

}  // namespace

double CrossFit::at_without(std::uint32_t fold, double judge_score) const {
  return std::clamp(without[fold].at(judge_score), 0.0, 1.0);
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
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    frame.without[k].resize(frame.size());
    std::ranges::transform(frame.score, frame.without[k].begin(), [&](double score) {
      return calibration.at_without(k, score);
    });
  }
  frame.training = training_rows(matrix, calibration, folds);
  frame.influence_reward = calibration.all.full_coverage ? frame.reward : frame.out_of_fold;
  return frame;
}

std::expected<FrameDraws, std::string_view> FrameDraws::match(const Matrix& matrix,
                                                              const Frame& frame,
                                                              const Draws* draws) {
  if (draws == nullptr) return std::unexpected("no fresh draws");
  std::vector<std::vector<double>> by_prompt(matrix.prompts.size());
  for (std::size_t row = 0; row < draws->responses.size(); ++row) {
    const auto score = draws->responses.judge.at(row);
    if (score) by_prompt[draws->responses.prompt[row]].push_back(*score);
  }
  FrameDraws matched;
  matched.offset_.push_back(0);
  for (const std::size_t row : frame.rows) {
    const auto& scores = by_prompt[matrix.logged.prompt[row]];
    if (scores.empty()) return std::unexpected("a logged prompt has no judged fresh draw");
    matched.scores_.insert(matched.scores_.end(), scores.begin(), scores.end());
    matched.offset_.push_back(matched.scores_.size());
  }
  return matched;
}

}  // namespace assay::estimate
