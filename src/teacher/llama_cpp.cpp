// llama.cpp: no log-probs of prompts; a token at a time can be forced by its bias.
// llama-cpp-python: echo without its BOS. Source: providers.md, section 3.11.

#include "core/json_text.hpp"
#include "teacher/answer_json.hpp"
#include "teacher/dialect.hpp"
#include "teacher/openai_completions.hpp"
#include "teacher/request_fields.hpp"

#include <fmt/format.h>

#include <charconv>

namespace assay::teacher {

namespace {

Verdict add_bias(std::uint64_t id, const Element& value, FieldContext& context) {
  if (id >= context.vocabulary.size()) return no("biases an id that is none");
  double bias = 0;
  bool allowed = true;
  if (value.is_bool() && value.get(allowed) == simdjson::SUCCESS && !allowed) {
    bias = -1e9;  // never
  } else if (auto verdict = read_number(value, -1e9, 1e9, bias); !verdict) {
    return verdict;
  }
  context.request.sampling.bias.emplace_back(static_cast<TokenId>(id), bias);
  return {};
}

// [[id,bias],...] or {"id":bias,...}; false is never.
Verdict read_bias(const Element& value, FieldContext& context) {
  simdjson::dom::object object;
  if (value.get(object) == simdjson::SUCCESS) {
    for (const auto field : object) {
      std::uint64_t id = 0;
      const auto* end = field.key.data() + field.key.size();
      if (std::from_chars(field.key.data(), end, id).ptr != end)
        return no("has a key that is no id");
      if (auto verdict = add_bias(id, field.value, context); !verdict) return verdict;
    }
    return {};
  }
  simdjson::dom::array pairs;
  if (value.get(pairs) != simdjson::SUCCESS) return no("is neither pairs nor an object");
  for (const auto pair : pairs) {
    std::uint64_t id = 0;
    Element bias;
    if (pair.at(0).get(id) != simdjson::SUCCESS || pair.at(1).get(bias) != simdjson::SUCCESS)
      return no("holds something that is no pair of id and bias");
    if (auto verdict = add_bias(id, bias, context); !verdict) return verdict;
  }
  return {};
}

const RequestField fields[] = {
    {"prompt", read_prompts},
    {"n_predict",
     [](const Element& v, FieldContext& c) -> Verdict {
       if (auto verdict = read_integer(v, -1, 1'000'000, c.request.max_tokens); !verdict)
         return verdict;
       c.request.fit_max_tokens = c.request.max_tokens < 0;
       if (c.request.max_tokens < 0) c.request.max_tokens = 1'000'000;
       return {};
     }},
    {"n_probs",
     [](const Element& v, FieldContext& c) -> Verdict {
       auto verdict = read_integer(v, 0, 20, c.request.logprobs.emplace());
       if (c.request.logprobs == 0) c.request.logprobs.reset();
       return verdict;
     }},
    {"logit_bias", read_bias},
    {"top_k",
     [](const Element& v, FieldContext& c) -> Verdict {
       std::int64_t count = 0;
       auto verdict = read_integer(v, 0, 1'000'000, count);
       c.request.sampling.top_k = static_cast<std::size_t>(count);
       return verdict;
     }},
    {"min_p",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 0, 1, c.request.sampling.min_p);
     }},
    {"cache_prompt",
     [](const Element& v, FieldContext&) {
       bool ignored = false;
       return read_bool(v, ignored);
     }},
    {"id_slot",
     [](const Element& v, FieldContext&) {
       std::int64_t ignored = 0;
       return read_integer(v, -1, 1'000'000, ignored);
     }},
    {"return_tokens",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.with_ids); }},
    {"post_sampling_probs", [](const Element& v, FieldContext&) { return only_false(v); }},
    {"repeat_penalty", [](const Element& v, FieldContext&) { return neutral(v, 1); }},
    {"stream", [](const Element& v, FieldContext&) { return only_false(v); }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.max_tokens = 1'000'000;
  request.fit_max_tokens = true;
  request.add_bos = true;
  request.show_end = true;
  request.sampling = {.temperature = 0.8,
                      .top_p = 0.95,
                      .top_k = 40,
                      .min_p = 0.05,
                      .cuts_first = true,
                      .bias = {}};
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (request.many) return std::unexpected(bad_request("one prompt at a time is served here"));
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

void write(std::string& out,
           const CompletionRequest& request,
           const Completion& completion,
           const Vocabulary& vocabulary) {
  out += "{\"index\":0,\"content\":";
  const Choice none;
  const auto& choice = completion.choices.empty() ? none : completion.choices.front();
  const bool ended = !choice.tokens.empty() && Vocabulary::is_end(choice.tokens.back());
  append_json_string(out, choice.text);
  out += ",\"tokens\":";
  append_ids(out, choice.tokens, request.with_ids ? all_columns(choice) : Columns{});
  if (choice.with_logprobs) {
    out += ",\"completion_probabilities\":";
    append_content(out, choice, all_columns(choice), vocabulary, {.ids = true});
  }
  out += ",\"model\":";
  append_json_string(out, completion.model);
  fmt::format_to(std::back_inserter(out),
                 ",\"stop\":true,\"stop_type\":\"{}\",\"truncated\":false,\"tokens_predicted\":{},"
                 "\"tokens_evaluated\":{},\"tokens_cached\":{}}}",
                 choice.finish_reason != "stop" ? "limit"
                 : ended                        ? "eos"
                                                : "word",
                 completion.completion_tokens,
                 completion.prompt_tokens,
                 completion.prompt_tokens + completion.completion_tokens);
}

std::expected<CompletionRequest, ApiError> read_without_echo(RequestParser& parser,
                                                             std::string_view body) {
  auto request = read_completions(parser, body);
  if (request && request->echo)
    return std::unexpected(ApiError{500, "Only no echo is supported", "server_error"});
  return request;
}

// Zero or less is without a bound; BOS is read and not shown.
std::expected<CompletionRequest, ApiError> read_python(RequestParser& parser,
                                                       std::string_view body) {
  CompletionRequest request;
  constexpr RequestField rows[] = {
      {"prompt", read_prompts},
      {"logprobs",
       [](const Element& v, FieldContext& c) {
         return read_integer(v, 0, 20, c.request.logprobs.emplace());
       }},
      {"max_tokens",
       [](const Element& v, FieldContext& c) -> Verdict {
         if (auto verdict = read_integer(v, -1, 1'000'000, c.request.max_tokens); !verdict)
           return verdict;
         c.request.fit_max_tokens = c.request.max_tokens <= 0;
         if (c.request.max_tokens <= 0) c.request.max_tokens = 1'000'000;
         return {};
       }},
  };
  request.add_bos = true;
  request.hide_bos = true;
  if (auto error = parser.read(body, {rows}, request)) return std::unexpected(*error);
  if (request.many) return std::unexpected(bad_request("one prompt at a time is served here"));
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

constexpr Route routes[] = {
    {"/completion", read, write},
    {"/v1/completions", read_without_echo, write_completions},
};
constexpr Route python_routes[] = {{"/v1/completions", read_python, write_completions}};

}  // namespace

const Dialect llama_cpp_dialect{
    .name = "llama.cpp",
    .what = "/completion with logit_bias and n_probs; refuses echo",
    .base = "",
    .routes = routes,
    .errors = ErrorShape::llama_cpp,
    .tokenizes = true,
};
const Dialect llama_cpp_python_dialect{
    .name = "llama-cpp-python",
    .what = "echo without its BOS; max_tokens 0 is without a bound",
    .base = "/v1",
    .routes = python_routes,
};

}  // namespace assay::teacher
