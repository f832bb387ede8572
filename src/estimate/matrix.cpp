#include "estimate/matrix.hpp"

#include "assay/ensure.hpp"

#include <algorithm>
#include <functional>

namespace assay::estimate {

namespace {

// A Missing in one byte: 0..3 its reason, from failed_first on a failure of that class.
constexpr std::uint8_t failed_first = 16;

std::uint8_t packed(const Missing& missing) {
  if (missing.why != Missing::Why::failed) return static_cast<std::uint8_t>(missing.why);
  ensure(missing.cls.has_value(), "a failed cell names its class");
  return static_cast<std::uint8_t>(failed_first + static_cast<std::uint8_t>(*missing.cls));
}

Missing unpacked(std::uint8_t cell) {
  if (cell < failed_first) return {static_cast<Missing::Why>(cell), std::nullopt};
  return {Missing::Why::failed, static_cast<FailureClass>(cell - failed_first)};
}

const Draws* draws_of(const std::vector<Draws>& all, std::string_view policy) {
  const auto found = std::ranges::find(all, policy, &Draws::policy);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(Missing::Why why) {
  switch (why) {
    case Missing::Why::not_given:
      return "not_given";
    case Missing::Why::not_attempted:
      return "not_attempted";
    case Missing::Why::failed:
      return "failed";
    case Missing::Why::not_accepted:
      return "not_accepted";
  }
  return "";
}

std::string_view label_of(const Missing& missing) {
  return missing.cls ? assay::name_of(*missing.cls) : name_of(missing.why);
}

std::vector<double> judge_scores(const ResponseTable& rows) {
  std::vector<double> scores;
  scores.reserve(rows.judge.count());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (const auto score = rows.judge.at(row)) scores.push_back(*score);
  }
  return scores;
}

std::string_view name_of(Provenance provenance) {
  switch (provenance) {
    case Provenance::measured:
      return "measured";
    case Provenance::recorded:
      return "recorded";
  }
  return "";
}

void ScoreColumn::push_back(double nats) {
  nats_.push_back(nats);
  cells_.push_back(present);
  ++count_;
}

void ScoreColumn::push_back(Missing missing) {
  nats_.push_back(0);  // never read: has() is false
  cells_.push_back(packed(missing));
}

void ScoreColumn::add_replicate(std::size_t row, double nats) {
  ensure(has(row), "a row is scored again only when it was scored");
  Repeats& repeats = repeats_[row];
  if (repeats.values == 0) repeats = {1, nats_[row], 0};
  // Welford's update.
  const double off = nats - repeats.mean;
  ++repeats.values;
  repeats.mean += off / static_cast<double>(repeats.values);
  repeats.squares += off * (nats - repeats.mean);
}

ScoreColumn::Repeated ScoreColumn::repeated() const {
  if (repeats_.empty()) return {.variance = stats::undefined("no row was scored twice")};
  double squares = 0;
  std::size_t free = 0;
  for (const auto& [row, repeats] : repeats_) {
    squares += repeats.squares;
    free += repeats.values - 1;
  }
  return {.rows = repeats_.size(), .variance = squares / static_cast<double>(free)};
}

std::optional<Missing> ScoreColumn::missing(std::size_t row) const {
  if (has(row)) return std::nullopt;
  return unpacked(cells_[row]);
}

std::map<std::string, std::size_t> ScoreColumn::missing_by_label() const {
  std::array<std::size_t, 256> tally{};
  for (const std::uint8_t cell : cells_) ++tally[cell];
  std::map<std::string, std::size_t> counts;
  for (std::size_t cell = 0; cell < present; ++cell) {
    if (tally[cell] == 0) continue;
    counts[std::string(label_of(unpacked(static_cast<std::uint8_t>(cell))))] += tally[cell];
  }
  return counts;
}

std::string_view PromptPool::name(Index prompt) const {
  const std::uint64_t begin = prompt == 0 ? 0 : ends_[prompt - 1];
  return std::string_view(text_).substr(begin, ends_[prompt] - begin);
}

std::size_t PromptPool::slot_of(std::string_view id) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>()(id) & mask;
  while (slots_[slot] != empty && name(slots_[slot]) != id) slot = (slot + 1) & mask;
  return slot;
}

void PromptPool::grow() {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), empty);
  for (Index prompt = 0; prompt < ends_.size(); ++prompt) slots_[slot_of(name(prompt))] = prompt;
}

PromptPool::Index PromptPool::intern(std::string_view id) {
  if (2 * (ends_.size() + 1) > slots_.size()) grow();
  const std::size_t slot = slot_of(id);
  if (slots_[slot] != empty) return slots_[slot];
  ensure(ends_.size() < empty, "prompts are numbered in 32 bits");
  slots_[slot] = static_cast<Index>(ends_.size());
  text_ += id;
  ends_.push_back(text_.size());
  return slots_[slot];
}

std::optional<PromptPool::Index> PromptPool::find(std::string_view id) const {
  if (slots_.empty()) return std::nullopt;
  const std::size_t slot = slot_of(id);
  if (slots_[slot] == empty) return std::nullopt;
  return slots_[slot];
}

const Draws* Matrix::fresh_of(std::string_view policy) const {
  return draws_of(fresh, policy);
}

const Draws* Matrix::probe_of(std::string_view policy) const {
  return draws_of(probes, policy);
}

}  // namespace assay::estimate
