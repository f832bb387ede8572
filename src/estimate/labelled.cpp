#include "estimate/labelled.hpp"

#include "estimate/fold.hpp"
#include "estimate/strata.hpp"
#include "estimate/weights.hpp"
#include "stats/cluster.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace assay::estimate {

namespace {

constexpr std::size_t label_strata = 5;

struct Scored {
  std::vector<double> value;
  std::vector<PromptPool::Index> prompt;
};

double predicted(const std::optional<Calibration>& calibration, double judge) {
  return calibration ? calibration->at(judge) : judge;
}

Scored predictions(const Draws& draws, const std::optional<Calibration>& calibration) {
  Scored found;
  for (std::size_t row = 0; row < draws.responses.size(); ++row) {
    const auto score = draws.responses.judge.at(row);
    if (!score) continue;
    found.value.push_back(predicted(calibration, *score));
    found.prompt.push_back(draws.responses.prompt[row]);
  }
  return found;
}

// What the labels add to the predictions; without a full set of predictions, the labels themselves.
struct Correction {
  Scored drawn;
  Scored off;
};
Correction correction_of(const std::optional<Calibration>& calibration,
                         const Draws* draws,
                         const OwnLabels& own) {
  Correction out;
  if (draws != nullptr) out.drawn = predictions(*draws, calibration);
  const bool all_judged =
      std::ranges::all_of(own.judge, [](const auto& s) { return s.has_value(); });
  const bool predicts = !out.drawn.value.empty() && all_judged;
  if (!predicts) out.drawn = {};
  out.off.prompt = own.prompt;
  for (std::size_t i = 0; i < own.size(); ++i) {
    out.off.value.push_back(own.label[i] - (predicts ? predicted(calibration, *own.judge[i]) : 0));
  }
  return out;
}

// Adds each row's share of the error of its mean to its prompt.
void add_influence(std::vector<double>& by_prompt, const Scored& rows, double mean) {
  const auto n = static_cast<double>(rows.value.size());
  for (std::size_t i = 0; i < rows.value.size(); ++i) {
    by_prompt[rows.prompt[i]] += (rows.value[i] - mean) / n;
  }
}

// The labelled share of each row's stratum; empty when a stratum has no label.
std::optional<std::vector<double>> label_probabilities(const Matrix& matrix, const Frame& frame) {
  const auto stratum = strata_of(frame.score, label_strata);
  const std::size_t strata = stratum.empty() ? 0 : *std::ranges::max_element(stratum) + 1;
  std::vector<double> rows(strata, 0.0);
  std::vector<double> labelled(strata, 0.0);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    rows[stratum[i]] += 1;
    labelled[stratum[i]] += matrix.logged.label.has(frame.rows[i]) ? 1 : 0;
  }
  if (std::ranges::find(labelled, 0.0) != labelled.end()) return std::nullopt;
  std::vector<double> probability(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    probability[i] = labelled[stratum[i]] / rows[stratum[i]];
  }
  return probability;
}

LabelledEstimate finished(double estimate,
                          std::vector<double> influence,
                          std::size_t labels,
                          double df) {
  LabelledEstimate out{.estimate = estimate, .n_labels = labels, .df = df};
  out.influence = std::move(influence);
  out.se = std::sqrt(stats::dot(out.influence, out.influence));
  out.interval = stats::interval_around(estimate, *out.se, df);
  return out;
}

// mean of the predictions + mean of what the labels add, with the errors of both by prompt.
std::expected<LabelledEstimate, std::string_view> corrected_mean(const Matrix& matrix,
                                                                 const Correction& parts) {
  const std::size_t prompts = stats::cluster_count(parts.off.prompt);
  if (prompts == 0) return std::unexpected("no labelled draws of this policy");
  if (prompts < probe_prompts_min) {
    return std::unexpected("labelled draws of fewer than ten prompts");
  }
  const double mean_drawn = parts.drawn.value.empty() ? 0 : *stats::mean(parts.drawn.value);
  const double mean_off = *stats::mean(parts.off.value);
  std::vector<double> by_prompt(matrix.prompts.size(), 0.0);
  add_influence(by_prompt, parts.drawn, mean_drawn);
  add_influence(by_prompt, parts.off, mean_off);
  const auto g = static_cast<double>(prompts);
  for (double& influence : by_prompt) influence *= std::sqrt(g / (g - 1));
  return finished(mean_drawn + mean_off, std::move(by_prompt), parts.off.value.size(), g - 1);
}

// What label_residual_dr sums over, by row of the frame.
struct Residuals {
  std::vector<double> drawn;   // mean prediction of the row's draws
  std::vector<double> weight;  // (L/p) w; 0 on rows without label
  std::vector<double> off;     // Y - f
  std::size_t labels = 0;
};

Residuals residuals_of(const LabelDrInput& input,
                       const FrameDraws& draws,
                       const std::vector<double>& probability) {
  const Frame& frame = *input.frame;
  const Cases cases = cases_of(*input.matrix, *input.target, frame.rows);
  const std::vector<double> weight = hajek_weights(cases.log_ratio);
  Residuals out{.drawn = std::vector<double>(frame.size()),
                .weight = std::vector<double>(frame.size(), 0.0),
                .off = std::vector<double>(frame.size(), 0.0)};
  const CrossFit::Table table = input.calibration->without_on(draws.grid());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    out.drawn[i] = draws.mean(i, table[frame.fold[i]]);
    const auto label = input.matrix->logged.label.at(frame.rows[i]);
    if (!label) continue;
    ++out.labels;
    out.weight[i] = weight[i] / probability[i];
    out.off[i] = *label - frame.out_of_fold[i];
  }
  return out;
}

}  // namespace

OwnLabels own_labels(const Draws* draws, const Draws* probe) {
  OwnLabels own;
  std::set<std::pair<PromptPool::Index, std::uint32_t>> taken;
  for (const Draws* source : {draws, probe}) {
    if (source == nullptr) continue;
    const ResponseTable& table = source->responses;
    for (std::size_t row = 0; row < table.size(); ++row) {
      const auto label = table.label.at(row);
      if (!label || !taken.emplace(table.prompt[row], table.draw[row]).second) continue;
      own.label.push_back(*label);
      own.judge.push_back(table.judge.at(row));
      own.prompt.push_back(table.prompt[row]);
    }
  }
  return own;
}

std::expected<LabelledEstimate, std::string_view> difference_estimate(
    const Matrix& matrix,
    const std::optional<Calibration>& calibration,
    const Draws* draws,
    const OwnLabels& own) {
  return corrected_mean(matrix, correction_of(calibration, draws, own));
}

std::expected<LabelledEstimate, std::string_view> logged_difference_estimate(
    const Matrix& matrix, const CrossFit& calibration) {
  Correction parts;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    const auto score = matrix.logged.judge.at(row);
    if (!score) continue;
    const PromptPool::Index prompt = matrix.logged.prompt[row];
    const std::uint32_t fold = fold_of(matrix.prompts.name(prompt), fold_count, calibration_seed);
    const double value = calibration.at_without(fold, *score);
    parts.drawn.value.push_back(value);
    parts.drawn.prompt.push_back(prompt);
    const auto label = matrix.logged.label.at(row);
    if (!label) continue;
    parts.off.value.push_back(*label - value);
    parts.off.prompt.push_back(prompt);
  }
  return corrected_mean(matrix, parts);
}

constexpr std::size_t complete_labels_min = 5;

std::expected<LabelledEstimate, std::string_view> label_residual_dr(const LabelDrInput& input) {
  const Frame& frame = *input.frame;
  const Matrix& matrix = *input.matrix;
  const auto draws = FrameDraws::match(matrix, frame, matrix.fresh_of(input.target->policy()));
  if (!draws) return std::unexpected(draws.error());
  if (frame.size() < fold_count) return std::unexpected("too few complete rows");
  const auto probability =
      input.label_probability
          ? std::optional(std::vector<double>(frame.size(), *input.label_probability))
          : label_probabilities(matrix, frame);
  if (!probability) return std::unexpected("a stratum of judge scores has no label");
  const Residuals rows = residuals_of(input, *draws, *probability);
  const double total = stats::sum(rows.weight);
  const Figure effective = effective_size(rows.weight);
  if (!(total > 0) || !effective) return std::unexpected("no labelled row has weight");
  // Of one labelled row the residual is its own mean, and the error says nothing of it.
  if (rows.labels < complete_labels_min) return std::unexpected("too few labelled complete rows");
  const double correction = stats::dot(rows.weight, rows.off) / total;
  const double mean_drawn = *stats::mean(rows.drawn);
  const double df = std::max(1.0, std::floor(*effective) - 1);
  const double scale = std::sqrt((df + 1) / df);
  const auto n = static_cast<double>(frame.size());
  std::vector<double> by_prompt(matrix.prompts.size(), 0.0);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    by_prompt[matrix.logged.prompt[frame.rows[i]]] +=
        scale *
        ((rows.drawn[i] - mean_drawn) / n + rows.weight[i] / total * (rows.off[i] - correction));
  }
  return finished(mean_drawn + correction, std::move(by_prompt), rows.labels, df);
}

}  // namespace assay::estimate
