#pragma once

// An array that is filled from the front and then read, mostly in order. Its last part is in
// memory, the rest in a temporary file without a name.

#include "assay/result.hpp"
#include "journal/spill_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace assay::journal {

template <class T>
class SpilledArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t part_entries = (64u << 10) / sizeof(T);  // in memory at a time

  explicit SpilledArray(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Errors: Errc::io, Errc::disk_full.
  [[nodiscard]] Status add(const T& entry) {
    if (last_.size() == part_entries) {
      if (Status spilled = spill(); !spilled) return spilled;
    }
    last_.push_back(entry);
    return {};
  }

  [[nodiscard]] std::uint64_t size() const { return spilled_ + last_.size(); }

  // One of any number. The array outlives it, and has been filled.
  class Reader {
   public:
    explicit Reader(const SpilledArray& array) : array_(&array) {}

    // Nothing beyond the end, or when the file cannot be read. Valid until the next call.
    [[nodiscard]] const T* find(std::uint64_t index) {
      if (index >= array_->size()) return nullptr;
      if (index >= array_->spilled_) return &array_->last_[index - array_->spilled_];
      const bool is_here = index >= begin_ && index - begin_ < part_.size();
      if (!is_here && !read(index)) return nullptr;
      return &part_[index - begin_];
    }

   private:
    bool read(std::uint64_t index) {
      begin_ = index;
      part_.resize(std::min<std::uint64_t>(part_entries, array_->spilled_ - index));
      const Status read =
          array_->file_->read_at(part_.data(), part_.size() * sizeof(T), index * sizeof(T));
      if (!read) part_.clear();
      return read.has_value();
    }

    const SpilledArray* array_;
    std::uint64_t begin_ = 0;
    std::vector<T> part_;  // from begin_ on
  };

 private:
  Status spill() {
    if (!file_) {
      auto file = SpillFile::open(folder_);
      if (!file) return std::unexpected(file.error());
      file_ = std::move(*file);
    }
    const Status written =
        file_->write_at(last_.data(), last_.size() * sizeof(T), spilled_ * sizeof(T));
    spilled_ += last_.size();
    last_.clear();
    return written;
  }

  std::filesystem::path folder_;
  std::optional<SpillFile> file_;
  std::uint64_t spilled_ = 0;
  std::vector<T> last_;
};

}  // namespace assay::journal
