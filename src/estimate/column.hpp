#pragma once

// Columns in which a cell holds a number or nothing; nothing is never a number.

#include <cstddef>
#include <optional>
#include <vector>

namespace assay::estimate {

// One optional number per row, in nine bytes or fewer.
class NumberColumn {
 public:
  void push_back(std::optional<double> value) {
    values_.push_back(value.value_or(0));
    present_.push_back(value.has_value());
    if (value) ++count_;
  }
  [[nodiscard]] std::optional<double> at(std::size_t row) const {
    if (!present_[row]) return std::nullopt;
    return values_[row];
  }
  [[nodiscard]] bool has(std::size_t row) const { return present_[row]; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::size_t count() const { return count_; }  // rows that hold a number

 private:
  std::vector<double> values_;
  std::vector<bool> present_;
  std::size_t count_ = 0;
};

}  // namespace assay::estimate
