// Text Generation Inference: /generate with the details of its prefill.
// Quirks: one prompt, no ids, at least one new token, always its own special tokens in front, no
// model, no count of the prompt's tokens; temperature may be left out but not be 0. Source:
// providers.md, section 3.12 (as of 2026-11-20).

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/columns.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"
#include "wire/prove.hpp"

#include <algorithm>

namespace assay::wire {
namespace {

constexpr std::array rules{ErrorRule{422, "tokens", FailureClass::context_too_long},
                           ErrorRule{429, "overloaded", FailureClass::overloaded}};

// Neutral values are its own defaults, and some builds refuse them when written out.
void append_changed_sampling(std::string& out, const Sampling& sampling) {
  if (sampling.temperature != 1) {
    out += R"(,"temperature":)";
    append_json_number(out, sampling.temperature);
  }
  if (sampling.top_p != 1) {
    out += R"(,"top_p":)";
    append_json_number(out, sampling.top_p);
  }
  if (sampling.top_k) {
    out += R"(,"top_k":)";
    append_json_number(out, std::int64_t{*sampling.top_k});
  }
}

void append_body(std::string& out, const ScoreCall& call) {
  out += R"({"inputs":)";
  append_json_string(out, call.prompts.front().text);
  out += R"(,"parameters":{"max_new_tokens":)";
  append_json_number(out, std::int64_t{std::max(call.max_tokens, 1)});
  out += R"(,"decoder_input_details":true,"details":true)";
  append_changed_sampling(out, call.sampling);
  out += "}}";
}

std::expected<Json, Failure> read_details(Json root) {
  // Newer builds wrap a single answer in a list.
  simdjson::dom::array list;
  if (root.get(list) == simdjson::SUCCESS && list.size() == 1) root = list.at(0).value_unsafe();
  const auto fields = pick(root, std::array<std::string_view, 1>{"details"}, "the answer");
  if (!fields) return std::unexpected(fields.error());
  if (!is_missing((*fields)[0])) return *(*fields)[0];
  return std::unexpected(make_failure(FailureClass::missing_logprob, "the answer has no details"));
}

std::expected<Echo, Failure> read_prefill(Json details, Scratch::Parts& parts) {
  constexpr std::array<std::string_view, 2> names{"prefill", "finish_reason"};
  const auto fields = pick(details, names, "details");
  if (!fields) return std::unexpected(fields.error());
  if (auto failure = check_finish(text_of((*fields)[1]).value_or(""))) {
    return std::unexpected(*std::move(failure));
  }
  simdjson::dom::array list;
  if (!(*fields)[0] || (*fields)[0]->get(list) != simdjson::SUCCESS) {
    return std::unexpected(make_failure(FailureClass::missing_logprob, "details has no prefill"));
  }
  clear_columns(parts);
  for (const Json item : list) {
    const auto token = pick(item, std::array<std::string_view, 2>{"text", "logprob"}, "prefill");
    if (!token) return std::unexpected(token.error());
    const auto& [text, log_prob] = *token;
    if (!text_of(text)) return std::unexpected(malformed("an entry of prefill has no text"));
    add_token(parts, *text_of(text), log_prob ? entry_of(*log_prob) : LogProbEntry{});
  }
  return echo_of(parts);
}

void read_score(const ScoreCall& call,
                const AnswerView& answer,
                Scratch& scratch,
                Reading& reading) {
  Scratch::Parts& parts = scratch.parts();
  const auto root = begin_answer(call, answer, rules, parts.parser, reading);
  if (!root) return;
  const auto details = read_details(*root);
  if (!details) return fail_all(call, details.error(), reading);
  const auto echo = read_prefill(*details, parts);
  if (!echo) return fail_all(call, echo.error(), reading);
  parts.details.resize(1);
  const EchoRules echo_rules{
      .first_entry = FirstEntry::null_only, .max_tokens = 0, .decoded_apart = true};
  reading.prompts.push_back(prove(call, 0, *echo, echo_rules, {}, parts).reading);
}

// It draws only when told to (do_sample), and takes a temperature above 0 only then. The details of
// the prefill are asked for since nothing else counts the prompt's tokens.
void append_generation(std::string& out, const GenerateCall& call) {
  out += R"({"inputs":)";
  append_json_string(out, call.context);
  out += R"(,"parameters":{"max_new_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  const bool draws = call.sampling.temperature > 0;
  out += draws ? R"(,"do_sample":true)" : R"(,"do_sample":false)";
  if (draws) append_changed_sampling(out, call.sampling);
  if (call.seed) {
    out += R"(,"seed":)";
    append_json_number(out, *call.seed);
  }
  append_stop(out, "stop", call.stop);
  out += R"(,"decoder_input_details":true,"details":true}})";
}

std::expected<Generation, Failure> read_written(Json root, Usage& usage) {
  simdjson::dom::array list;
  if (root.get(list) == simdjson::SUCCESS && list.size() == 1) root = list.at(0).value_unsafe();
  const auto outer =
      pick(root, std::array<std::string_view, 2>{"generated_text", "details"}, "the answer");
  if (!outer) return std::unexpected(outer.error());
  const auto& [text, details] = *outer;
  if (!text_of(text) || is_missing(details)) {
    return std::unexpected(malformed("the answer has no generated_text or no details"));
  }
  constexpr std::array<std::string_view, 4> names{
      "finish_reason", "generated_tokens", "prefill", "tokens"};
  const auto fields = pick(*details, names, "details");
  if (!fields) return std::unexpected(fields.error());
  const auto& [reason, generated, prefill, tokens] = *fields;
  if (const auto count = integer_of(generated)) usage.output = TokenCount{*count};
  if (prefill && prefill->get(list) == simdjson::SUCCESS && list.size() > 0) {
    usage.input = TokenCount{static_cast<std::int64_t>(list.size())};
  }
  Generation generation;
  generation.text = *text_of(text);
  generation.finish_word = text_of(reason).value_or("");
  const auto finish = finish_of(generation.finish_word);
  if (!finish) return std::unexpected(finish.error());
  generation.finish = *finish;
  if (!tokens || tokens->get(list) != simdjson::SUCCESS) return generation;
  for (const Json item : list) {
    std::string_view piece;
    Json value;
    if (item["text"].get(piece) == simdjson::SUCCESS &&
        item["logprob"].get(value) == simdjson::SUCCESS) {
      add_generated(generation, piece, value);
    }
  }
  return generation;
}

void read_generation(const GenerateCall&,
                     const AnswerView& answer,
                     Scratch& scratch,
                     GenerateReading& reading) {
  const auto root = begin_generation(answer, rules, scratch.parts().parser, reading);
  if (root) reading.outcome = read_written(*root, reading.usage);
}

}  // namespace

constexpr Dialect tgi_dialect{
    .name = "tgi",
    .can = {.can_score = true,
            .can_generate = true,
            .adds_bos = true,
            .prompts_max = 1,
            .top_k_max = 5,
            .first_entry = FirstEntry::null_only},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/generate",
    .instead = {},
    .max_tokens = 1,
    .append_body = append_body,
    .read_score = read_score,
    .generate_path = "/generate",
    .append_generation = append_generation,
    .read_generation = read_generation,
};

}  // namespace assay::wire
