#pragma once

#include "core/json_text.hpp"
#include "estimate/estimate.hpp"

namespace assay::report {

// `policies`: what is found about each target besides its estimates: gates, transport audit,
// boundary card, noise, missing scores, plan. The missing-score view of a policy whose weights are
// refused holds no number unless `show_refused`.
void append_policies(JsonWriter& json, const estimate::Findings& findings, bool show_refused);

// `recommendations`: for each policy the line that the evidence supports, or null, and why.
void append_recommendations(JsonWriter& json, const estimate::Findings& findings);

}  // namespace assay::report
