#pragma once

// The parts of the page that are pictures, each a fragment of HTML.

#include "estimate/estimate.hpp"
#include "report/run_tally.hpp"

#include <string>

namespace assay::report {

// The estimate that the evidence supports for each policy, why, and what would help.
[[nodiscard]] std::string recommended_plot(const estimate::Findings& findings);

// All methods of each policy on one axis, refused ones without a mark unless shown.
[[nodiscard]] std::string forest_plot(const estimate::Findings& findings, bool show_refused);

// How the weights of each policy are spread, on a logarithmic axis, one below the other.
[[nodiscard]] std::string weight_plot(const estimate::Findings& findings);

// The effective share of rows per policy beside the limits.
[[nodiscard]] std::string ess_ladder(const estimate::Findings& findings);

// Judge score to expected label.
[[nodiscard]] std::string calibration_plot(const estimate::Calibration& calibration);

// Present and missing log-probabilities per policy, by reason.
[[nodiscard]] std::string missing_plot(const estimate::Findings& findings);

// Outcomes, grades, failures, cost and latency of a run.
[[nodiscard]] std::string run_section(const RunTally& run);

}  // namespace assay::report
