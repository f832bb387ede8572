// Text Generation Inference. Source: providers.md, section 3.12.

#include "core/json_text.hpp"
#include "teacher/answer_json.hpp"
#include "teacher/dialect.hpp"
#include "teacher/request_fields.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

const RequestField parameter_fields[] = {
    {"max_new_tokens",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 1, 1'000'000, c.request.max_tokens);
     }},
    {"temperature",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 1e-6, 100, c.request.sampling.temperature);
     }},
    {"top_p",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 1e-6, 1, c.request.sampling.top_p);
     }},
    {"do_sample",
     [](const Element& v, FieldContext& c) {
       bool sampled = false;
       auto verdict = read_bool(v, sampled);
       if (!sampled) c.request.sampling.temperature = 0;
       return verdict;
     }},
    {"details",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.with_details); }},
    {"decoder_input_details",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.with_prefill); }},
    {"top_n_tokens",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 20, c.request.logprobs.emplace());
     }},
    {"return_full_text",
     [](const Element& v, FieldContext& c) { return read_bool(v, c.request.echo_text); }},
    {"seed", [](const Element& v, FieldContext& c) { return read_seed(v, c.request.seed); }},
    {"stop", [](const Element& v, FieldContext& c) { return read_stop(v, c.request.stop); }},
};

const RequestField fields[] = {
    {"inputs", read_one_text},
    {"parameters",
     [](const Element& v, FieldContext& c) { return read_object(v, parameter_fields, c); }},
    {"stream", [](const Element& v, FieldContext&) { return only_false(v); }},
};

std::expected<CompletionRequest, ApiError> read(RequestParser& parser, std::string_view body) {
  CompletionRequest request;
  request.max_tokens = 100;
  request.add_bos = true;
  request.echo = true;
  request.logprobs = 0;
  request.show_end = true;
  request.echo_text = false;
  if (auto error = parser.read(body, {fields}, request)) return std::unexpected(*error);
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

void append_tokens(std::string& out,
                   const Choice& choice,
                   Columns columns,
                   const Vocabulary& vocabulary,
                   bool made) {
  append_array(out, columns, [&](std::size_t i) {
    fmt::format_to(std::back_inserter(out), "{{\"id\":{},\"text\":", choice.tokens[i]);
    append_decoded(out, choice.tokens[i], vocabulary);
    out += ",\"logprob\":";
    append_value(out, choice, i);
    if (made)
      out += Vocabulary::is_end(choice.tokens[i]) ? ",\"special\":true" : ",\"special\":false";
    out += '}';
  });
}

void write(std::string& out,
           const CompletionRequest& request,
           const Completion& completion,
           const Vocabulary& vocabulary) {
  if (completion.choices.empty()) {
    out += "{\"generated_text\":\"\",\"details\":null}";
    return;
  }
  const auto& choice = completion.choices.front();
  out += "{\"generated_text\":";
  append_json_string(out, request.echo_text ? std::string_view(choice.text) : made_text(choice));
  if (request.with_details) {
    const auto made = made_columns(choice);
    const bool ended = made.end > made.begin && Vocabulary::is_end(choice.tokens.back());
    out += ",\"details\":{\"finish_reason\":";
    append_json_string(out,
                       choice.finish_reason != "stop" ? "length"
                       : ended                        ? "eos_token"
                                                      : "stop_sequence");
    fmt::format_to(
        std::back_inserter(out), ",\"generated_tokens\":{},\"prefill\":", made.end - made.begin);
    const auto prefill =
        request.with_prefill && choice.with_logprobs ? prompt_columns(choice) : Columns{};
    append_tokens(out, choice, prefill, vocabulary, false);
    out += ",\"tokens\":";
    append_tokens(out, choice, made, vocabulary, true);
    out += '}';
  }
  out += '}';
}

constexpr Route routes[] = {{"/generate", read, write}};

}  // namespace

const Dialect tgi_dialect{
    .name = "tgi",
    .what = "/generate with decoder_input_details; one text, at least one token made; adds BOS",
    .base = "",
    .routes = routes,
    .errors = ErrorShape::tgi,
    .adds_bos = true,
};

}  // namespace assay::teacher
