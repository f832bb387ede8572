// llama.cpp's server: no log-probs of a prompt. Some builds answer an echo with 500 "Only no echo
// is supported", others leave it out without a word; both mean the same.
// Quirks: defaults that are not neutral (temperature 0.8, top_k 40, top_p 0.95, min_p 0.05), so all
// are written out; 503 while a model is loading. Source: providers.md, section 3.11 (as of
// 2026-11-20).

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"
#include "wire/unscored.hpp"

namespace assay::wire {
namespace {

void append_generation(std::string& out, const GenerateCall& call) {
  out += R"({"prompt":)";
  append_json_string(out, call.context);
  out += R"(,"n_predict":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  Sampling sampling = call.sampling;
  if (!sampling.top_k) sampling.top_k = 0;  // off
  append_sampling(out, sampling);
  out += R"(,"min_p":0,"cache_prompt":false)";
  if (call.seed) {
    out += R"(,"seed":)";
    append_json_number(out, *call.seed);
  }
  append_stop(out, "stop", call.stop);
  if (call.detail != TokenDetail::left_out) out += R"(,"n_probs":1)";
  out += R"(,"stream":false})";
}

void take_tokens(const std::optional<Json>& list, Generation& generation) {
  simdjson::dom::array items;
  if (!list || list->get(items) != simdjson::SUCCESS) return;
  add_generated_entries(generation, items);
}

void read_generation(const GenerateCall& call,
                     const AnswerView& answer,
                     Scratch& scratch,
                     GenerateReading& reading) {
  const auto root = begin_generation(answer, {}, scratch.parts().parser, reading);
  if (!root) return;
  constexpr std::array<std::string_view, 6> names{"content",
                                                  "stop_type",
                                                  "tokens_evaluated",
                                                  "tokens_predicted",
                                                  "completion_probabilities",
                                                  "model"};
  const auto fields = pick(*root, names, "the answer");
  if (!fields) return fail(reading, fields.error());
  const auto& [content, stop_type, evaluated, predicted, probabilities, model] = *fields;
  if (const auto count = integer_of(evaluated)) reading.usage.input = TokenCount{*count};
  if (const auto count = integer_of(predicted)) reading.usage.output = TokenCount{*count};
  static_cast<void>(call);  // the model's name is the path of a file on the server
  reading.served_model = text_of(model).value_or("");
  if (!text_of(content)) return fail(reading, malformed("the answer has no content"));
  Generation generation;
  generation.text = *text_of(content);
  generation.finish_word = text_of(stop_type).value_or("");
  const auto finish = finish_of(generation.finish_word);
  if (!finish) return fail(reading, finish.error());
  generation.finish = *finish;
  take_tokens(probabilities, generation);
  reading.outcome = std::move(generation);
}

// Unlike its neighbours it can be told to leave the words of special tokens alone.
void append_tokenize_content(std::string& out,
                             std::string_view,
                             std::string_view text,
                             SpecialTokens special) {
  out += R"({"content":)";
  append_json_string(out, text);
  out += R"(,"add_special":false,"with_pieces":false,"parse_special":)";
  out += special == SpecialTokens::parsed ? "true}" : "false}";
}

}  // namespace

constexpr Dialect llamacpp_dialect{
    .name = "llamacpp",
    .can = {.can_generate = true, .ids_in = true},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = {},
    .instead =
        "its server echoes without values (some builds answer 'Only no echo is supported'); "
        "use vllm, sglang or llama-cpp-python for the same weights, or method forced (slow)",
    .max_tokens = 0,
    .append_body = append_no_score,
    .read_score = read_no_score,
    .generate_path = "/completion",
    .append_generation = append_generation,
    .read_generation = read_generation,
    .tokenize_path = "/tokenize",
    .append_tokenize = append_tokenize_content,
    .takes_forced_steps = true,
};

}  // namespace assay::wire
