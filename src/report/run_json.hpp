#pragma once

#include "core/json_text.hpp"
#include "report/run_tally.hpp"

namespace assay::report {

// `run`: outcomes, grades, failures, cost and latency by policy.
void append_run(JsonWriter& json, const RunTally& run);

}  // namespace assay::report
