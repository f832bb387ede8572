// SGLang: its own /generate, and OpenAI's completions with offsets that say nothing.
// Source: providers.md, section 3.10.

#include "core/json_text.hpp"
#include "teacher/dialect.hpp"
#include "teacher/openai_completions.hpp"
#include "teacher/request_fields.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

const RequestField sampling_fields[] = {
    {"max_new_tokens",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 1'000'000, c.request.max_tokens);
     }},
    {"temperature",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 0, 2, c.request.sampling.temperature);
     }},
    {"top_p",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 1e-6, 1, c.request.sampling.top_p);
     }},
    {"stop", [](const Element& v, FieldContext& c) { return read_stop(v, c.request.stop); }},
    {"top_k", [](const Element& v, FieldContext&) { return neutral(v, -1); }},
    {"n", [](const Element& v, FieldContext&) { return neutral(v, 1); }},
};

const RequestField fields[] = {
    {"text", read_prompts},
    {"input_ids", read_prompts},
    {"sampling_params",
     [](const Element& v, FieldContext& c) { return read_object(v, sampling_fields, c); }},
    {"return_logprob",
     [](const Element& v, FieldContext& c) {
       bool wanted = false;
       auto verdict = read_bool(v, wanted);
       if (wanted && !c.request.logprobs) c.request.logprobs = 0;
       return verdict;
     }},
    {"logprob_start_len",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, -1, 10'000'000, c.request.start);
     }},
    {"top_logprobs_num",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 20, c.request.logprobs.emplace());
     }},
    {"return_text_in_logprobs",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.with_texts); }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.max_tokens = 128;
  request.add_bos = true;
  request.echo = true;  // nothing made is a fair question here
  request.show_end = true;
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (auto error = complete_request(request)) return std::unexpected(*error);
  if (request.logprobs && request.start >= 0) {
    for (const auto& prompt : request.prompts) {
      if (request.start < static_cast<std::int64_t>(prompt.tokens.size())) continue;
      return std::unexpected(bad_request("logprob_start_len is beyond the prompt's tokens."));
    }
  }
  return request;
}

// [[logprob|null,id,text|null],...]; where `first_null`, the first returned has no value.
void append_triples(std::string& out,
                    const Choice& choice,
                    Columns columns,
                    const Vocabulary& vocabulary,
                    const CompletionRequest& request,
                    bool first_null) {
  append_array(out, columns, [&](std::size_t i) {
    out += '[';
    if (first_null && i == columns.begin) {
      out += "null";
    } else {
      append_value(out, choice, i);
    }
    fmt::format_to(std::back_inserter(out), ",{},", choice.tokens[i]);
    if (request.with_texts) {
      append_decoded(out, choice.tokens[i], vocabulary);
    } else {
      out += "null";
    }
    out += ']';
  });
}

void append_tops(std::string& out, const Choice& choice, Columns columns) {
  append_array(out, columns, [&](std::size_t i) {
    if (i >= choice.nats.size() || !choice.nats[i]) {
      out += "null";
      return;
    }
    const auto begin = i == 0 ? 0 : choice.top_ends[i - 1];
    append_array(out, {begin, choice.top_ends[i]}, [&](std::size_t at) {
      out += '[';
      append_json_number(out, choice.tops[at].nats);
      fmt::format_to(std::back_inserter(out), ",{},null]", choice.tops[at].token);
    });
  });
}

void append_logprobs(std::string& out,
                     const Choice& choice,
                     const Vocabulary& vocabulary,
                     const CompletionRequest& request) {
  auto prompt = prompt_columns(choice);
  prompt.begin = request.start < 0 ? prompt.end
                                   : std::min(static_cast<std::size_t>(request.start), prompt.end);
  const auto made = made_columns(choice);
  out += ",\"input_token_logprobs\":";
  append_triples(out, choice, prompt, vocabulary, request, true);
  out += ",\"output_token_logprobs\":";
  append_triples(out, choice, made, vocabulary, request, false);
  if (choice.top_count == 0) return;
  out += ",\"input_top_logprobs\":";
  append_tops(out, choice, prompt);
  out += ",\"output_top_logprobs\":";
  append_tops(out, choice, made);
}

void append_answer(std::string& out,
                   const CompletionRequest& request,
                   const Completion& completion,
                   const Choice& choice,
                   const Vocabulary& vocabulary) {
  out += "{\"text\":";
  append_json_string(out, made_text(choice));
  const auto made = made_columns(choice);
  out += ",\"output_ids\":";
  append_ids(out, choice.tokens, made);
  out += ",\"meta_info\":{\"id\":";
  append_json_string(out, completion.id);
  if (choice.finish_reason == "stop") {
    out += ",\"finish_reason\":{\"type\":\"stop\"}";
  } else {
    fmt::format_to(std::back_inserter(out),
                   ",\"finish_reason\":{{\"type\":\"length\",\"length\":{}}}",
                   request.max_tokens);
  }
  if (completion.usage == Completion::Usage::counted) {
    // Of an array each answer counts its own; a lie about the whole shows in the first.
    const bool alone = completion.choices.size() == 1;
    fmt::format_to(
        std::back_inserter(out),
        ",\"prompt_tokens\":{},\"completion_tokens\":{},\"cached_tokens\":0",
        alone ? completion.prompt_tokens : static_cast<std::int64_t>(choice.prompt_count),
        alone ? completion.completion_tokens : static_cast<std::int64_t>(made.end - made.begin));
  }
  if (choice.with_logprobs) append_logprobs(out, choice, vocabulary, request);
  out += "}}";
}

void write(std::string& out,
           const CompletionRequest& request,
           const Completion& completion,
           const Vocabulary& vocabulary) {
  const auto answer = [&](std::size_t i) {
    append_answer(out, request, completion, completion.choices[i], vocabulary);
  };
  if (request.many || completion.choices.size() != 1) {
    append_array(out, {0, completion.choices.size()}, answer);
  } else {
    answer(0);
  }
}

void write_without_offsets(std::string& out,
                           const CompletionRequest& request,
                           const Completion& completion,
                           const Vocabulary& vocabulary) {
  const CompletionsStyle style{.columns = {.offsets = LegacyStyle::Offsets::minus_one}};
  write_completions_as(out, request, completion, vocabulary, style);
}

constexpr Route routes[] = {
    {"/generate", read, write},
    {"/v1/completions", read_completions, write_without_offsets},
};

}  // namespace

const Dialect sglang_dialect{
    .name = "sglang",
    .what = "/generate with input_token_logprobs, ids, /tokenize; adds BOS to text",
    .base = "",
    .routes = routes,
    .errors = ErrorShape::flat,
    .adds_bos = true,
    .tokenizes = true,
};

}  // namespace assay::teacher
