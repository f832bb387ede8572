// Fireworks: completions with legacy columns or the content format, echo_last, ids.
// Source: providers.md, section 3.5.

#include "teacher/dialect.hpp"
#include "teacher/openai_completions.hpp"
#include "teacher/request_fields.hpp"

namespace assay::teacher {

namespace {

const RequestField fields[] = {
    {"prompt", read_prompts},
    {"logprobs",
     [](const Element& v, FieldContext& c) -> Verdict {
       if (!v.is_bool()) return read_integer(v, 0, 5, c.request.logprobs.emplace());
       if (auto verdict = read_bool(v, c.request.content_format); !verdict) return verdict;
       if (c.request.content_format && !c.request.logprobs) c.request.logprobs = 0;
       return {};
     }},
    {"top_logprobs",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 5, c.request.logprobs.emplace());
     }},
    {"echo_last",
     [](const Element& v, FieldContext& c) {
       c.request.echo = true;
       return read_integer(v, 1, 10'000'000, c.request.echo_last);
     }},
    {"return_token_ids",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.with_ids); }},
    {"raw_output", [](const Element& v, FieldContext&) { return only_false(v); }},
    {"prompt_cache_key", [](const Element& v, FieldContext&) { return any_string(v); }},
    {"context_length_exceeded_behavior",
     [](const Element& v, FieldContext& c) -> Verdict {
       std::string behaviour;
       if (auto verdict = read_string(v, behaviour); !verdict) return verdict;
       if (behaviour != "truncate" && behaviour != "error")
         return no("is neither truncate nor error");
       c.request.fit_max_tokens = behaviour == "truncate";
       return {};
     }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.fit_max_tokens = true;
  request.with_sampled = true;
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

void append_more(std::string& out,
                 const CompletionRequest& request,
                 const Choice& choice,
                 const Prompt& prompt,
                 const Vocabulary&) {
  if (!request.with_ids) return;
  out += ",\"prompt_token_ids\":";
  append_ids(out, prompt.tokens, {0, prompt.tokens.size()});
  out += ",\"token_ids\":";
  append_ids(out, choice.tokens, made_columns(choice));
}

void write(std::string& out,
           const CompletionRequest& request,
           const Completion& completion,
           const Vocabulary& vocabulary) {
  const CompletionsStyle style{.columns = {.first_zero = true, .ids = true, .special_blank = true},
                               .append_more = append_more};
  if (request.echo_last == 0)
    return write_completions_as(out, request, completion, vocabulary, style);
  auto shortened = completion;
  for (auto& choice : shortened.choices)
    drop_beginning(choice, static_cast<std::size_t>(request.echo_last), vocabulary);
  write_completions_as(out, request, shortened, vocabulary, style);
}

constexpr Route routes[] = {{"/inference/v1/completions", read, write}};

}  // namespace

const Dialect fireworks_dialect{
    .name = "fireworks",
    .what = "echo and echo_last, legacy or content logprobs, ids; 0.0 at the first position",
    .base = "/inference/v1",
    .routes = routes,
    .rates = RateStyle::fireworks,
};

}  // namespace assay::teacher
