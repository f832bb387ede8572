#pragma once

#include "core/json_text.hpp"
#include "estimate/estimate.hpp"

namespace assay::report {

// `disagreements`: pairs of believed methods that differ by more than their joint error.
void append_disagreements(JsonWriter& json, const estimate::Findings& findings);

// `comparisons` of policies with paired errors, and `not_compared` with the reason.
void append_comparisons(JsonWriter& json, const estimate::Findings& findings);

// `bootstrap`: the direct estimates with their percentile, basic and BCa intervals.
void append_bootstrap(JsonWriter& json, const estimate::Findings& findings);

}  // namespace assay::report
