#include "estimate/direct.hpp"

#include "estimate/overlap.hpp"
#include "stats/cluster.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace assay::estimate {

namespace {

// Draws of one prompt are alike: of five each, independent errors come out at half their size.
void fill_clustered(DirectEstimates& out,
                    std::span<const double> scores,
                    const Matrix& matrix,
                    const ResponseTable& drawn) {
  std::vector<std::uint32_t> prompts;  // of each score
  for (std::size_t row = 0; row < drawn.size(); ++row) {
    if (drawn.judge.at(row)) prompts.push_back(drawn.prompt[row]);
  }
  out.judge_se_clustered = stats::cluster_error(scores, prompts, matrix.prompts.size());
  std::ranges::sort(prompts);
  const auto repeated = std::ranges::unique(prompts);
  out.judged_prompts = prompts.size() - repeated.size();
}

std::vector<double> residuals(const Draws& probe, const Calibration& calibration) {
  std::vector<double> found;
  for (std::size_t row = 0; row < probe.responses.size(); ++row) {
    const auto score = probe.responses.judge.at(row);
    const auto label = probe.responses.label.at(row);
    if (score && label) found.push_back(*label - calibration.at(*score));
  }
  return found;
}

Figure plus(const Figure& a, const Figure& b) {
  if (!a) return a;
  if (!b) return b;
  return *a + *b;
}

Figure in_quadrature(const Figure& a, const Figure& b) {
  if (!a) return a;
  if (!b) return b;
  return std::hypot(*a, *b);
}

void fill_plugin(DirectEstimates& out,
                 std::span<const double> scores,
                 const Calibration& calibration) {
  std::vector<double> values(scores.size());
  std::ranges::transform(scores, values.begin(), [&](double s) { return calibration.at(s); });
  out.plugin_calibrated_mean = stats::mean(values);
  out.plugin_se_iid = stats::mean_error(values);
  const auto outside = std::ranges::count_if(
      scores, [&](double s) { return s < calibration.score_low || s > calibration.score_high; });
  out.score_mass_outside_oracle_range =
      scores.empty() ? stats::undefined("no judged draws")
                     : Figure(static_cast<double>(outside) / static_cast<double>(scores.size()));
}

}  // namespace

DirectEstimates direct_estimates(const Matrix& matrix,
                                 std::span<const std::size_t> complete,
                                 const Draws& draws,
                                 const Draws* probe,
                                 const std::optional<Calibration>& calibration) {
  const auto no_labels = stats::undefined("fewer than two labelled rows to calibrate with");
  const auto no_probe = stats::undefined("no probe slice");
  const std::vector<double> scores = judge_scores(draws.responses);
  DirectEstimates out{
      .n_draws = scores.size(),
      .n_unjudged = draws.responses.size() - scores.size(),
      .judge_mean = stats::mean(scores),
      .judge_se = stats::mean_error(scores),
      .plugin_calibrated_mean = no_labels,
      .plugin_se_iid = no_labels,
      .bhattacharyya_judge_space_fresh = judge_affinity_fresh(matrix, complete, draws),
      .score_mass_outside_oracle_range = no_labels,
      .probe_residual_mean = no_probe,
      .probe_residual_se = no_probe,
      .probe_corrected_mean = no_probe,
      .probe_corrected_se = no_probe,
  };
  fill_clustered(out, scores, matrix, draws.responses);
  if (!calibration) return out;
  fill_plugin(out, scores, *calibration);
  if (!probe) return out;
  const std::vector<double> off = residuals(*probe, *calibration);
  out.n_probe = off.size();
  out.probe_residual_mean = stats::mean(off);
  out.probe_residual_se = stats::mean_error(off);
  out.probe_corrected_mean = plus(out.plugin_calibrated_mean, out.probe_residual_mean);
  out.probe_corrected_se = in_quadrature(out.plugin_se_iid, out.probe_residual_se);
  return out;
}

}  // namespace assay::estimate
