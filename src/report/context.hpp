#pragma once

#include "report/run_tally.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::report {

// What a report says besides the findings.
struct Context {
  std::string source;      // what was read, as the user named it
  std::string provenance;  // "measured" or "recorded"
  std::string logging_policy;
  std::vector<std::string> announcements = {};  // what was found and used without being asked
  std::string version;                          // of the program
  std::optional<RunTally> run = {};             // for a run directory
  bool show_refused = false;                    // print refused estimates as numbers, marked
};

}  // namespace assay::report
