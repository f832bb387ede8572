#pragma once

#include "estimate/closed_form.hpp"
#include "estimate/matrix.hpp"

#include <string>
#include <vector>

namespace assay::estimate {

// Something about the data that the reader of an estimate must know. `code` is stable.
struct Warning {
  std::string code;    // "identical_policies", "uniform_weights", "no_fresh_draws", ...
  std::string policy;  // empty: all of them
  std::string text;    // one sentence
};

[[nodiscard]] std::vector<Warning> find_warnings(const Matrix& matrix, const ClosedForm& figures);

}  // namespace assay::estimate
