#pragma once

#include "assay/ensure.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::pace {

// Places for values that come and go, named by small numbers; a place that was freed is used again
// with whatever memory its value holds. References last until the next add().
template <class T>
class Slab {
 public:
  using Index = std::uint32_t;

  // A place; its value is what the last user left there.
  [[nodiscard]] Index add() {
    ++size_;
    if (!free_.empty()) {
      const Index index = free_.back();
      free_.pop_back();
      return index;
    }
    values_.emplace_back();
    return static_cast<Index>(values_.size() - 1);
  }
  void remove(Index index) {
    ensure(size_ > 0, "a place is freed once");
    --size_;
    free_.push_back(index);
  }
  [[nodiscard]] T& operator[](Index index) { return values_[index]; }
  [[nodiscard]] const T& operator[](Index index) const { return values_[index]; }
  [[nodiscard]] bool holds(Index index) const { return index < values_.size(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::vector<T> values_;
  std::vector<Index> free_;
  std::size_t size_ = 0;
};

}  // namespace assay::pace
