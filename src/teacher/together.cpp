// Together: the prompt's log-probs stand beside the choices; no offsets; one text.
// Source: providers.md, section 3.6.

#include "core/json_text.hpp"
#include "teacher/answer_json.hpp"
#include "teacher/dialect.hpp"
#include "teacher/request_fields.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

const RequestField fields[] = {
    {"prompt", read_one_text},
    {"logprobs",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 20, c.request.logprobs.emplace());
     }},
    {"top_k", [](const Element& v, FieldContext&) { return neutral(v, 0); }},
    {"repetition_penalty", [](const Element& v, FieldContext&) { return neutral(v, 1); }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (request.logprobs == 0) request.logprobs.reset();  // zero is none
  if (request.max_tokens == 0)
    return std::unexpected(bad_request("max_tokens must be at least 1", "max_tokens"));
  if (request.stream) return std::unexpected(bad_request("stream is not served here", "stream"));
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

void append_columns(std::string& out,
                    const Choice& choice,
                    Columns columns,
                    const Vocabulary& vocabulary) {
  if (!choice.with_logprobs) {
    out += "null";
    return;
  }
  append_legacy(out,
                choice,
                columns,
                vocabulary,
                {.offsets = LegacyStyle::Offsets::absent, .ids = true, .tops = false});
}

void write(std::string& out,
           const CompletionRequest& request,
           const Completion& completion,
           const Vocabulary& vocabulary) {
  append_opening(out, completion, "text.completion");
  out += "\"prompt\":[";
  if (request.echo && !completion.choices.empty()) {
    const auto& choice = completion.choices.front();
    out += "{\"text\":";
    append_json_string(
        out,
        std::string_view(choice.text).substr(0, choice.text.size() - made_text(choice).size()));
    out += ",\"logprobs\":";
    append_columns(out, choice, prompt_columns(choice), vocabulary);
    out += '}';
  }
  out += "],\"choices\":";
  append_array(out, {0, completion.choices.size()}, [&](std::size_t i) {
    const auto& choice = completion.choices[i];
    fmt::format_to(std::back_inserter(out), "{{\"index\":{},\"text\":", choice.index);
    append_json_string(out, made_text(choice));
    out += ",\"finish_reason\":";
    append_json_string(out, choice.finish_reason == "stop" ? "eos" : choice.finish_reason);
    out += ",\"logprobs\":";
    append_columns(out, choice, made_columns(choice), vocabulary);
    out += '}';
  });
  append_usage(out, completion);
  out += '}';
}

constexpr Route routes[] = {{"/v1/completions", read, write}};

}  // namespace

const Dialect together_dialect{
    .name = "together",
    .what = "echo in prompt[0], no offsets, one text, at least one token made",
    .base = "/v1",
    .routes = routes,
    .rates = RateStyle::together,
};

}  // namespace assay::teacher
