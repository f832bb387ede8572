// Gemini's generateContent: log-probs of its own output only.
// Quirks: the model stands in the path; roles are user and model; text is spread over parts, among
// which thoughts may stand; a blocked prompt is status 200 without candidates; thoughts are billed
// as output beside candidatesTokenCount. Source: providers.md, sections 3.8 and 6 (as of
// 2026-11-20).

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"
#include "wire/unscored.hpp"

#include <fmt/format.h>

namespace assay::wire {
namespace {

constexpr std::array rules{ErrorRule{429, "PerDay", FailureClass::quota_exhausted}};

void append_parts(JsonWriter& json, std::string_view text) {
  json.key("parts").begin_array().begin_object().key("text").string(text).end_object().end_array();
}

void append_generation(std::string& out, const GenerateCall& call) {
  JsonWriter json(out);
  json.begin_object().key("contents").begin_array();
  for (const Message& message : call.messages) {
    json.begin_object().key("role").string(message.role == "assistant" ? "model" : message.role);
    append_parts(json, message.content);
    json.end_object();
  }
  json.end_array();
  if (!call.system.empty()) {
    json.key("systemInstruction").begin_object();
    append_parts(json, call.system);
    json.end_object();
  }
  json.key("generationConfig").begin_object();
  json.key("temperature").number(call.sampling.temperature);
  json.key("topP").number(call.sampling.top_p);
  if (call.sampling.top_k) json.key("topK").number(std::int64_t{*call.sampling.top_k});
  json.key("maxOutputTokens").number(std::int64_t{call.max_tokens});
  json.key("candidateCount").number(1);
  if (call.seed) json.key("seed").number(*call.seed);
  if (!call.stop.empty()) {
    json.key("stopSequences").begin_array();
    for (const std::string& text : call.stop) json.string(text);
    json.end_array();
  }
  if (call.detail != TokenDetail::left_out) json.key("responseLogprobs").boolean(true);
  json.end_object().end_object();
}

Usage read_tokens(const std::optional<Json>& value) {
  if (is_missing(value)) return {};
  constexpr std::array<std::string_view, 3> names{
      "promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"};
  const auto fields = pick(*value, names, "usageMetadata");
  if (!fields) return {};
  const auto count = [](const std::optional<Json>& field) {
    const auto tokens = integer_of(field);
    return tokens && *tokens >= 0 ? std::optional(TokenCount{*tokens}) : std::nullopt;
  };
  Usage usage{.input = count((*fields)[0]), .output = count((*fields)[1])};
  if (const auto thoughts = count((*fields)[2])) {
    usage.output = usage.output.value_or(TokenCount{}) + *thoughts;
  }
  return usage;
}

std::expected<std::string, Failure> read_parts(const std::optional<Json>& content) {
  simdjson::dom::array parts;
  if (is_missing(content) || (*content)["parts"].get(parts) != simdjson::SUCCESS) {
    return std::unexpected(
        make_failure(FailureClass::invalid_output, "the candidate holds no parts"));
  }
  std::string text;
  for (const Json part : parts) {
    bool is_thought = false;
    std::string_view words;
    if (part["thought"].get(is_thought) == simdjson::SUCCESS && is_thought) continue;
    if (part["text"].get(words) == simdjson::SUCCESS) text += words;
  }
  return text;
}

void take_tokens(const std::optional<Json>& result, Generation& generation) {
  simdjson::dom::array chosen;
  if (is_missing(result) || (*result)["chosenCandidates"].get(chosen) != simdjson::SUCCESS) return;
  for (const Json item : chosen) {
    std::string_view text;
    Json value;
    if (item["token"].get(text) != simdjson::SUCCESS ||
        item["logProbability"].get(value) != simdjson::SUCCESS) {
      return generation.tokens.clear();
    }
    add_generated(generation, text, value);
  }
}

std::expected<Generation, Failure> read_candidate(Json candidate) {
  constexpr std::array<std::string_view, 3> names{"content", "finishReason", "logprobsResult"};
  const auto fields = pick(candidate, names, "candidates[0]");
  if (!fields) return std::unexpected(fields.error());
  const auto& [content, reason, log_probs] = *fields;
  Generation generation;
  generation.finish_word = text_of(reason).value_or("");
  const auto finish = finish_of(generation.finish_word);
  if (!finish) return std::unexpected(finish.error());
  generation.finish = *finish;
  auto text = read_parts(content);
  if (!text) return std::unexpected(std::move(text.error()));
  generation.text = *std::move(text);
  take_tokens(log_probs, generation);
  return generation;
}

Failure no_candidates(const std::optional<Json>& feedback) {
  std::string_view reason;
  if (!is_missing(feedback) && (*feedback)["blockReason"].get(reason) == simdjson::SUCCESS) {
    return make_failure(FailureClass::content_filtered,
                        fmt::format("the prompt was blocked: {}", reason));
  }
  return malformed("the answer has no candidates");
}

void read_generation(const GenerateCall& call,
                     const AnswerView& answer,
                     Scratch& scratch,
                     GenerateReading& reading) {
  const auto root = begin_generation(answer, rules, scratch.parts().parser, reading);
  if (!root) return;
  constexpr std::array<std::string_view, 4> names{
      "candidates", "promptFeedback", "usageMetadata", "modelVersion"};
  const auto fields = pick(*root, names, "the answer");
  if (!fields) return fail(reading, fields.error());
  const auto& [candidates, feedback, usage, model] = *fields;
  static_cast<void>(call);
  reading.usage = read_tokens(usage);
  reading.served_model = text_of(model).value_or("");  // a version of the model asked for
  simdjson::dom::array list;
  if (!candidates || candidates->get(list) != simdjson::SUCCESS || list.size() == 0) {
    return fail(reading, no_candidates(feedback));
  }
  reading.outcome = read_candidate(list.at(0).value_unsafe());
}

}  // namespace

constexpr Dialect gemini_dialect{
    .name = "gemini",
    .can = {.can_generate = true, .chat = true, .top_k_max = 20},
    .auth = {"x-goog-api-key", ""},
    .fields = {},
    .score_path = {},
    .instead =
        "the API gives log-probs of its own output only; use it to generate or judge, and "
        "vllm, sglang or fireworks to score an open model",
    .max_tokens = 0,
    .append_body = append_no_score,
    .read_score = read_no_score,
    .generate_path = "/models/{model}:generateContent",
    .append_generation = append_generation,
    .read_generation = read_generation,
};

}  // namespace assay::wire
