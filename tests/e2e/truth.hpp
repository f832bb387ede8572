#pragma once

#include "e2e/lab.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace assay::test {

// What results.jsonl must say, worked out without HTTP from the data set and the models.
struct Truth {
  std::uint64_t rows = 0;       // lines of results.jsonl
  std::uint64_t values = 0;     // equal to the model's own within 1e-9
  std::uint64_t straddles = 0;  // foretold and reported as boundary_inside_token
  std::uint64_t broken = 0;     // foretold by the fault plan and reported as failures
  std::uint64_t wrong = 0;      // anything else: must be 0
  std::string first_wrong;      // a sentence on the first of them
  std::map<std::string, std::uint64_t> classes;  // of the failures
};

// Compares `results` (results.jsonl of a run with Lab::config's policies) line by line with `data`,
// a data set path.
[[nodiscard]] Truth compare_with_models(Lab& lab,
                                        const std::string& data,
                                        const std::string& results);

}  // namespace assay::test
