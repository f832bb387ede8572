#include "wire/generation.hpp"

#include "core/json_text.hpp"
#include "wire/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::wire {
namespace {

// The words of the providers. Source: providers.md, sections 3.1 to 3.13.
constexpr std::array<std::string_view, 8> ended_words{
    "stop", "eos", "eos_token", "end_turn", "stop_sequence", "STOP", "word", "stop_str"};
constexpr std::array<std::string_view, 6> length_words{
    "length", "max_tokens", "MAX_TOKENS", "model_context_window_exceeded", "limit", "max_length"};
constexpr std::array<std::string_view, 8> filtered_words{"content_filter",
                                                         "refusal",
                                                         "SAFETY",
                                                         "RECITATION",
                                                         "BLOCKLIST",
                                                         "PROHIBITED_CONTENT",
                                                         "SPII",
                                                         "IMAGE_SAFETY"};
constexpr std::array<std::string_view, 3> broken_words{
    "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "LANGUAGE"};

bool holds(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::optional<Json> begin_generation(const AnswerView& answer,
                                     std::span<const ErrorRule> error_rules,
                                     simdjson::dom::parser& parser,
                                     GenerateReading& reading) {
  reading = {};
  reading.observation = observe(answer.status, *answer.headers);
  auto root = open_answer(answer, error_rules, parser);
  if (root) return *root;
  reading.outcome = std::unexpected(std::move(root.error().failure));
  reading.observation = root.error().observation;
  return std::nullopt;
}

std::expected<void, Failure> take_model(const GenerateCall& call,
                                        const std::optional<Json>& name,
                                        GenerateReading& reading) {
  if (!is_missing(name) && !text_of(name)) {
    return std::unexpected(malformed("the model's name is not a string"));
  }
  reading.served_model = text_of(name).value_or("");
  const auto verdict = check_model({call.model, call.served_as}, reading.served_model);
  if (!verdict) return std::unexpected(verdict.error());
  return {};
}

std::expected<Finish, Failure> finish_of(std::string_view word) {
  if (auto failure = check_finish(word)) return std::unexpected(*std::move(failure));
  if (holds(filtered_words, word)) {
    return std::unexpected(make_failure(FailureClass::content_filtered,
                                        fmt::format("the answer ended with {}", word)));
  }
  if (holds(broken_words, word)) {
    return std::unexpected(
        make_failure(FailureClass::invalid_output, fmt::format("the answer ended with {}", word)));
  }
  if (holds(ended_words, word)) return Finish::ended;
  return holds(length_words, word) ? Finish::length : Finish::other;
}

void add_generated(Generation& generation, std::string_view text, Json value) {
  const LogProbEntry entry = entry_of(value);
  if (entry.kind != LogProbEntry::Kind::number || entry.nats <= sentinel_nats) return;
  if (!LogProb::from_nats(entry.nats)) return;
  generation.tokens.push_back({std::string(text), entry.nats});
}

void add_generated_entries(Generation& generation, simdjson::dom::array entries) {
  for (const Json item : entries) {
    std::string_view text;
    Json value;
    if (item["token"].get(text) != simdjson::SUCCESS ||
        item["logprob"].get(value) != simdjson::SUCCESS) {
      return generation.tokens.clear();
    }
    add_generated(generation, text, value);
  }
}

void read_choice_generation(const GenerateCall& call,
                            const AnswerView& answer,
                            std::span<const ErrorRule> error_rules,
                            Scratch& scratch,
                            GenerateReading& reading,
                            ChoiceReader read_choice) {
  const auto root = begin_generation(answer, error_rules, scratch.parts().parser, reading);
  if (!root) return;
  constexpr std::array<std::string_view, 3> names{"choices", "usage", "model"};
  const auto fields = pick(*root, names, "the answer");
  if (!fields) return fail(reading, fields.error());
  const auto& [choices, usage, model] = *fields;
  const auto counted = read_usage(usage);
  if (!counted) return fail(reading, counted.error());
  reading.usage = *counted;
  if (auto taken = take_model(call, model, reading); !taken) return fail(reading, taken.error());
  reading.outcome = read_choice(choices);
}

void append_stop(std::string& out, std::string_view name, std::span<const std::string> stop) {
  if (stop.empty()) return;
  out += fmt::format(",\"{}\":[", name);
  for (std::size_t i = 0; i < stop.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, stop[i]);
  }
  out += ']';
}

}  // namespace assay::wire
