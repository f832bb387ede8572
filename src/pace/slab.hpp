#pragma once

#include "assay/ensure.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace assay::pace {

// Places for values that come and go, named by small numbers; a place that was freed is used again
// with whatever memory its value holds. References last: values stand in blocks that never move.
// (In one array, ten thousand in flight would leave half of it empty, and holes of its smaller
// selves.)
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
    if (places_ % block_places == 0) blocks_.push_back(std::make_unique<T[]>(block_places));
    return places_++;
  }
  void remove(Index index) {
    ensure(size_ > 0, "a place is freed once");
    --size_;
    free_.push_back(index);
  }
  [[nodiscard]] T& operator[](Index index) {
    return blocks_[index / block_places][index % block_places];
  }
  [[nodiscard]] const T& operator[](Index index) const {
    return blocks_[index / block_places][index % block_places];
  }
  [[nodiscard]] bool holds(Index index) const { return index < places_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr Index block_places = 64;

  std::vector<std::unique_ptr<T[]>> blocks_;
  Index places_ = 0;
  std::vector<Index> free_;
  std::size_t size_ = 0;
};

}  // namespace assay::pace
