#include "doctor/comparison.hpp"

#include "stats/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::doctor {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "FAIL";
    case Verdict::not_applicable:
      return "n/a";
    case Verdict::inconclusive:
      return "unclear";
  }
  return "unclear";
}

void Comparison::add(std::string_view what, const Sight& a, const Sight& b, Cuts cuts) {
  if (a.failure || a.segments.empty()) return;
  if (b.failure) {
    if (broken_.empty()) broken_ = fmt::format("{}: {}", what, b.failure->reason);
    return;
  }
  const Difference found = difference(a, b);
  if (cuts == Cuts::all_of_a && found.tokens != a.tokens()) return;
  if (cuts == Cuts::same && !found.same_cuts && broken_.empty()) {
    broken_ = fmt::format("{}: the same text is cut into other tokens", what);
  }
  if (found.tokens == 0) return;
  ++pairs_;
  tokens_ += found.tokens;
  if (found.worst > worst_) {
    worst_ = found.worst;
    worst_what_ = fmt::format("{}, byte {}", what, found.worst_at);
  }
  if (noise_.is_zero()) return;
  const double sd = noise_.log_weight_sd(static_cast<double>(found.tokens));
  const double slack = exact_tolerance_nats * static_cast<double>(found.tokens);
  if (std::abs(found.sum) <= slack || sd <= 0) return;
  p_min_ = std::min(p_min_, stats::student_p(found.sum / sd, noise_.degrees_of_freedom));
}

void Comparison::add(std::string_view what, const Sight& a, const Seen& b, Cuts cuts) {
  if (!b.refused) return add(what, a, b.prompts.front(), cuts);
  ++refused_;
  if (refusal_.empty()) refusal_ = fmt::format("{}: {}", what, b.refused->reason);
}

Finding Comparison::finding() const {
  Finding finding;
  if (!broken_.empty()) {
    finding.verdict = Verdict::fail;
    finding.evidence = broken_;
    return finding;
  }
  if (pairs_ == 0) {
    finding.verdict = refused_ > 0 ? Verdict::not_applicable : Verdict::inconclusive;
    finding.evidence = refused_ > 0 ? "refused: " + refusal_ : "no two answers could be compared";
    return finding;
  }
  finding.evidence =
      fmt::format("{} pairs, {} tokens, worst difference {:.2g} nats", pairs_, tokens_, worst_);
  if (worst_ > exact_tolerance_nats) finding.evidence += fmt::format(" ({})", worst_what_);
  if (refused_ > 0) finding.evidence += fmt::format("; {} refused", refused_);
  if (noise_.is_zero()) {
    finding.verdict = worst_ <= exact_tolerance_nats ? Verdict::pass : Verdict::fail;
  } else {
    finding.verdict = Verdict::pass;
    finding.p_value = std::min(1.0, p_min_ * static_cast<double>(pairs_));
  }
  return finding;
}

void judge_together(std::span<Finding* const> findings, double alpha) {
  std::vector<Finding*> tested;
  for (Finding* finding : findings) {
    if (finding->p_value) tested.push_back(finding);
  }
  std::ranges::sort(tested, {}, [](const Finding* finding) { return *finding->p_value; });
  for (std::size_t i = 0; i < tested.size(); ++i) {
    if (*tested[i]->p_value > alpha / static_cast<double>(tested.size() - i)) return;
    tested[i]->verdict = Verdict::fail;
  }
}

}  // namespace assay::doctor
