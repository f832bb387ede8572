#pragma once

#include "cli/run_summary.hpp"
#include "journal/results.hpp"

namespace assay::cli {

// Writes results.jsonl, results.csv and failures.jsonl into the run directory, counting on the way.
[[nodiscard]] Status write_run_results(journal::Storage& storage,
                                       const journal::ResultsRequest& request,
                                       RunSummary& summary);

}  // namespace assay::cli
