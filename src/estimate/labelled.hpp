#pragma once

// The estimators that look at labels where it matters: on the policy's own responses, or on the
// logged ones through their weights. They stay right when the calibration is wrong.

#include "estimate/calibration.hpp"
#include "estimate/figure.hpp"
#include "estimate/frame.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::estimate {

// The labelled responses of one policy: its fresh draws that carry a label, and the rows of its
// probe slice that are not among them (by prompt and draw).
struct OwnLabels {
  std::vector<double> label;
  std::vector<std::optional<double>> judge;
  std::vector<PromptPool::Index> prompt;
  [[nodiscard]] std::size_t size() const { return label.size(); }
};
[[nodiscard]] OwnLabels own_labels(const Draws* draws, const Draws* probe);

struct LabelledEstimate {
  Figure estimate = {};
  Figure se = {};
  std::optional<stats::Interval> interval = {};  // Student, 95 %
  std::size_t n_labels = 0;
  double df = 0;
  std::vector<double> influence = {};  // by prompt; their sum of squares is the variance
};

// mean f(S') over the policy's draws + mean(Y - f(S)) over its labelled draws, which must be a
// random part of them. f was fitted on other labels, so the correction is unbiased whatever f is;
// without calibration f is the judge score itself. Without judged draws, or where a labelled draw
// has no judge score: the mean label. Errors are clustered by prompt over both parts; degrees of
// freedom: labelled prompts - 1. Errors: what is missing.
inline constexpr std::size_t probe_prompts_min = 10;
[[nodiscard]] std::expected<LabelledEstimate, std::string_view> difference_estimate(
    const Matrix& matrix,
    const std::optional<Calibration>& calibration,
    const Draws* draws,
    const OwnLabels& own);

// The same of the logging policy: its draws are the logged rows, its labels theirs, and f is
// cross-fitted, because it was learnt from these very labels.
[[nodiscard]] std::expected<LabelledEstimate, std::string_view> logged_difference_estimate(
    const Matrix& matrix, const CrossFit& calibration);

// mean G + sum (L/p) w (Y - f) / sum (L/p) w: draws under the cross-fitted map, corrected by the
// weighted residuals of the labelled logged rows (tr-cpo form, self-normalised). p is the
// probability that a row is labelled: as given, or the labelled share of the row's stratum of judge
// scores, which is right when labels were given with a view to the judge score at most. Degrees of
// freedom: effective labelled rows - 1. Errors: what is missing. The gate on the weights is the
// caller's.
struct LabelDrInput {
  const Matrix* matrix = nullptr;
  const CrossFit* calibration = nullptr;
  const Frame* frame = nullptr;
  const ScoreColumn* target = nullptr;
  std::optional<double> label_probability = {};
};
[[nodiscard]] std::expected<LabelledEstimate, std::string_view> label_residual_dr(
    const LabelDrInput& input);

}  // namespace assay::estimate
