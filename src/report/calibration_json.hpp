#pragma once

#include "core/json_text.hpp"
#include "estimate/estimate.hpp"

namespace assay::report {

// `calibration`: judge score to expected label, under the names of the arena reference file; null
// without labels. Beside it `label_ignorability`.
void append_calibration(JsonWriter& json, const estimate::Findings& findings);

}  // namespace assay::report
