#include "estimate/cases.hpp"

#include <algorithm>
#include <utility>

namespace assay::estimate {

std::vector<std::size_t> complete_rows(const Matrix& matrix) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    const bool complete =
        matrix.base.has(row) &&
        std::ranges::all_of(matrix.targets, [&](const auto& t) { return t.has(row); });
    if (complete) rows.push_back(row);
  }
  return rows;
}

std::vector<std::size_t> available_rows(const Matrix& matrix, const ScoreColumn& target) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    if (matrix.base.has(row) && target.has(row)) rows.push_back(row);
  }
  return rows;
}

Cases cases_of(const Matrix& matrix, const ScoreColumn& target, std::vector<std::size_t> rows) {
  Cases cases{std::move(rows), {}};
  cases.log_ratio.reserve(cases.rows.size());
  for (const std::size_t row : cases.rows) {
    cases.log_ratio.push_back(target.nats(row).value() - matrix.base.nats(row).value());
  }
  return cases;
}

}  // namespace assay::estimate
