#pragma once

// How findings are put into sentences, the same on the terminal and on the page. No full stop at
// the end; names from the data are as they came: the caller makes them fit to print.

#include "estimate/estimate.hpp"

#include <string>
#include <vector>

namespace assay::report {

// "transport audit PASS: labels less calibration +0.0049 [-0.063, 0.073] over 50 labelled draws".
[[nodiscard]] std::string audit_sentence(const estimate::TransportAudit& audit);

// "boundary card OK: 0.0 % of its judge scores below the labelled range, ...".
[[nodiscard]] std::string boundary_sentence(const estimate::Boundary& card);

// What the policy's missing scores do to its SNIPS, an assumption at a time; empty when nothing is
// missing. Without `show_numbers` (its weights are refused) it says that only.
[[nodiscard]] std::vector<std::string> missing_sentences(const estimate::MissingView& view,
                                                         bool show_numbers);

// How many rows are incomplete, then one sentence per covariate.
[[nodiscard]] std::vector<std::string> missingness_sentences(
    const estimate::MissingnessReport& report);

// "at most this far apart whatever the missing rewards are".
[[nodiscard]] std::string pair_bounds_sentence(const estimate::PairBounds& pair);

[[nodiscard]] std::string plan_sentence(const estimate::LabelPlan& plan);

}  // namespace assay::report
