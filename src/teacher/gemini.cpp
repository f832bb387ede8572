// Gemini's generateContent: generates only. Source: providers.md, section 3.8.

#include "core/json_text.hpp"
#include "teacher/answer_json.hpp"
#include "teacher/chat_prompt.hpp"
#include "teacher/dialect.hpp"

#include <fmt/format.h>

#include <numeric>

namespace assay::teacher {

namespace {

Verdict read_parts(const Element& value, std::string& out) {
  Element parts;
  if (value["parts"].get(parts) != simdjson::SUCCESS) return no("holds content without parts");
  return read_blocks(parts, out);
}

Verdict read_contents(const Element& value, FieldContext& context) {
  simdjson::dom::array contents;
  if (value.get(contents) != simdjson::SUCCESS) return no("is not an array");
  for (const auto content : contents) {
    std::string_view role = "user";
    if (content["role"].get(role) != simdjson::SUCCESS) role = "user";
    auto& turn = context.request.turns.emplace_back();
    turn.role = role == "model" ? "assistant" : role;
    if (auto verdict = read_parts(content, turn.text); !verdict) return verdict;
  }
  return {};
}

const RequestField generation_fields[] = {
    {"temperature",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 0, 2, c.request.sampling.temperature);
     }},
    {"topP",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 1e-6, 1, c.request.sampling.top_p);
     }},
    {"topK",
     [](const Element& v, FieldContext& c) -> Verdict {
       std::int64_t count = 0;
       auto verdict = read_integer(v, 1, 1000, count);
       c.request.sampling.top_k = static_cast<std::size_t>(count);
       return verdict;
     }},
    {"maxOutputTokens",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 1, 1'000'000, c.request.max_tokens);
     }},
    {"candidateCount", [](const Element& v, FieldContext&) { return neutral(v, 1); }},
    {"stopSequences",
     [](const Element& v, FieldContext& c) { return read_stop(v, c.request.stop); }},
    {"seed", [](const Element& v, FieldContext& c) { return read_seed(v, c.request.seed); }},
    {"responseLogprobs",
     [](const Element& v, FieldContext& c) {
       bool wanted = false;
       auto verdict = read_bool(v, wanted);
       if (wanted && !c.request.logprobs) c.request.logprobs = 1;
       return verdict;
     }},
    {"logprobs",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 1, 20, c.request.logprobs.emplace());
     }},
};

const RequestField fields[] = {
    {"contents", read_contents},
    {"systemInstruction",
     [](const Element& v, FieldContext& c) { return read_parts(v, c.request.system); }},
    {"generationConfig",
     [](const Element& v, FieldContext& c) { return read_object(v, generation_fields, c); }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.max_tokens = 256;
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (request.turns.empty()) return std::unexpected(bad_request("contents is not specified"));
  render_chat(request, parser.vocabulary());
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

void append_candidate_token(std::string& out,
                            TokenId token,
                            const Vocabulary& vocabulary,
                            auto&& value) {
  out += "{\"token\":";
  append_decoded(out, token, vocabulary);
  fmt::format_to(std::back_inserter(out), ",\"tokenId\":{},\"logProbability\":", token);
  value();
  out += '}';
}

void append_logprobs(std::string& out, const Choice& choice, const Vocabulary& vocabulary) {
  double sum = 0;
  for (const auto& nats : choice.nats) sum += nats ? *nats : 0;
  out += ",\"avgLogprobs\":";
  if (choice.nats.empty()) {
    out += "null";
  } else {
    append_json_number(out, sum / static_cast<double>(choice.nats.size()));
  }
  out += ",\"logprobsResult\":{\"topCandidates\":";
  append_array(out, {0, choice.top_ends.size()}, [&](std::size_t i) {
    out += "{\"candidates\":";
    append_array(
        out, {i == 0 ? 0 : choice.top_ends[i - 1], choice.top_ends[i]}, [&](std::size_t at) {
          append_candidate_token(out, choice.tops[at].token, vocabulary, [&] {
            append_json_number(out, choice.tops[at].nats);
          });
        });
    out += '}';
  });
  out += ",\"chosenCandidates\":";
  append_array(out, all_columns(choice), [&](std::size_t i) {
    append_candidate_token(
        out, choice.tokens[i], vocabulary, [&] { append_value(out, choice, i); });
  });
  out += '}';
}

void write(std::string& out,
           const CompletionRequest&,
           const Completion& completion,
           const Vocabulary& vocabulary) {
  out += "{\"candidates\":";
  append_array(out, {0, completion.choices.size()}, [&](std::size_t i) {
    const auto& choice = completion.choices[i];
    out += "{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":";
    append_json_string(out, choice.text);
    fmt::format_to(std::back_inserter(out),
                   "}}]}},\"finishReason\":\"{}\",\"index\":{}",
                   choice.finish_reason == "stop" ? "STOP" : "MAX_TOKENS",
                   choice.index);
    if (choice.with_logprobs) append_logprobs(out, choice, vocabulary);
    out += '}';
  });
  out += ",\"modelVersion\":";
  append_json_string(out, completion.model);
  if (completion.usage == Completion::Usage::counted) {
    fmt::format_to(
        std::back_inserter(out),
        R"(,"usageMetadata":{{"promptTokenCount":{},"candidatesTokenCount":{},"totalTokenCount":{}}})",
        completion.prompt_tokens,
        completion.completion_tokens,
        completion.prompt_tokens + completion.completion_tokens);
  }
  out += '}';
}

constexpr Route routes[] = {{"/v1beta/models/*:generateContent", read, write}};

}  // namespace

const Dialect gemini_dialect{
    .name = "gemini",
    .what = ":generateContent; generates only, the key is in x-goog-api-key",
    .base = "/v1beta",
    .routes = routes,
    .errors = ErrorShape::google,
    .own_key_header = true,
};

}  // namespace assay::teacher
