#include "cli/flag_tally.hpp"

#include "core/grouped.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {

std::string_view name_of(Remark remark) {
  constexpr std::array<std::string_view, remark_count> names{
      "above_zero", "all_zero", "implausibly_high", "equals_another"};
  return names[static_cast<std::size_t>(remark)];
}

std::string_view told(Remark remark) {
  constexpr std::array<std::string_view, remark_count> words{
      "a hair above zero", "all zeros", "implausibly high", "equal to another policy's"};
  return words[static_cast<std::size_t>(remark)];
}

void FlagTally::add(const journal::ResultRow& row) {
  if (row.policy == 0) cells_.clear();
  if (row.status != journal::ResultStatus::ok) return;
  const Score& score = *row.record->outcome.score();
  const Flags flags = score.certificate.flags();
  RemarkCounts& counts = counts_[row.policy];
  const auto count = [&counts](Remark remark, bool holds) {
    counts[static_cast<std::size_t>(remark)] += holds ? 1U : 0U;
  };
  count(Remark::above_zero, flags.above_zero);
  count(Remark::all_zero, flags.all_zero);
  count(Remark::implausibly_high, flags.implausibly_high);
  compare({.policy = row.policy, .key = *row.key, .nats = score.logprob.nats(), .counted = false});
}

// Every cell that has an equal counts once.
void FlagTally::compare(Cell cell) {
  const auto mark = [this](Cell& one) {
    if (one.counted) return;
    one.counted = true;
    ++counts_[one.policy][static_cast<std::size_t>(Remark::equals_another)];
  };
  for (Cell& other : cells_) {
    if (other.key == cell.key || other.nats != cell.nats) continue;
    mark(other);
    mark(cell);
  }
  cells_.push_back(cell);
}

std::string to_text(const RemarkCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += fmt::format(
        "{}{} {}", text.empty() ? "" : ", ", told(static_cast<Remark>(i)), grouped(counts[i]));
  }
  return text;
}

}  // namespace assay::cli
