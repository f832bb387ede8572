#include "estimate/label_rows.hpp"

#include "estimate/fold.hpp"

#include <algorithm>
#include <tuple>

namespace assay::estimate {

LabelRows label_rows(const Matrix& matrix) {
  std::vector<std::tuple<double, double, PromptPool::Index>> found;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    const auto score = matrix.logged.judge.at(row);
    const auto label = matrix.logged.label.at(row);
    if (score && label) found.emplace_back(*score, *label, matrix.logged.prompt[row]);
  }
  std::ranges::sort(found);
  LabelRows rows;
  for (const auto& [score, label, prompt] : found) {
    rows.score.push_back(score);
    rows.label.push_back(label);
    rows.prompt.push_back(prompt);
  }
  return rows;
}

std::vector<std::uint32_t> folds_of(const Matrix& matrix,
                                    const LabelRows& rows,
                                    std::uint32_t folds,
                                    std::uint32_t seed) {
  std::vector<std::uint32_t> fold(rows.size());
  std::ranges::transform(rows.prompt, fold.begin(), [&](PromptPool::Index prompt) {
    return fold_of(matrix.prompts.name(prompt), folds, seed);
  });
  return fold;
}

}  // namespace assay::estimate
