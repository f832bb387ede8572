// SGLang's own /generate.
// Quirks: log-probs as [value, id, text] triples; the text only on demand; one object for one
// prompt, a list in the order asked for several; no model and no echoed text; usage per prompt.
// Source: providers.md, section 3.10 (as of 2026-11-20).

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/columns.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"
#include "wire/prove.hpp"
#include "wire/tokenization.hpp"

#include <fmt/format.h>

namespace assay::wire {
namespace {

void append_body(std::string& out, const ScoreCall& call) {
  out += call.prompts.front().ids.empty() ? R"({"text":)" : R"({"input_ids":)";
  append_prompts(out, call);
  out += R"(,"sampling_params":{"max_new_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  append_sampling(out, call.sampling);
  // The token's own value comes apart from the alternatives, so one alternative is none.
  out += R"(,"n":1},"return_logprob":true,"logprob_start_len":0,"top_logprobs_num":)";
  append_json_number(out, std::int64_t{call.alternatives > 1 ? call.alternatives : 0});
  out += R"(,"return_text_in_logprobs":true,"stream":false})";
}

// [value|null, id, text|null]
std::expected<void, Failure> read_triple(Json item, Scratch::Parts& parts) {
  simdjson::dom::array triple;
  if (item.get(triple) != simdjson::SUCCESS || triple.size() < 3) {
    return std::unexpected(malformed("an entry of input_token_logprobs is no [value, id, text]"));
  }
  const auto text = text_of(triple.at(2).value_unsafe());
  if (!text && parts.sent_ids.empty()) {
    return std::unexpected(malformed("an entry of input_token_logprobs has no text"));
  }
  parts.ids.push_back(integer_of(triple.at(1).value_unsafe()));
  add_token(parts, text.value_or(""), entry_of(triple.at(0).value_unsafe()));
  return {};
}

struct Meta {
  Echo echo;
  Usage usage;
};

std::expected<void, Failure> check_meta_finish(const std::optional<Json>& value) {
  std::string_view type;
  if (is_missing(value) || (*value)["type"].get(type) != simdjson::SUCCESS) return {};
  if (auto failure = check_finish(type)) return std::unexpected(*std::move(failure));
  return {};
}

std::expected<Meta, Failure> read_meta(Json object, Scratch::Parts& parts) {
  const auto outer = pick(object, std::array<std::string_view, 1>{"meta_info"}, "the answer");
  if (!outer) return std::unexpected(outer.error());
  if (is_missing((*outer)[0])) return std::unexpected(malformed("the answer has no meta_info"));
  constexpr std::array<std::string_view, 3> names{
      "input_token_logprobs", "finish_reason", "input_top_logprobs"};
  const auto fields = pick(*(*outer)[0], names, "meta_info");
  if (!fields) return std::unexpected(fields.error());
  const auto& [triples, finish, tops] = *fields;
  if (auto checked = check_meta_finish(finish); !checked) return std::unexpected(checked.error());
  simdjson::dom::array list;
  if (is_missing(triples)) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "meta_info has no input_token_logprobs"));
  }
  if (triples->get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("input_token_logprobs is no list"));
  }
  clear_columns(parts);
  for (const Json item : list) {
    if (auto read = read_triple(item, parts); !read) return std::unexpected(read.error());
  }
  if (tops && tops->get(list) == simdjson::SUCCESS) {
    for (const Json top : list) parts.alternatives.push_back(top);
  }
  const auto usage = read_usage(*(*outer)[0]);  // the same names, one level up
  if (!usage) return std::unexpected(usage.error());
  // A list that began later (logprob_start_len) would lack what the first tokens are.
  if (usage->input && usage->input->value > static_cast<std::int64_t>(parts.tokens.size())) {
    const auto reason = fmt::format(
        "meta_info counts {} prompt tokens and lists {}", usage->input->value, parts.tokens.size());
    return std::unexpected(make_failure(FailureClass::truncated_echo, reason));
  }
  Meta meta{.echo = echo_of(parts), .usage = *usage};
  if (usage->input) meta.echo.prompt_tokens = usage->input->value;
  return meta;
}

void add_usage(Usage& total, const Usage& one) {
  if (one.input) total.input = total.input.value_or(TokenCount{}) + *one.input;
  if (one.output) total.output = total.output.value_or(TokenCount{}) + *one.output;
}

PromptReading read_object(const ScoreCall& call,
                          std::size_t index,
                          Json object,
                          Scratch::Parts& parts,
                          Reading& reading) {
  parts.sent_ids = call.prompts[index].ids;
  auto meta = read_meta(object, parts);
  if (!meta) return failed_reading(std::move(meta.error()));
  add_usage(reading.usage, meta->usage);
  const AnswerFacts facts{.model = Verdict::not_reported,
                          .complete = meta->usage.input ? Verdict::proved : Verdict::not_reported};
  const EchoRules rules{
      .first_entry = FirstEntry::null_only, .max_tokens = 0, .decoded_apart = true};
  return prove(call, index, meta->echo, rules, facts, parts).reading;
}

void read_score(const ScoreCall& call,
                const AnswerView& answer,
                Scratch& scratch,
                Reading& reading) {
  Scratch::Parts& parts = scratch.parts();
  const auto root = begin_answer(call, answer, {}, parts.parser, reading);
  if (!root) return;
  parts.details.resize(call.prompts.size());
  simdjson::dom::array list;
  if (root->get(list) != simdjson::SUCCESS) {
    if (call.prompts.size() != 1)
      return fail_all(call, malformed("the answer is no list"), reading);
    reading.prompts.push_back(read_object(call, 0, *root, parts, reading));
    return;
  }
  if (list.size() != call.prompts.size()) {
    const auto reason = fmt::format("{} answers for {} prompts", list.size(), call.prompts.size());
    return fail_all(call, malformed(reason), reading);
  }
  std::size_t index = 0;
  for (const Json object : list) {
    reading.prompts.push_back(read_object(call, index, object, parts, reading));
    ++index;
  }
}

void append_generation(std::string& out, const GenerateCall& call) {
  out += R"({"text":)";
  append_json_string(out, call.context);
  out += R"(,"sampling_params":{"max_new_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  append_sampling(out, call.sampling);
  append_stop(out, "stop", call.stop);
  out += '}';
  if (call.detail != TokenDetail::left_out) {
    out += R"(,"return_logprob":true,"return_text_in_logprobs":true)";
  }
  out += R"(,"stream":false})";
}

std::expected<Generation, Failure> read_written(Json object, Usage& usage) {
  const auto outer = pick(object, std::array<std::string_view, 2>{"text", "meta_info"}, "answer");
  if (!outer) return std::unexpected(outer.error());
  const auto& [text, meta] = *outer;
  if (!text_of(text) || is_missing(meta)) {
    return std::unexpected(malformed("the answer has no text or no meta_info"));
  }
  const auto counted = read_usage(*meta);
  if (!counted) return std::unexpected(counted.error());
  usage = *counted;
  Generation generation;
  generation.text = *text_of(text);
  std::string_view word;
  if ((*meta)["finish_reason"]["type"].get(word) == simdjson::SUCCESS) {
    generation.finish_word = word;
  }
  const auto finish = finish_of(generation.finish_word);
  if (!finish) return std::unexpected(finish.error());
  generation.finish = *finish;
  simdjson::dom::array triples;
  if ((*meta)["output_token_logprobs"].get(triples) != simdjson::SUCCESS) return generation;
  for (const Json item : triples) {
    simdjson::dom::array triple;
    std::string_view piece;
    if (item.get(triple) != simdjson::SUCCESS || triple.size() < 3) continue;
    if (triple.at(2).get(piece) == simdjson::SUCCESS) {
      add_generated(generation, piece, triple.at(0).value_unsafe());
    }
  }
  return generation;
}

void read_generation(const GenerateCall&,
                     const AnswerView& answer,
                     Scratch& scratch,
                     GenerateReading& reading) {
  const auto root = begin_generation(answer, {}, scratch.parts().parser, reading);
  if (root) reading.outcome = read_written(*root, reading.usage);
}

}  // namespace

constexpr Dialect sglang_dialect{
    .name = "sglang",
    .can = {.can_score = true,
            .can_generate = true,
            .ids_in = true,
            .adds_bos = true,
            .prompts_max = 256,
            .top_k_max = 20,
            .first_entry = FirstEntry::null_only},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/generate",
    .instead = {},
    .max_tokens = 0,
    .append_body = append_body,
    .read_score = read_score,
    .generate_path = "/generate",
    .append_generation = append_generation,
    .read_generation = read_generation,
    .tokenize_path = "/tokenize",
    .append_tokenize = append_tokenize,
};

}  // namespace assay::wire
