// OpenAI: legacy completions and chat. Azure and OpenRouter speak the same with other paths, errors
// and headers, and refuse more. Source: providers.md, sections 3.1 to 3.4 and 3.13.

#include "core/json_text.hpp"
#include "teacher/answer_json.hpp"
#include "teacher/chat_prompt.hpp"
#include "teacher/dialect.hpp"
#include "teacher/openai_completions.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

const RequestField chat_fields[] = {
    {"messages", read_messages},
    {"max_completion_tokens",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 1, 1'000'000, c.request.max_tokens);
     }},
    {"logprobs",
     [](const Element& v, FieldContext& c) {
       bool wanted = false;
       auto verdict = read_bool(v, wanted);
       if (wanted && !c.request.logprobs) c.request.logprobs = 0;
       return verdict;
     }},
    {"top_logprobs",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 20, c.request.logprobs.emplace());
     }},
    {"stream", [](const Element& v, FieldContext&) { return only_false(v); }},
};

std::expected<CompletionRequest, ApiError> read_chat(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.max_tokens = 256;
  request.content_format = true;
  request.with_ranks = true;
  if (auto error = parser.read(body, {chat_fields}, request)) return std::unexpected(*error);
  if (request.turns.empty())
    return std::unexpected(bad_request("you must provide messages", "messages"));
  if (request.echo) return std::unexpected(bad_request("'echo' is not known here.", "echo"));
  render_chat(request, parser.vocabulary());
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

void write_chat(std::string& out,
                const CompletionRequest&,
                const Completion& completion,
                const Vocabulary& vocabulary) {
  append_opening(out, completion, "chat.completion");
  out += "\"choices\":";
  append_array(out, {0, completion.choices.size()}, [&](std::size_t i) {
    const auto& choice = completion.choices[i];
    fmt::format_to(std::back_inserter(out),
                   R"({{"index":{},"message":{{"role":"assistant","content":)",
                   choice.index);
    append_json_string(out, choice.text);
    out += ",\"refusal\":null},\"logprobs\":";
    if (choice.with_logprobs) {
      out += "{\"content\":";
      append_content(out, choice, all_columns(choice), vocabulary, {.floors = true});
      out += ",\"refusal\":null}";
    } else {
      out += "null";
    }
    out += ",\"finish_reason\":";
    append_json_string(out, choice.finish_reason);
    out += '}';
  });
  append_usage(out, completion);
  out += '}';
}

// Azure's and OpenRouter's completions answer what they write, and do not score.
std::expected<CompletionRequest, ApiError> read_unscored(RequestParser& parser,
                                                         std::string_view body) {
  auto request = read_completions(parser, body);
  if (!request || (!request->echo && !request->logprobs)) return request;
  const auto* param = request->echo ? "echo" : "logprobs";
  return std::unexpected(ApiError{
      400,
      fmt::format("Sorry, {} is not available with this model. Please remove the parameter and try "
                  "again.",
                  param),
      "invalid_request_error",
      param,
      "unsupported_parameter"});
}

constexpr Route openai_routes[] = {
    {"/v1/completions",
     [](RequestParser& parser, std::string_view body) { return parser.completion(body); },
     write_completions},
    {"/v1/chat/completions", read_chat, write_chat},
};
constexpr Route azure_routes[] = {
    {"/openai/deployments/*/completions", read_unscored, write_completions},
    {"/openai/deployments/*/chat/completions", read_chat, write_chat},
};
constexpr Route openrouter_routes[] = {
    {"/api/v1/completions", read_unscored, write_completions},
    {"/api/v1/chat/completions", read_chat, write_chat},
};

}  // namespace

const Dialect openai_dialect{
    .name = "openai",
    .what = "completions with echo, chat with logprobs",
    .base = "/v1",
    .routes = openai_routes,
    .rates = RateStyle::openai,
    .tokenizes = true,
};
const Dialect azure_dialect{
    .name = "azure",
    .what = "generates only; the deployment names the model, the key is in api-key",
    .base = "/openai/deployments/MODEL",
    .routes = azure_routes,
    .rates = RateStyle::azure,
    .own_key_header = true,
};
const Dialect openrouter_dialect{
    .name = "openrouter",
    .what = "generates only",
    .base = "/api/v1",
    .routes = openrouter_routes,
    .errors = ErrorShape::openrouter,
    .rates = RateStyle::openrouter,
};

}  // namespace assay::teacher
