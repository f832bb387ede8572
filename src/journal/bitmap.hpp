#pragma once

#include "assay/ensure.hpp"

#include <bit>
#include <cstdint>
#include <vector>

namespace assay::journal {

// One bit per ordinal, all clear at first.
class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(std::uint64_t size) : size_(size), words_((size + 63) / 64) {}

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool test(std::uint64_t index) const {
    ensure(index < size_, "a bit is inside the bitmap");
    return (words_[index / 64] >> (index % 64) & 1) != 0;
  }
  void set(std::uint64_t index) {
    ensure(index < size_, "a bit is inside the bitmap");
    words_[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  void clear(std::uint64_t index) {
    ensure(index < size_, "a bit is inside the bitmap");
    words_[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  }
  [[nodiscard]] std::uint64_t count() const {
    std::uint64_t total = 0;
    for (const std::uint64_t word : words_)
      total += static_cast<std::uint64_t>(std::popcount(word));
    return total;
  }
  // The first set bit at or after `from`; size() when there is none.
  [[nodiscard]] std::uint64_t next_set(std::uint64_t from) const;

 private:
  std::uint64_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

inline std::uint64_t Bitmap::next_set(std::uint64_t from) const {
  while (from < size_) {
    const std::uint64_t rest = words_[from / 64] >> (from % 64);
    if (rest != 0) return from + static_cast<std::uint64_t>(std::countr_zero(rest));
    from = (from / 64 + 1) * 64;
  }
  return size_;
}

}  // namespace assay::journal
