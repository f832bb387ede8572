#include "estimate/matrix_builder.hpp"

#include "assay/ensure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace assay::estimate {

namespace {

// Code points: what the neighbouring tool, in Python, counts as characters.
std::uint32_t code_points(std::string_view text) {
  const auto count = std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return static_cast<std::uint32_t>(
      std::min<std::ptrdiff_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

void append(ResponseTable& table, PromptPool& prompts, const Sample& sample) {
  table.prompt.push_back(prompts.intern(sample.id));
  table.draw.push_back(sample.draw_idx);
  table.chars.push_back(code_points(sample.response));
  std::optional<double> tokens;
  if (sample.response_token_count) tokens = static_cast<double>(*sample.response_token_count);
  table.tokens.push_back(tokens);
  table.judge.push_back(sample.judge_score);
  table.label.push_back(sample.oracle_label);
}

ResponseTable& table_for(std::vector<Draws>& all, std::string_view policy) {
  const auto place = std::ranges::lower_bound(all, policy, {}, &Draws::policy);
  if (place != all.end() && place->policy == policy) return place->responses;
  return all.insert(place, Draws{std::string(policy), {}})->responses;
}

void push_recorded(ScoreColumn& column, const std::optional<LogProb>& value, Matrix& matrix) {
  if (!value) return column.push_back(Missing{});
  if (value->nats() == 0) ++matrix.recorded_zeros;
  if (value->nats() == -50 || value->nats() == -100) ++matrix.recorded_stand_ins;
  column.method = Method::recorded;
  column.push_back(value->nats());
}

// The target's column, made on its first appearance with the earlier rows missing.
void ensure_target(std::vector<ScoreColumn>& targets, const std::string& policy, std::size_t rows) {
  const auto place = std::ranges::lower_bound(targets, policy, {}, &ScoreColumn::policy);
  if (place != targets.end() && place->policy() == policy) return;
  ScoreColumn column(policy);
  for (std::size_t row = 0; row < rows; ++row) column.push_back(Missing{});
  targets.insert(place, std::move(column));
}

std::size_t recorded_values(const RecordedLogProbs& recorded) {
  const auto held = std::ranges::count_if(
      recorded.target, [](const auto& entry) { return entry.second.has_value(); });
  return static_cast<std::size_t>(held) + (recorded.base ? 1 : 0);
}

}  // namespace

void RecordedBuilder::add_logged(const Sample& sample) {
  const std::size_t rows_before = matrix_.rows();
  for (const auto& [policy, value] : sample.recorded.target) {
    ensure_target(matrix_.targets, policy, rows_before);
  }
  append(matrix_.logged, matrix_.prompts, sample);
  push_recorded(matrix_.base, sample.recorded.base, matrix_);
  for (ScoreColumn& column : matrix_.targets) {
    const auto found = sample.recorded.target.find(column.policy());
    const auto value = found == sample.recorded.target.end() ? std::nullopt : found->second;
    push_recorded(column, value, matrix_);
  }
}

void RecordedBuilder::add_fresh(std::string_view policy, const Sample& sample) {
  append(table_for(matrix_.fresh, policy), matrix_.prompts, sample);
}

void RecordedBuilder::add_probe(std::string_view policy, const Sample& sample) {
  append(table_for(matrix_.probes, policy), matrix_.prompts, sample);
}

Matrix RecordedBuilder::finish() && {
  matrix_.provenance = Provenance::recorded;
  return std::move(matrix_);
}

Result<MeasuredBuilder> MeasuredBuilder::create(MeasuredPlan plan) {
  if (std::ranges::find(plan.policies, plan.logging_policy) == plan.policies.end()) {
    return fail(Errc::usage,
                fmt::format("the logging policy '{}' is not among the measured policies ({}); name "
                            "the one that wrote the responses with --logging-policy",
                            plan.logging_policy,
                            fmt::join(plan.policies, ", ")));
  }
  return MeasuredBuilder(std::move(plan));
}

MeasuredBuilder::MeasuredBuilder(MeasuredPlan plan) : plan_(std::move(plan)) {
  matrix_.base = ScoreColumn(plan_.logging_policy);
  for (const std::string& policy : plan_.policies) {
    const bool is_base = policy == plan_.logging_policy;
    slots_.push_back(is_base ? 0 : 1 + matrix_.targets.size());
    if (!is_base) matrix_.targets.emplace_back(policy);
  }
}

ScoreColumn& MeasuredBuilder::column_of(std::size_t policy) {
  const std::size_t slot = slots_[policy];
  return slot == 0 ? matrix_.base : matrix_.targets[slot - 1];
}

ScoreColumn& MeasuredBuilder::next_cell(std::size_t policy) {
  ScoreColumn& found = column_of(policy);
  ensure(found.size() + 1 == matrix_.rows(), "each policy gets one outcome per logged row");
  return found;
}

void MeasuredBuilder::add_logged(const Sample& sample) {
  append(matrix_.logged, matrix_.prompts, sample);
  matrix_.recorded_set_aside += recorded_values(sample.recorded);
}

void MeasuredBuilder::score(std::size_t policy, double nats, Method method, Grade grade) {
  ScoreColumn& target = next_cell(policy);
  if (grade > plan_.grade_worst) {
    return target.push_back(Missing{Missing::Why::not_accepted, std::nullopt});
  }
  if (target.method && *target.method != method) {
    mixed_.insert(target.policy());
    return target.push_back(Missing{Missing::Why::not_accepted, std::nullopt});
  }
  target.method = method;
  target.push_back(nats);
}

void MeasuredBuilder::missing(std::size_t policy, Missing missing) {
  next_cell(policy).push_back(missing);
}

void MeasuredBuilder::replicate(std::size_t policy, double nats, Method method, Grade grade) {
  ScoreColumn& scored = column_of(policy);
  ensure(scored.size() == matrix_.rows(), "a row is scored before it is scored again");
  if (grade > plan_.grade_worst || scored.method != method) return;
  if (scored.has(scored.size() - 1)) scored.add_replicate(scored.size() - 1, nats);
}

void MeasuredBuilder::add_fresh(std::string_view policy, const Sample& sample) {
  append(table_for(matrix_.fresh, policy), matrix_.prompts, sample);
}

void MeasuredBuilder::add_probe(std::string_view policy, const Sample& sample) {
  append(table_for(matrix_.probes, policy), matrix_.prompts, sample);
}

Matrix MeasuredBuilder::finish() && {
  matrix_.provenance = Provenance::measured;
  matrix_.mixed_methods.assign(mixed_.begin(), mixed_.end());
  return std::move(matrix_);
}

}  // namespace assay::estimate
