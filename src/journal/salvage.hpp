#pragma once

// Every line of a damaged segment that still verifies. Pure.

#include "journal/chain.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace assay::journal {

// Feed it the bytes of one segment, whole lines at a time. A line verifies behind the sum that the
// line before it states or should have stated, or behind the one that it names itself as the first
// of its group: so one bad line costs itself and at most the one behind it.
class Salvage {
 public:
  Salvage(const RunId& run, std::uint64_t segment) : chain_(run, segment) {}

  // Calls `take(line)` for each line that verifies, without its newline, and `lose(offset, bytes)`
  // for what lies between. Returns the bytes seen: up to the last newline.
  std::size_t scan(std::string_view bytes,
                   const std::function<void(std::string_view line)>& take,
                   const std::function<void(std::uint64_t offset, std::uint64_t bytes)>& lose);
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  [[nodiscard]] bool verifies(std::string_view line);
  Chain chain_;
  std::uint64_t offset_ = 0;
  std::optional<std::uint64_t> stated_before_ = 0;    // by the line before; 0 before the header
  std::optional<std::uint64_t> computed_before_ = 0;  // for the line before
};

}  // namespace assay::journal
