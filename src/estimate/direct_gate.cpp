#include "estimate/direct_gate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace assay::estimate {

namespace {

void check_affinity(GateVerdict& verdict, const Figure& affinity, const DirectLimits& limits) {
  if (!affinity || *affinity >= limits.affinity_good) return;
  auto& list = *affinity < limits.affinity_min ? verdict.reasons : verdict.remarks;
  list.push_back(
      fmt::format("its judge scores overlap those the calibration was learnt on by {:.2f} "
                  "(Bhattacharyya; at least {:.2f} wanted)",
                  *affinity,
                  limits.affinity_good));
}

void check_boundary(GateVerdict& verdict, const Boundary& boundary) {
  if (boundary.n == 0) return;
  const double outside = *boundary.below + *boundary.above;
  if (boundary.status == BoundaryStatus::refuse_level) {
    verdict.reasons.push_back(
        fmt::format("{:.1f} % of its judge scores lie beyond every labelled one", 100 * outside));
  } else if (*boundary.saturation >= boundary_saturation_max) {
    verdict.remarks.push_back(
        fmt::format("{:.0f} % of its calibrated values lie at the ends of the calibration",
                    100 * *boundary.saturation));
  }
}

void check_audit(GateVerdict& verdict, const TransportAudit& audit, const DirectLimits& limits) {
  if (audit.verdict == AuditVerdict::not_checked) {
    verdict.remarks.emplace_back(
        "no labels of its own: that the calibration holds on it is assumed");
    return;
  }
  const bool off_by_default = !audit.margin && audit.interval && !audit.interval->contains(0) &&
                              std::abs(*audit.offset) >= limits.offset_tolerated;
  if (audit.verdict == AuditVerdict::fail || off_by_default) {
    verdict.reasons.push_back(
        fmt::format("the calibration is off on its responses: labels differ from it by {:+.3f} on "
                    "average over {} labelled draws",
                    *audit.offset,
                    audit.n));
  } else if (audit.verdict == AuditVerdict::inconclusive) {
    verdict.remarks.push_back(fmt::format(
        "{} labelled draws do not settle whether the calibration holds on it", audit.n));
  }
}

}  // namespace

GateVerdict judge_direct(const DirectEstimates& direct,
                         const Boundary& boundary,
                         const TransportAudit& audit,
                         const DirectLimits& limits) {
  GateVerdict verdict;
  check_affinity(verdict, direct.bhattacharyya_judge_space_fresh, limits);
  check_boundary(verdict, boundary);
  check_audit(verdict, audit, limits);
  return verdict;
}

}  // namespace assay::estimate
