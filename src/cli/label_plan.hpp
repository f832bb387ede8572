#pragma once

// `assay plan --labels`: how many labels and judged draws a policy's estimate takes.

#include <filesystem>

namespace assay::cli {

struct LabelPlanRequest {
  std::filesystem::path source;  // a run directory, a data file, or a directory of data
  double half_width = 0;         // wanted, of the 95 % interval
  double cost_draw = 0.01;       // of a judged draw, in any unit
  double cost_label = 1;         // of a label, in the same
  bool json = false;
};

// Prints the cheapest plan of each policy, by the spread of the labels and judge scores that the
// source holds already; where they do not tell it, what is missing. Gives the exit code.
[[nodiscard]] int run_label_plan(const LabelPlanRequest& request);

}  // namespace assay::cli
