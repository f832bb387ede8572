#include "estimate/estimate.hpp"

#include <utility>

namespace assay::estimate {

namespace {

std::optional<stats::Interval> interval_of(const Figure& estimate, const Figure& se) {
  if (!estimate || !se) return std::nullopt;
  return stats::interval_around(*estimate, *se);
}

Line line_of(const std::string& policy,
             const char* method,
             const char* reward,
             const char* rows,
             std::size_t n,
             const Figure& estimate,
             const Figure& se) {
  return {.policy = policy,
          .method = method,
          .reward = reward,
          .rows = rows,
          .n = n,
          .estimate = estimate,
          .se = se,
          .interval = interval_of(estimate, se)};
}

// The weight-based lines of one choice of rows, refused together when the gate says so.
void add_weight_lines(std::vector<Line>& lines,
                      const std::string& policy,
                      const CaseView& view,
                      const char* rows,
                      const GateVerdict& gate) {
  auto add = [&](const RatioEstimates& figures, const char* reward) {
    Line snips = line_of(
        policy, "snips", reward, rows, figures.n, figures.snips, figures.snips_se_delta_ddof1);
    Line ips = line_of(policy, "ips", reward, rows, figures.n, figures.ips, figures.ips_se);
    ips.compatibility = true;
    for (Line* line : {&snips, &ips}) {
      line->refused = !gate.passes();
      line->reasons = gate.reasons;
      lines.push_back(std::move(*line));
    }
  };
  add(view.no_clip.judge_score, "judge");
  if (view.no_clip.calibrated) add(*view.no_clip.calibrated, "calibrated");
  if (view.no_clip.label) add(*view.no_clip.label, "label");
}

void add_direct_lines(std::vector<Line>& lines,
                      const std::string& policy,
                      const DirectEstimates& direct) {
  lines.push_back(line_of(
      policy, "direct", "judge", "draws", direct.n_draws, direct.judge_mean, direct.judge_se));
  if (direct.plugin_calibrated_mean) {
    Line plugin = line_of(policy,
                          "direct",
                          "calibrated",
                          "draws",
                          direct.n_draws,
                          direct.plugin_calibrated_mean,
                          direct.plugin_se_iid);
    plugin.compatibility = true;  // its error leaves out that of the calibration
    lines.push_back(std::move(plugin));
  }
  if (direct.probe_corrected_mean) {
    lines.push_back(line_of(policy,
                            "difference",
                            "label",
                            "draws",
                            direct.n_probe,
                            direct.probe_corrected_mean,
                            direct.probe_corrected_se));
  }
}

CellCount count_cells(const ScoreColumn& column) {
  return {column.policy(), column.count(), column.missing_by_label(), column.method};
}

}  // namespace

Findings estimate(const Matrix& matrix, const Options& options) {
  Findings findings;
  findings.calibration = calibrate(matrix);
  findings.cross_fit = cross_fit(matrix);
  findings.compat = compat_cases(matrix, findings.cross_fit);
  findings.figures = closed_form(matrix, findings.calibration);
  findings.cells.push_back(count_cells(matrix.base));
  for (const ScoreColumn& target : matrix.targets) findings.cells.push_back(count_cells(target));
  for (const PolicyView& view : findings.figures.policies) {
    const CaseView& best = view.available_case ? *view.available_case : view.complete_case;
    GateVerdict gate = judge_weights(best.no_clip.weights, best.ttc_per_char, options.gates);
    add_weight_lines(
        findings.lines, view.policy, best, view.available_case ? "available" : "complete", gate);
    if (view.direct) add_direct_lines(findings.lines, view.policy, *view.direct);
    findings.gates.push_back(std::move(gate));
  }
  findings.warnings = find_warnings(matrix, findings.figures);
  return findings;
}

}  // namespace assay::estimate
