// vLLM's completions: prompt_logprobs, token ids both ways, a BOS before prompts that come as text.
// Source: providers.md, section 3.9.

#include "core/json_text.hpp"
#include "teacher/dialect.hpp"
#include "teacher/openai_completions.hpp"
#include "teacher/request_fields.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

const RequestField fields[] = {
    {"prompt", read_prompts},
    {"logprobs",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 20, c.request.logprobs.emplace());
     }},
    {"prompt_logprobs",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 20, c.request.prompt_logprobs.emplace());
     }},
    {"add_special_tokens",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.add_bos); }},
    {"return_token_ids",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.with_ids); }},
    {"return_tokens_as_token_ids",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.tokens_as_ids); }},
    {"top_k", [](const Element& v, FieldContext&) { return neutral(v, -1); }},
    {"min_p", [](const Element& v, FieldContext&) { return neutral(v, 0); }},
    {"repetition_penalty", [](const Element& v, FieldContext&) { return neutral(v, 1); }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.add_bos = true;
  request.with_ranks = true;
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (request.stream && request.prompt_logprobs)
    return std::unexpected(bad_request("`prompt_logprobs` are not available when `stream=True`."));
  request.echo_text = request.echo;
  if (request.echo && request.logprobs && !request.prompt_logprobs)
    request.prompt_logprobs = request.logprobs;
  // The columns of the prompt are needed for either.
  if (request.prompt_logprobs) {
    request.echo = true;
    // One token is made inside, and counted.
    if (request.max_tokens == 0) request.made_unseen = 1;
    request.with_choice_logprobs = request.logprobs.has_value();
    request.logprobs = std::max(request.logprobs.value_or(0), *request.prompt_logprobs);
  }
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

// {"<id>":{"logprob":-1.5,"rank":2,"decoded_token":" the"},...}: the prompt's own first.
void append_position(std::string& out,
                     const Choice& choice,
                     std::size_t i,
                     const Vocabulary& vocabulary) {
  if (i >= choice.nats.size() || (!choice.nats[i] && choice.literals.empty())) {
    out += "null";
    return;
  }
  const auto entry = [&](TokenId token, std::size_t rank, auto&& value) {
    fmt::format_to(std::back_inserter(out), "\"{}\":{{\"logprob\":", token);
    value();
    fmt::format_to(std::back_inserter(out), ",\"rank\":{},\"decoded_token\":", rank);
    append_decoded(out, token, vocabulary);
    out += '}';
  };
  out += '{';
  entry(choice.tokens[i], i < choice.ranks.size() ? choice.ranks[i] : 1, [&] {
    append_value(out, choice, i);
  });
  const auto begin = i == 0 || choice.top_count == 0 ? 0 : choice.top_ends[i - 1];
  const auto end = choice.top_count == 0 ? 0 : choice.top_ends[i];
  for (auto at = begin; at < end; ++at) {
    if (choice.tops[at].token == choice.tokens[i]) continue;
    out += ',';
    entry(choice.tops[at].token, at - begin + 1, [&] {
      append_json_number(out, choice.tops[at].nats);
    });
  }
  out += '}';
}

void append_more(std::string& out,
                 const CompletionRequest& request,
                 const Choice& choice,
                 const Prompt& prompt,
                 const Vocabulary& vocabulary) {
  out += ",\"stop_reason\":null,\"prompt_logprobs\":";
  if (request.prompt_logprobs && choice.with_logprobs) {
    append_array(out, prompt_columns(choice), [&](std::size_t i) {
      append_position(out, choice, i, vocabulary);
    });
  } else {
    out += "null";
  }
  if (!request.with_ids) return;
  out += ",\"prompt_token_ids\":";
  const auto& ids = choice.prompt_count > 0 ? choice.tokens : prompt.tokens;
  append_ids(out, ids, {0, choice.prompt_count > 0 ? choice.prompt_count : ids.size()});
  out += ",\"token_ids\":";
  append_ids(out, choice.tokens, made_columns(choice));
}

void write(std::string& out,
           const CompletionRequest& request,
           const Completion& completion,
           const Vocabulary& vocabulary) {
  CompletionsStyle style{.columns = {.tokens_as_ids = request.tokens_as_ids},
                         .echo_text = request.echo_text && !request.with_ids,
                         .echo_columns = request.echo_text,
                         .append_more = append_more};
  write_completions_as(out, request, completion, vocabulary, style);
}

constexpr Route routes[] = {{"/v1/completions", read, write}};

}  // namespace

const Dialect vllm_dialect{
    .name = "vllm",
    .what = "echo and prompt_logprobs, ids, /tokenize; adds BOS to text",
    .base = "/v1",
    .routes = routes,
    .errors = ErrorShape::vllm,
    .adds_bos = true,
    .tokenizes = true,
};

}  // namespace assay::teacher
