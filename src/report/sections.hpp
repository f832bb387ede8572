#pragma once

// The parts of the page that are words and tables, each a fragment of HTML; empty when there is
// nothing to say.

#include "estimate/estimate.hpp"

#include <string>

namespace assay::report {

// Methods that contradict each other: to be read before any number.
[[nodiscard]] std::string disagreement_section(const estimate::Findings& findings);

// Policies held against each other, those left out and why.
[[nodiscard]] std::string comparison_section(const estimate::Findings& findings, bool show_refused);

// Whether the calibration may be carried over to each policy: audit, boundary card, gate.
[[nodiscard]] std::string transport_section(const estimate::Findings& findings);

// Missing scores: the picture, what they do to each policy, what they go with.
[[nodiscard]] std::string missing_section(const estimate::Findings& findings, bool show_refused);

}  // namespace assay::report
