// Anthropic's messages: generates only. Source: providers.md, section 3.7.

#include "core/json_text.hpp"
#include "teacher/answer_json.hpp"
#include "teacher/chat_prompt.hpp"
#include "teacher/dialect.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

const RequestField fields[] = {
    {"messages", read_messages},
    {"system", [](const Element& v, FieldContext& c) { return read_blocks(v, c.request.system); }},
    {"stop_sequences",
     [](const Element& v, FieldContext& c) { return read_stop(v, c.request.stop); }},
    {"temperature",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 0, 1, c.request.sampling.temperature);
     }},
    {"stream", [](const Element& v, FieldContext&) { return only_false(v); }},
    {"logprobs", [](const Element&, FieldContext&) -> Verdict { return no("is not permitted"); }},
    {"echo", [](const Element&, FieldContext&) -> Verdict { return no("is not permitted"); }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.max_tokens = 0;
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (request.max_tokens == 0)
    return std::unexpected(bad_request("max_tokens: Field required", "max_tokens"));
  if (request.turns.empty()) return std::unexpected(bad_request("messages: Field required"));
  if (request.turns.back().role == "assistant") {
    return std::unexpected(
        bad_request("This model does not support assistant message prefill. The conversation must "
                    "end with a user message."));
  }
  render_chat(request, parser.vocabulary());
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

void write(std::string& out,
           const CompletionRequest& request,
           const Completion& completion,
           const Vocabulary&) {
  out += "{\"id\":";
  append_json_string(out, "msg_" + completion.id);
  out += ",\"type\":\"message\",\"role\":\"assistant\",\"model\":";
  append_json_string(out, completion.model);
  out += ",\"content\":[";
  if (!completion.choices.empty()) {
    out += "{\"type\":\"text\",\"text\":";
    append_json_string(out, completion.choices.front().text);
    out += '}';
  }
  const bool stopped =
      !completion.choices.empty() && completion.choices.front().finish_reason == "stop";
  const bool by_sequence = stopped && completion.choices.front().stopped_by_text;
  fmt::format_to(std::back_inserter(out),
                 "],\"stop_reason\":\"{}\",\"stop_sequence\":",
                 by_sequence ? "stop_sequence"
                 : stopped   ? "end_turn"
                             : "max_tokens");
  if (by_sequence && !request.stop.empty()) {
    append_json_string(out, request.stop.front());
  } else {
    out += "null";
  }
  if (completion.usage == Completion::Usage::counted) {
    fmt::format_to(std::back_inserter(out),
                   R"(,"usage":{{"input_tokens":{},"cache_creation_input_tokens":0,)"
                   R"("cache_read_input_tokens":0,"output_tokens":{}}})",
                   completion.prompt_tokens,
                   completion.completion_tokens);
  }
  out += '}';
}

constexpr Route routes[] = {{"/v1/messages", read, write}};

}  // namespace

const Dialect anthropic_dialect{
    .name = "anthropic",
    .what = "/v1/messages; generates only, the key is in x-api-key",
    .base = "/v1",
    .routes = routes,
    .errors = ErrorShape::anthropic,
    .rates = RateStyle::anthropic,
    .own_key_header = true,
};

}  // namespace assay::teacher
