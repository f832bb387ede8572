#pragma once

// Where `assay estimate` takes its matrix from.

#include "assay/outcome.hpp"
#include "assay/result.hpp"
#include "estimate/matrix.hpp"
#include "report/context.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace assay::cli {

struct EstimateRequest {
  std::filesystem::path source;  // a run directory, a data file, or a directory of data
  std::optional<std::filesystem::path> fresh_draws = {};  // empty: what lies beside the data
  std::optional<std::filesystem::path> probe_slice = {};
  bool without_fresh_draws = false;
  bool skip_bad_rows = false;       // else one bad row refuses the data
  std::string logging_policy = {};  // empty: as the run says
  Grade grade_worst = Grade::b;
};

struct EstimateInput {
  estimate::Matrix matrix;
  report::Context context;
};

// Reads what `source` is. Bad rows are listed on stderr (the first twenty).
// Errors: Errc::input when it is none of the three, or rows are bad; those of the journal.
[[nodiscard]] Result<EstimateInput> read_estimate_input(const EstimateRequest& request);

// The two ways; for the above. `is_run` is whether a directory holds a run.
[[nodiscard]] bool is_run(const std::filesystem::path& source);
[[nodiscard]] Result<EstimateInput> read_run(const EstimateRequest& request);

}  // namespace assay::cli
