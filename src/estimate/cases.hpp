#pragma once

#include "estimate/matrix.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace assay::estimate {

// The rows of one policy that hold both log-probabilities a weight needs.
struct Cases {
  std::vector<std::size_t> rows;  // ascending rows of the matrix
  std::vector<double> log_ratio;  // lp_target - lp_base, nats
  [[nodiscard]] std::size_t size() const { return rows.size(); }
};

// Rows with a value under the base and under every target.
[[nodiscard]] std::vector<std::size_t> complete_rows(const Matrix& matrix);

// Rows with a value under the base and this target.
[[nodiscard]] std::vector<std::size_t> available_rows(const Matrix& matrix,
                                                      const ScoreColumn& target);

// The log-ratios of `rows`, each of which must hold both values.
[[nodiscard]] Cases cases_of(const Matrix& matrix,
                             const ScoreColumn& target,
                             std::vector<std::size_t> rows);

}  // namespace assay::estimate
