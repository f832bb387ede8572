#pragma once

// Verifies the lines of one segment, block by block, without parsing them. Pure.

#include "journal/chain.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::journal {

// Walks the chain of one segment. Feed it consecutive bytes; each call takes the whole lines at the
// front that verify.
class SegmentScan {
 public:
  // `offset` and `previous_sum`: where to begin; 0 and 0 at the header.
  SegmentScan(const RunId& run, std::uint64_t segment) : chain_(run, segment) {}

  enum class Stop : std::uint8_t {
    needs_more,  // the rest is the beginning of a line
    bad_line,    // the line at the front of the rest does not verify
  };
  struct Step {
    std::size_t taken = 0;  // bytes of verified lines
    Stop stop = Stop::needs_more;
  };
  [[nodiscard]] Step take(std::string_view bytes);

  [[nodiscard]] std::uint64_t offset() const { return offset_; }  // behind the last verified line
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] std::uint64_t last_sum() const { return last_sum_; }

  // The group that the last verified line belongs to: where it begins, the sum before it, the lines
  // before it. The header is a group of its own.
  struct Group {
    std::uint64_t begin = 0;
    std::uint64_t sum_before = 0;
    std::uint64_t lines_before = 0;
  };
  [[nodiscard]] const Group& group() const { return group_; }
  [[nodiscard]] bool is_sealed() const { return is_sealed_; }  // the last verified line is a seal

 private:
  bool note_group(std::string_view line);
  Chain chain_;
  std::uint64_t offset_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t last_sum_ = 0;
  Group group_;
  bool is_sealed_ = false;
};

// Looks, behind a bad place, for the first line of a later group: it vouches for all bytes before
// it, so that the bad place is damage and no torn tail. Feed it the bytes from the bad place on,
// until one vouches or all have been seen.
class Vouching {
 public:
  Vouching(const RunId& run, std::uint64_t segment, std::uint64_t bad_offset)
      : chain_(run, segment), bad_offset_(bad_offset) {}

  // Returns how many bytes need not be offered again.
  [[nodiscard]] std::size_t take(std::string_view bytes);
  // Durable bytes that a verified line states beyond the bad place; empty while none does.
  [[nodiscard]] std::optional<std::uint64_t> durable() const { return durable_; }
  // Newlines seen while no line vouched.
  [[nodiscard]] std::uint64_t lines() const { return lines_; }

 private:
  Chain chain_;
  std::uint64_t bad_offset_;
  std::optional<std::uint64_t> durable_;
  std::uint64_t lines_ = 0;
};

}  // namespace assay::journal
