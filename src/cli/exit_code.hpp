#pragma once

#include "assay/result.hpp"

namespace assay::cli {

// Stable; documented by `assay help exit-codes` and stated in summary.json. Source: design.md,
// section 5.
enum ExitCode : int {
  exit_complete = 0,
  exit_bug = 1,
  exit_usage = 2,
  exit_too_many_missing = 3,
  exit_budget = 4,
  exit_time_limit = 5,
  exit_refused = 6,
  exit_unavailable = 7,
  exit_unverified = 8,
  exit_storage = 9,
  exit_input = 10,
  exit_interrupted = 130,
  exit_terminated = 143,
};

[[nodiscard]] ExitCode exit_code_of(Errc code);

// Prints "assay: <detail>" to stderr and gives the exit code.
[[nodiscard]] int report_error(const Error& error);

}  // namespace assay::cli
