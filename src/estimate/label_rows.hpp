#pragma once

#include "estimate/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::estimate {

// The logged rows that hold both a judge score and a label, ascending by score, then by label: so
// that no fit depends on the order of the data, to the last bit. (Sums of equal labels are off by
// some ulp, and the neighbouring tool divides such residuals by each other.)
struct LabelRows {
  std::vector<double> score;
  std::vector<double> label;
  std::vector<PromptPool::Index> prompt;
  [[nodiscard]] std::size_t size() const { return score.size(); }
};
[[nodiscard]] LabelRows label_rows(const Matrix& matrix);

// The fold of each of these rows' prompts (fold.hpp).
[[nodiscard]] std::vector<std::uint32_t> folds_of(const Matrix& matrix,
                                                  const LabelRows& rows,
                                                  std::uint32_t folds,
                                                  std::uint32_t seed);

}  // namespace assay::estimate
