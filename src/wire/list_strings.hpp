// No #pragma once: included for blocks of each kind (list_scan_blocks.hpp).

#include "core/byte_row.hpp"
#include "core/utf8.hpp"
#include "wire/block_bits.hpp"
#include "wire/byte_block.hpp"
#include "wire/json_escape.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#ifndef ASSAY_BLOCKS
#define ASSAY_BLOCKS narrow
#endif

namespace assay::wire::ASSAY_BLOCKS {
namespace {

// Where in the blocks of an array of strings a string ends and where there is an escape. Begins
// behind the quote that opens a string; blocks follow each other.
class StringMarks {
 public:
  static constexpr std::ptrdiff_t ahead = 2;  // bytes behind a block that it looks at

  // Quotes that a comma and the quote of the next string follow, and backslashes of short escapes.
  std::uint64_t of(const char* at) {
    const ByteBlock block(at);
    std::uint64_t escapes = block.equal('\\');
    std::uint64_t quotes = block.equal('"');
    std::uint64_t wrong = block.controls();
    if ((escapes | escaped_) != 0) [[unlikely]] {
      const std::uint64_t escaped = behind_escapes(escapes);
      escapes &= ~escaped;
      quotes &= ~escaped;
      wrong |= long_escapes(at, escapes);
    }
    const std::uint64_t closing = quotes & (odd_so_far(quotes) ^ outside_);
    outside_ ^= 0 - (static_cast<std::uint64_t>(std::popcount(quotes)) & 1U);
    wrong |= closing & ~(ByteBlock(at + 1).equal(',') & ByteBlock(at + 2).equal('"'));
    has_ended_ = wrong != 0;
    return (closing | escapes) & below(wrong);
  }
  // Whether the last block has something else, so that there are no marks behind.
  [[nodiscard]] bool has_ended() const { return has_ended_; }

 private:
  // What stands behind a backslash that is not itself escaped. Source of the method: simdjson.
  std::uint64_t behind_escapes(std::uint64_t backslashes) {
    constexpr std::uint64_t even = 0x5555555555555555U;
    backslashes &= ~escaped_;
    const std::uint64_t behind = backslashes << 1U | escaped_;
    const std::uint64_t odd_begins = backslashes & ~even & ~behind;
    const std::uint64_t even_runs = odd_begins + backslashes;
    escaped_ = even_runs < backslashes ? 1 : 0;
    return (even ^ even_runs << 1U) & behind;
  }
  // Those that are not short ones.
  static std::uint64_t long_escapes(const char* at, std::uint64_t escapes) {
    std::uint64_t found = 0;
    for (; escapes != 0; escapes &= escapes - 1) {
      const bool is_short = short_escape(at[std::countr_zero(escapes) + 1]) != '\0';
      if (!is_short) found |= escapes & (0 - escapes);
    }
    return found;
  }

  std::uint64_t outside_ = 0;  // all bits when the block before ends outside of a string
  std::uint64_t escaped_ = 0;  // 1 when it ends with a backslash that escapes
  bool has_ended_ = false;
};

bool is_ascii(std::string_view text) {
  for (; text.size() >= ByteRow::size; text.remove_prefix(ByteRow::size)) {
    if (ByteRow(text.data()).not_ascii() != 0) return false;
  }
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

// The strings of an array from `at` on, as far as it goes on as expected, as they are meant: one
// behind the other, without what stands between them and with their escapes written out.
class JoinedStrings {
 public:
  // What they say begins at `begin` of a text.
  JoinedStrings(const char* at, const char* end, std::size_t begin) : begin_(begin) {
    StringMarks marks;
    std::size_t size = 0;
    std::size_t count = 0;
    const char* piece = at;
    const std::ptrdiff_t bytes = std::min(end - at - StringMarks::ahead, reach);
    for (std::ptrdiff_t i = 0; i + block_size <= bytes && !marks.has_ended(); i += block_size) {
      const char* const block = at + i;
      for (std::uint64_t rest = marks.of(block); rest != 0; rest &= rest - 1) {
        const char* const stop = block + std::countr_zero(rest);
        copy(piece, stop - piece, bytes_ + size);
        size += static_cast<std::size_t>(stop - piece);
        if (*stop == '\\') [[unlikely]] {
          bytes_[size++] = short_escape(stop[1]);
          piece = stop + 2;
          continue;
        }
        piece = stop + 3;
        ends_[count] = static_cast<std::uint32_t>(begin + size);
        nexts_[count++] = piece;
      }
    }
    size_ = size;
    count_ = count;
  }

  // The place in the text behind each.
  [[nodiscard]] std::span<const std::uint32_t> ends() const { return {ends_, count_}; }
  // The begin of the string behind one of them.
  [[nodiscard]] const char* behind(std::size_t number) const { return nexts_[number]; }
  // How many of them are what the text says, in whole characters. One that reaches the end of the
  // text is not counted.
  [[nodiscard]] std::size_t met_by(std::string_view text) const {
    const std::string_view rest = text.substr(begin_);
    const std::string_view joined(bytes_, std::min(size_, rest.size() - 1));
    std::size_t same = joined.size();
    if (!rest.starts_with(joined)) {
      const auto odd = std::ranges::mismatch(joined, rest);
      same = static_cast<std::size_t>(odd.in1 - joined.begin());
    }
    auto met = std::ranges::upper_bound(ends(), begin_ + same);
    if (!is_ascii(rest.substr(0, same + 1))) {
      met = std::find_if(
          ends().begin(), met, [&](std::uint32_t end) { return continues_character(text[end]); });
    }
    return static_cast<std::size_t>(met - ends().begin());
  }

 private:
  static constexpr std::ptrdiff_t block_size = ByteBlock::size;
  static constexpr std::ptrdiff_t reach = 8 * block_size;
  static constexpr std::ptrdiff_t row = ByteRow::size;

  // Copies up to 15 bytes more.
  static void copy(const char* from, std::ptrdiff_t length, char* to) {
    ByteRow(from).write(to);
    for (std::ptrdiff_t i = row; i < length; i += row) [[unlikely]]
      ByteRow(from + i).write(to + i);
  }

  std::size_t begin_;
  std::size_t size_;
  std::size_t count_;
  char bytes_[reach + row];
  std::uint32_t ends_[reach / 3 + 1];
  const char* nexts_[reach / 3 + 1];
};

}  // namespace

void meet_strings(const char*& at,
                  const char* end,
                  std::string_view text,
                  std::size_t& from,
                  std::vector<std::uint32_t>& ends) {
  while (from < text.size()) {
    const JoinedStrings strings(at, end, from);
    const std::size_t count = strings.met_by(text);
    if (count == 0) return;
    const auto met = strings.ends().first(count);
    ends.insert(ends.end(), met.begin(), met.end());
    from = met.back();
    at = strings.behind(count - 1);
  }
}

void meet_characters(const char*& at, const char* end, std::string_view text, std::size_t& from) {
  constexpr std::size_t reach = ByteBlock::size;
  while (end - at >= static_cast<std::ptrdiff_t>(reach) && text.size() - from >= reach) {
    const ByteBlock block(at);
    const std::uint64_t stop =
        block.differs(text.data() + from) | block.equal('"') | block.equal('\\') | block.controls();
    const auto met = static_cast<std::size_t>(std::countr_zero(stop));
    at += met;
    from += met;
    if (stop == 0) continue;
    if (*at != '\\' || short_escape(at[1]) == '\0' || short_escape(at[1]) != text[from]) return;
    at += 2;
    ++from;
  }
}

}  // namespace assay::wire::ASSAY_BLOCKS
