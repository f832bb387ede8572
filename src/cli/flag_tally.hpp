#pragma once

// What the certificates of proved values remark on, counted by policy: things that do not disprove
// a value and are worth a look.

#include "journal/results.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

enum class Remark : std::uint8_t {
  above_zero,        // a token a hair above zero: rounding on the server
  all_zero,          // every token exactly 0: a stub, not a model?
  implausibly_high,  // a long response nearly certain, token after token
  equals_another,    // exactly another policy's value for the same row: one model behind two names?
};
inline constexpr std::size_t remark_count = static_cast<std::size_t>(Remark::equals_another) + 1;
[[nodiscard]] std::string_view name_of(Remark remark);  // "above_zero" ...
[[nodiscard]] std::string_view told(Remark remark);     // for a person

using RemarkCounts = std::array<std::uint64_t, remark_count>;

class FlagTally {
 public:
  explicit FlagTally(std::size_t policies) : counts_(policies) {}

  // The cells of the join in its order: all policies of one row, then the next row. Two policies
  // that ask for the same work (one content key) share its value, which is no remark.
  void add(const journal::ResultRow& row);

  [[nodiscard]] const RemarkCounts& of(std::size_t policy) const { return counts_[policy]; }

 private:
  struct Cell {
    std::size_t policy;
    ContentKey key;
    double nats;
    bool counted;
  };
  void compare(Cell cell);

  std::vector<RemarkCounts> counts_;
  std::vector<Cell> cells_;  // of the present row: those with a value
};

// "all zeros 2, equal to another policy's 1"; empty when there is nothing.
[[nodiscard]] std::string to_text(const RemarkCounts& counts);

}  // namespace assay::cli
