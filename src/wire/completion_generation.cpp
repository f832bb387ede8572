// Completions that write a text. Source: providers.md, section 3.1.

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/generation.hpp"

namespace assay::wire {
namespace {

void take_tokens(const std::optional<Json>& log_probs, Generation& generation) {
  if (is_missing(log_probs)) return;
  simdjson::dom::array tokens;
  simdjson::dom::array values;
  if ((*log_probs)["tokens"].get(tokens) != simdjson::SUCCESS) return;
  if ((*log_probs)["token_logprobs"].get(values) != simdjson::SUCCESS) return;
  if (tokens.size() != values.size()) return;
  auto value = values.begin();
  for (const Json token : tokens) {
    std::string_view text;
    if (token.get(text) != simdjson::SUCCESS) return generation.tokens.clear();
    add_generated(generation, text, *value);
    ++value;
  }
}

std::expected<Generation, Failure> read_choice(const std::optional<Json>& choices) {
  simdjson::dom::array list;
  if (!choices || choices->get(list) != simdjson::SUCCESS || list.size() != 1) {
    return std::unexpected(malformed("the answer has not exactly one choice"));
  }
  constexpr std::array<std::string_view, 3> names{"text", "finish_reason", "logprobs"};
  const auto fields = pick(list.at(0).value_unsafe(), names, "choices[0]");
  if (!fields) return std::unexpected(fields.error());
  const auto& [text, reason, log_probs] = *fields;
  Generation generation;
  generation.finish_word = text_of(reason).value_or("");
  const auto finish = finish_of(generation.finish_word);
  if (!finish) return std::unexpected(finish.error());
  generation.finish = *finish;
  if (!text_of(text)) return std::unexpected(malformed("choices[0] has no text"));
  generation.text = *text_of(text);
  take_tokens(log_probs, generation);
  return generation;
}

}  // namespace

void append_completion_generation(std::string& out,
                                  const GenerateCall& call,
                                  std::string_view extra_fields) {
  out += R"({"model":)";
  append_json_string(out, call.model);
  out += R"(,"prompt":)";
  append_json_string(out, call.context);
  out += R"(,"max_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  append_sampling(out, call.sampling);
  if (call.seed) {
    out += R"(,"seed":)";
    append_json_number(out, *call.seed);
  }
  append_stop(out, "stop", call.stop);
  if (call.detail != TokenDetail::left_out) out += R"(,"logprobs":1)";
  out += R"(,"n":1,"stream":false)";
  out += extra_fields;
  out += '}';
}

void read_completion_generation(const GenerateCall& call,
                                const AnswerView& answer,
                                std::span<const ErrorRule> error_rules,
                                Scratch& scratch,
                                GenerateReading& reading) {
  read_choice_generation(call, answer, error_rules, scratch, reading, read_choice);
}

}  // namespace assay::wire
