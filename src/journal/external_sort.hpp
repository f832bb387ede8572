#pragma once

// Sorting more than fits into memory: a fixed buffer, sorted parts in one temporary file without a
// name, a merge.

#include "assay/ensure.hpp"
#include "assay/result.hpp"
#include "journal/spill_file.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <type_traits>
#include <vector>

namespace assay::journal {

struct SortOptions {
  // In memory at a time, for filling and again for merging. With parts of 256 KiB merged 64 at a
  // time even 10^9 entries need only three passes; and a run of 100,000 items takes no more memory
  // than one of 10,000.
  std::size_t buffer_bytes = 256 << 10;
  std::size_t fan_in = 64;  // parts merged at a time
};

// Entry is trivially copyable and totally ordered by <=>.
template <class Entry>
class ExternalSorter {
  static_assert(std::is_trivially_copyable_v<Entry>);

 public:
  explicit ExternalSorter(std::filesystem::path folder, SortOptions options = {})
      : folder_(std::move(folder)), options_(options) {
    capacity_ = std::max<std::size_t>(2, options.buffer_bytes / sizeof(Entry));
    ensure(options_.fan_in >= 2, "a merge takes at least two parts");
  }

  // Errors: Errc::io, Errc::disk_full.
  [[nodiscard]] Status add(const Entry& entry);

  [[nodiscard]] std::uint64_t size() const { return size_; }

  // Ends the filling. Errors: as add().
  [[nodiscard]] Status sort();

  // After sort(): the next entry in order; empty at the end. Errors: Errc::io.
  [[nodiscard]] Result<std::optional<Entry>> next();

 private:
  // A sorted part of the file that is being read.
  struct Part {
    std::uint64_t begin = 0;  // in entries of the file; behind the window
    std::uint64_t end = 0;
    std::vector<Entry> window;
    std::size_t at = 0;
    std::size_t level = 0;  // merges it has been through
  };

  Status spill();
  Status merge_last(std::size_t count);
  Status write_out(const std::vector<Entry>& entries);
  Status refill(Part& part);
  Status start_merge(std::size_t from);
  Result<std::optional<Entry>> pop();
  // The order in which std's heap keeps the part with the least entry on top.
  auto least_on_top() {
    return [this](std::size_t a, std::size_t b) {
      return parts_[b].window[parts_[b].at] < parts_[a].window[parts_[a].at];
    };
  }

  std::filesystem::path folder_;
  SortOptions options_;
  std::size_t capacity_ = 0;
  std::uint64_t size_ = 0;
  std::vector<Entry> buffer_;
  std::size_t buffer_at_ = 0;
  std::optional<SpillFile> file_;
  std::uint64_t file_entries_ = 0;
  std::vector<Part> parts_;
  std::vector<std::size_t> heap_;  // indices into parts_, the least entry on top
  std::size_t merge_window_ = 0;
};

}  // namespace assay::journal

#include "journal/external_sort_impl.hpp"
