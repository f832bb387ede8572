#include "estimate/audit.hpp"

#include "stats/cluster.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::estimate {

namespace {

AuditVerdict grade(const TransportAudit& audit) {
  if (!audit.margin) return AuditVerdict::not_graded;
  if (!audit.interval) return AuditVerdict::inconclusive;
  const double margin = *audit.margin;
  if (audit.interval->low > margin || audit.interval->high < -margin) return AuditVerdict::fail;
  if (audit.prompts < audit_prompts_min) return AuditVerdict::inconclusive;
  const bool inside = audit.interval->low >= -margin && audit.interval->high <= margin;
  return inside ? AuditVerdict::pass : AuditVerdict::inconclusive;
}

// (sum m)^2 / sum m^2 over prompts of m draws each.
double effective_prompts(const std::vector<PromptPool::Index>& prompt, std::size_t prompts) {
  std::vector<double> draws(prompts, 0.0);
  for (const PromptPool::Index p : prompt) draws[p] += 1;
  const auto n = static_cast<double>(prompt.size());
  return n * n / stats::dot(draws, draws);
}

}  // namespace

std::string_view name_of(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::pass:
      return "PASS";
    case AuditVerdict::fail:
      return "FAIL";
    case AuditVerdict::inconclusive:
      return "INCONCLUSIVE";
    case AuditVerdict::not_graded:
      return "NOT_GRADED";
    case AuditVerdict::not_checked:
      return "NOT_CHECKED";
  }
  return "";
}

TransportAudit audit_transport(const Matrix& matrix,
                               const Calibration& calibration,
                               const OwnLabels& own,
                               const AuditOptions& options) {
  TransportAudit out{.margin = options.margin};
  std::vector<double> off;
  std::vector<PromptPool::Index> prompt;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!own.judge[i]) continue;
    off.push_back(own.label[i] - calibration.at(*own.judge[i]));
    prompt.push_back(own.prompt[i]);
  }
  out.n = off.size();
  out.offset = stats::mean(off);
  if (off.empty()) return out;
  out.prompts = effective_prompts(prompt, matrix.prompts.size());
  out.se = stats::cluster_error(off, prompt, matrix.prompts.size());
  if (out.se) {
    const double level = 1 - 0.05 / static_cast<double>(std::max<std::size_t>(1, options.family));
    const double df = std::max(1.0, std::floor(out.prompts) - 1);
    out.interval = stats::interval_around(*out.offset, *out.se, df, level);
  }
  out.verdict = grade(out);
  return out;
}

stats::KolmogorovSmirnov label_ignorability(const Matrix& matrix) {
  std::vector<double> labelled;
  std::vector<double> other;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    if (const auto score = matrix.logged.judge.at(row)) {
      (matrix.logged.label.has(row) ? labelled : other).push_back(*score);
    }
  }
  return stats::kolmogorov_smirnov(labelled, other);
}

}  // namespace assay::estimate
