#pragma once

// The common line of a journal read in one pass: a score in the order, and only with the fields,
// that our own writer gives it below `detailed`. Ten times as fast as a JSON parser. Pure.
//
// What it accepts, Decoder accepts with the same values; anything else it refuses, and the caller
// asks the Decoder. So it is a way to be quick and never one to be lenient.

#include "assay/content_key.hpp"
#include "assay/outcome.hpp"
#include "assay/time.hpp"
#include "core/exchange.hpp"
#include "journal/record.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::journal {

struct ScoreLine {
  ContentKey key;
  std::uint64_t row = 0;
  std::string_view policy;  // views are into the line
  Purpose purpose = Purpose::score;
  Method method = Method::echo;
  std::optional<Score> score;           // none: it failed
  std::optional<FailureClass> failure;  // none: it was proved
  std::string_view reason;              // of the failure
  std::uint32_t attempts = 0;
  std::string_view endpoint;
  std::string_view model;
  BudgetPoint charged;
  BudgetPoint unknown;
  std::optional<Duration> latency;
  Usage usage;
  std::optional<WallTime> time;
};

// How far a line is read; what stands behind it is vouched for by the line's sum alone.
enum class LineDepth : std::uint8_t {
  cost,    // up to charged.money, the rest keeps its default: two thirds of the time
  values,  // all that is here, of lines with the tokens' lists of `detailed` too
  whole,   // to the end: a line with such lists is refused
};

// `line` is whole and its sum was checked. Empty: not such a line.
[[nodiscard]] std::optional<ScoreLine> score_line_of(std::string_view line,
                                                     LineDepth depth = LineDepth::whole);

}  // namespace assay::journal
