#pragma once

// Walks an expected JSON tree beside an actual one: every leaf of the expected must be in the
// actual, numbers to 1e-9 (relative above 1). More in the actual is no difference.

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace assay::test {

struct TreeDifferences {
  std::size_t leaves = 0;          // figures compared
  std::vector<std::string> found;  // one sentence each
};

inline bool close(double actual, double expected, double tolerance = 1e-9) {
  return std::abs(actual - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

inline void compare_trees(TreeDifferences& out,
                          const std::string& path,
                          simdjson::dom::element expected,
                          simdjson::simdjson_result<simdjson::dom::element> actual_or_none) {
  simdjson::dom::element actual;
  if (actual_or_none.get(actual) != simdjson::SUCCESS) {
    out.found.push_back(path + " is absent");
    return;
  }
  if (expected.is_object()) {
    for (const auto field : simdjson::dom::object(expected)) {
      compare_trees(out, path + "/" + std::string(field.key), field.value, actual[field.key]);
    }
    return;
  }
  if (expected.is_array()) {
    std::size_t i = 0;
    for (const auto item : simdjson::dom::array(expected)) {
      compare_trees(out, path + "/" + std::to_string(i), item, actual.at(i));
      ++i;
    }
    return;
  }
  ++out.leaves;
  double wanted = 0;
  double got = 0;
  if (expected.get(wanted) == simdjson::SUCCESS) {
    if (actual.get(got) != simdjson::SUCCESS || !close(got, wanted)) {
      out.found.push_back(path + ": " + simdjson::to_string(actual) + ", expected " +
                          simdjson::to_string(expected));
    }
  } else if (simdjson::to_string(expected) == "\"NaN\"" && actual.is_null()) {
    return;  // what the reference writes for an undefined figure
  } else if (simdjson::to_string(actual) != simdjson::to_string(expected)) {
    out.found.push_back(path + ": " + simdjson::to_string(actual) + ", expected " +
                        simdjson::to_string(expected));
  }
}

}  // namespace assay::test
