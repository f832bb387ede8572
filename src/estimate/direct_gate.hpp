#pragma once

#include "estimate/audit.hpp"
#include "estimate/boundary.hpp"
#include "estimate/direct.hpp"
#include "estimate/gate.hpp"

namespace assay::estimate {

// When a calibration fitted on logged responses must not be used on a policy's own. Source: cje.md
// 7: judge-space affinity, boundary card, transport audit.
struct DirectLimits {
  double affinity_min = 0.50;
  double affinity_good = 0.85;
  double offset_tolerated = 0.05;  // where no margin was declared
};

// Reasons to refuse the direct calibrated estimate, and remarks; no reasons: it stands.
[[nodiscard]] GateVerdict judge_direct(const DirectEstimates& direct,
                                       const Boundary& boundary,
                                       const TransportAudit& audit,
                                       const DirectLimits& limits = {});

}  // namespace assay::estimate
