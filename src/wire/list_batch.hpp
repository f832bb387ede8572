#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace assay::wire {

// Collects what is appended to a vector, for a vector's own bookkeeping costs as much as an entry.
// flush() at the end.
template <class Value>
class ListBatch {
 public:
  // A block of bytes ends fewer entries.
  static constexpr std::size_t room = 64;

  explicit ListBatch(std::vector<Value>& values) : values_(values) {}

  // Where the next ones go: at least `room` may be written there, of which keep() says how many
  // count.
  [[nodiscard]] Value* next() {
    if (held_.size() - count_ < room) flush();
    return held_.data() + count_;
  }
  void keep(std::size_t count) { count_ += count; }
  void flush() {
    values_.insert(values_.end(), held_.data(), held_.data() + count_);
    count_ = 0;
  }

 private:
  std::vector<Value>& values_;
  std::array<Value, 8 * room> held_;
  std::size_t count_ = 0;
};

}  // namespace assay::wire
