#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay::stats {

// A small symmetric matrix, dense, row by row.
class SquareMatrix {
 public:
  explicit SquareMatrix(std::size_t size) : size_(size), cells_(size * size, 0.0) {}
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] double& at(std::size_t row, std::size_t column) {
    return cells_[row * size_ + column];
  }
  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return cells_[row * size_ + column];
  }

 private:
  std::size_t size_;
  std::vector<double> cells_;
};

// Covariances (divisor n - 1) of columns of one length, at least two rows.
[[nodiscard]] SquareMatrix covariances(std::span<const std::vector<double>> columns);

// The weights on the simplex with the least variance pi' S pi, by an active set: solve S z = 1,
// drop the most negative, until none is below -tolerance. Equal weights when S cannot be solved.
[[nodiscard]] std::vector<double> least_variance_mixture(const SquareMatrix& covariance,
                                                         double tolerance);

}  // namespace assay::stats
