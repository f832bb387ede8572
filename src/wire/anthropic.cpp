// Anthropic's messages: no log-probs at all.
// Quirks: the system text stands apart; max_tokens is required; temperature at most 1; cached
// tokens are counted beside input_tokens, not in them; text is spread over blocks among which
// thoughts and tools may stand; a last message of the assistant is refused by newer models (here:
// never sent). Source: providers.md, sections 3.7 and 6 (as of 2026-11-20).

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"
#include "wire/unscored.hpp"

#include <algorithm>

namespace assay::wire {
namespace {

constexpr std::array rules{ErrorRule{400, "prefill", FailureClass::unsupported}};
constexpr HeaderField fields_of_each[] = {{"anthropic-version", "2023-06-01"}};

void append_generation(std::string& out, const GenerateCall& call) {
  JsonWriter json(out);
  json.begin_object().key("model").string(call.model);
  json.key("max_tokens").number(std::int64_t{call.max_tokens});
  if (!call.system.empty()) json.key("system").string(call.system);
  json.key("messages").begin_array();
  for (const Message& message : call.messages) {
    json.begin_object().key("role").string(message.role);
    json.key("content").string(message.content).end_object();
  }
  json.end_array();
  json.key("temperature").number(std::min(call.sampling.temperature, 1.0));
  // Newer models refuse the two together.
  if (call.sampling.top_p != 1) json.key("top_p").number(call.sampling.top_p);
  if (call.sampling.top_k) json.key("top_k").number(std::int64_t{*call.sampling.top_k});
  if (!call.stop.empty()) {
    json.key("stop_sequences").begin_array();
    for (const std::string& text : call.stop) json.string(text);
    json.end_array();
  }
  json.end_object();
}

std::expected<Usage, Failure> read_tokens(const std::optional<Json>& value) {
  if (is_missing(value)) return Usage{};
  constexpr std::array<std::string_view, 4> names{
      "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"};
  const auto fields = pick(*value, names, "usage");
  if (!fields) return std::unexpected(fields.error());
  const auto& [input, output, written, read] = *fields;
  Usage usage;
  for (const auto& count : {input, written, read}) {
    if (is_missing(count)) continue;
    const auto tokens = integer_of(count);
    if (!tokens || *tokens < 0) return std::unexpected(malformed("usage holds no counts"));
    usage.input = usage.input.value_or(TokenCount{}) + TokenCount{*tokens};
  }
  if (is_missing(input)) usage.input.reset();
  if (const auto tokens = integer_of(output); tokens && *tokens >= 0) {
    usage.output = TokenCount{*tokens};
  }
  return usage;
}

std::expected<std::string, Failure> read_blocks(const std::optional<Json>& content) {
  simdjson::dom::array blocks;
  if (!content || content->get(blocks) != simdjson::SUCCESS) {
    return std::unexpected(malformed("the answer has no list of content"));
  }
  std::string text;
  bool any = false;
  for (const Json block : blocks) {
    std::string_view type;
    std::string_view part;
    if (block["type"].get(type) != simdjson::SUCCESS || type != "text") continue;
    if (block["text"].get(part) != simdjson::SUCCESS) {
      return std::unexpected(malformed("a text block has no text"));
    }
    text += part;
    any = true;
  }
  if (any) return text;
  return std::unexpected(make_failure(FailureClass::invalid_output, "the answer holds no text"));
}

void read_generation(const GenerateCall& call,
                     const AnswerView& answer,
                     Scratch& scratch,
                     GenerateReading& reading) {
  const auto root = begin_generation(answer, rules, scratch.parts().parser, reading);
  if (!root) return;
  constexpr std::array<std::string_view, 4> names{"content", "stop_reason", "usage", "model"};
  const auto fields = pick(*root, names, "the answer");
  if (!fields) return fail(reading, fields.error());
  const auto& [content, reason, usage, model] = *fields;
  const auto counted = read_tokens(usage);
  if (!counted) return fail(reading, counted.error());
  reading.usage = *counted;
  if (auto taken = take_model(call, model, reading); !taken) return fail(reading, taken.error());
  Generation generation;
  generation.finish_word = text_of(reason).value_or("");
  const auto finish = finish_of(generation.finish_word);
  if (!finish) return fail(reading, finish.error());
  generation.finish = *finish;
  auto text = read_blocks(content);
  if (!text) return fail(reading, text.error());
  generation.text = *std::move(text);
  reading.outcome = std::move(generation);
}

}  // namespace

constexpr Dialect anthropic_dialect{
    .name = "anthropic",
    .can = {.can_generate = true, .chat = true},
    .auth = {"x-api-key", ""},
    .fields = fields_of_each,
    .score_path = {},
    .instead =
        "the API has no logprobs at all; use it to generate or judge, and "
        "vllm, sglang or fireworks to score an open model",
    .max_tokens = 0,
    .append_body = append_no_score,
    .read_score = read_no_score,
    .generate_path = "/messages",
    .append_generation = append_generation,
    .read_generation = read_generation,
};

}  // namespace assay::wire
