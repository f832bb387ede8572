#pragma once

// Long lists in JSON, a block of 64 bytes at a time: what a block holds is told by masks over it,
// without a branch per entry. Source of the method: G. Langdale, D. Lemire, "Parsing gigabytes of
// JSON per second" (2019).
//
// Every scan takes whole entries only, each with the comma behind it, and stops before the first
// that it does not expect, before the last of the list (no comma follows) and at `end`; the caller
// reads that one by itself and may come back. `at` is the begin of an entry, and is moved to the
// begin of the entry that comes next. At least 64 bytes behind `end` must be readable; what they
// hold does not matter.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::wire {

struct ListScan {
  // Entries that are plainly log-probabilities: a sign, one to three digits, a point, digits, and
  // at most an exponent, `e-` and two digits (`-1.5e-05`). So each is finite, at most 0 and at
  // least -1000 without being converted. White space may stand before an entry. Returns how many it
  // passed over, at most `most`.
  std::size_t (*skip_log_probs)(const char*& at, const char* end, std::size_t most);

  // The same, and appends the values: the nearest doubles, as read_number has them
  // (number_text.hpp).
  void (*take_log_probs)(const char*& at,
                         const char* end,
                         std::size_t most,
                         std::vector<double>& values);

  // Entries that are non-negative integers of at most eight digits, without white space; appends
  // their values.
  void (*take_counts)(const char*& at, const char* end, std::vector<std::uint32_t>& values);

  // Strings of at most 511 bytes as written, without escapes but the short ones, that are the next
  // bytes of `text` from `from` on; nothing but a comma stands between two. Here `at` is behind the
  // opening quote. Appends the place in `text` behind each. One that ends inside a character is
  // left; so is one with the last byte of `text`, and one whose closing quote does not lie in a
  // whole block that ends at least 2 bytes in front of `end`, in blocks from its own begin on.
  void (*meet_strings)(const char*& at,
                       const char* end,
                       std::string_view text,
                       std::size_t& from,
                       std::vector<std::uint32_t>& ends);

  // Not a list: characters of one string, without escapes but the short ones, that are the next
  // bytes of `text` from `from` on. Stops less than 64 bytes in front of an end or at what is not.
  void (*meet_characters)(const char*& at,
                          const char* end,
                          std::string_view text,
                          std::size_t& from);
};

// Those this machine can do, the fastest last: by blocks of each kind (byte_block.hpp). They all do
// the same.
[[nodiscard]] std::vector<const ListScan*> list_scans();
[[nodiscard]] const ListScan& list_scan();  // the fastest

}  // namespace assay::wire
