// OpenAI's chat completions and those who follow them. Source: providers.md, sections 3.2 and 3.3.

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/generation.hpp"

namespace assay::wire {
namespace {

void append_message(std::string& out, std::string_view role, std::string_view text) {
  if (out.back() == '}') out += ',';
  out += R"({"role":)";
  append_json_string(out, role);
  out += R"(,"content":)";
  append_json_string(out, text);
  out += '}';
}

// logprobs.content[] = {"token","logprob","bytes"}
void take_tokens(const std::optional<Json>& log_probs, Generation& generation) {
  if (is_missing(log_probs)) return;
  simdjson::dom::array content;
  if ((*log_probs)["content"].get(content) != simdjson::SUCCESS) return;
  add_generated_entries(generation, content);
}

std::expected<std::string, Failure> read_message(const std::optional<Json>& message) {
  if (is_missing(message)) return std::unexpected(malformed("choices[0] has no message"));
  constexpr std::array<std::string_view, 2> names{"content", "refusal"};
  const auto fields = pick(*message, names, "message");
  if (!fields) return std::unexpected(fields.error());
  const auto& [content, refused] = *fields;
  if (const auto text = text_of(content)) return std::string(*text);
  if (text_of(refused)) {
    return std::unexpected(make_failure(FailureClass::content_filtered, "the model refused"));
  }
  return std::unexpected(
      make_failure(FailureClass::invalid_output, "the message holds no text (a tool call?)"));
}

std::expected<Generation, Failure> read_choice(const std::optional<Json>& choices) {
  simdjson::dom::array list;
  if (!choices || choices->get(list) != simdjson::SUCCESS || list.size() != 1) {
    return std::unexpected(malformed("the answer has not exactly one choice"));
  }
  constexpr std::array<std::string_view, 3> names{"message", "finish_reason", "logprobs"};
  const auto fields = pick(list.at(0).value_unsafe(), names, "choices[0]");
  if (!fields) return std::unexpected(fields.error());
  const auto& [message, reason, log_probs] = *fields;
  Generation generation;
  generation.finish_word = text_of(reason).value_or("");
  const auto finish = finish_of(generation.finish_word);
  if (!finish) return std::unexpected(finish.error());
  generation.finish = *finish;
  auto text = read_message(message);
  if (!text) return std::unexpected(std::move(text.error()));
  generation.text = *std::move(text);
  take_tokens(log_probs, generation);
  return generation;
}

}  // namespace

void append_chat_generation(std::string& out, const GenerateCall& call, const ChatForm& form) {
  out += R"({"model":)";
  append_json_string(out, call.model);
  out += R"(,"messages":[)";
  if (!call.system.empty()) append_message(out, "system", call.system);
  for (const Message& message : call.messages) append_message(out, message.role, message.content);
  (((out += R"(],")") += form.max_tokens_name) += R"(":)");
  append_json_number(out, std::int64_t{call.max_tokens});
  // Reasoning models refuse a temperature that is written out, even the default.
  if (!call.sampling.is_neutral()) append_sampling(out, call.sampling);
  if (call.seed) {
    out += R"(,"seed":)";
    append_json_number(out, *call.seed);
  }
  append_stop(out, "stop", call.stop);
  if (call.detail != TokenDetail::left_out) out += R"(,"logprobs":true)";
  out += form.extra_fields;
  out += '}';
}

void read_chat_generation(const GenerateCall& call,
                          const AnswerView& answer,
                          std::span<const ErrorRule> error_rules,
                          Scratch& scratch,
                          GenerateReading& reading) {
  read_choice_generation(call, answer, error_rules, scratch, reading, read_choice);
}

}  // namespace assay::wire
