// vLLM's OpenAI server: completions with echo, and its own `prompt_logprobs`.
// Quirks: adds special tokens to a text prompt unless told not to; `prompt_logprobs` keeps the text
// of the tokens in `decoded_token`, where a fragment of UTF-8 is U+FFFD; an entry may list
// alternatives. Source: providers.md, section 3.9 (as of 2026-11-20).

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/choices.hpp"
#include "wire/completions_dialect.hpp"
#include "wire/dialect_table.hpp"

#include <fmt/format.h>

namespace assay::wire {
namespace {

constexpr CompletionsForm form{.extra_fields = R"(,"add_special_tokens":false)"};

using Functions = CompletionsDialect<form>;

// prompt_logprobs 0 asks for each prompt token's own value and no alternatives. The BOS that the
// server adds takes the first place, whose text is never shown, so that the shown ones cover the
// whole prompt.
void append_prompt_body(std::string& out, const ScoreCall& call) {
  append_model_and_prompts(out, call);
  out += R"(,"max_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  out += R"(,"prompt_logprobs":0)";
  append_sampling(out, call.sampling);
  out += R"(,"n":1,"stream":false,"add_special_tokens":true})";
}

// {"<id>":{"logprob":...,"decoded_token":"..."}} with one id, since no alternatives were asked for.
std::expected<void, Failure> read_prompt_entry(Json item, Scratch::Parts& parts) {
  simdjson::dom::object by_id;
  if (item.get(by_id) != simdjson::SUCCESS) {
    add_token(
        parts, "", {item.is_null() ? LogProbEntry::Kind::null : LogProbEntry::Kind::other, 0.0});
    return {};
  }
  if (by_id.size() != 1) {
    return std::unexpected(
        malformed(fmt::format("entry {} of prompt_logprobs has {} values for one token",
                              parts.tokens.size(),
                              by_id.size())));
  }
  constexpr std::array<std::string_view, 2> names{"logprob", "decoded_token"};
  const auto value = pick((*by_id.begin()).value, names, "an entry of prompt_logprobs");
  if (!value) return std::unexpected(value.error());
  const auto text = text_of((*value)[1]);
  if (!text || !(*value)[0]) {
    return std::unexpected(malformed("an entry of prompt_logprobs lacks logprob or decoded_token"));
  }
  add_token(parts, *text, entry_of(*(*value)[0]));
  return {};
}

std::expected<Echo, Failure> read_prompt_echo(Json choice, Scratch::Parts& parts) {
  const auto fields = pick(choice, std::array<std::string_view, 1>{"prompt_logprobs"}, "a choice");
  if (!fields) return std::unexpected(fields.error());
  if (is_missing((*fields)[0])) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "the choice has no prompt_logprobs"));
  }
  simdjson::dom::array list;
  if ((*fields)[0]->get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("prompt_logprobs is no list"));
  }
  clear_columns(parts);
  for (const Json item : list) {
    if (auto read = read_prompt_entry(item, parts); !read) return std::unexpected(read.error());
  }
  return echo_of(parts);
}

void read_prompt_score(const ScoreCall& call,
                       const AnswerView& answer,
                       Scratch& scratch,
                       Reading& reading) {
  const ChoiceFormat format{.read_echo = read_prompt_echo,
                            .rules = {.first_entry = FirstEntry::null_only,
                                      .max_tokens = 0,
                                      .bos_hidden = true,
                                      .decoded_apart = true},
                            .error_rules = {}};
  read_choice_answer(call, answer, format, scratch, reading);
}

constexpr Capabilities capabilities{.can_score = true,
                                    .can_generate = true,
                                    .ids_in = true,
                                    .prompts_max = 1024,
                                    .top_k_max = 20,
                                    .first_entry = FirstEntry::null_only};

constexpr Capabilities prompt_capabilities = [] {
  Capabilities can = capabilities;
  can.adds_bos = true;
  return can;
}();

}  // namespace

constexpr Dialect vllm_dialect{
    .name = "vllm",
    .can = capabilities,
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/completions",
    .instead = {},
    .max_tokens = 1,
    .append_body = Functions::append_body,
    .read_score = Functions::read_score,
    .generate_path = "/completions",
    .append_generation = Functions::append_generation,
    .read_generation = Functions::read_generation,
};

constexpr Dialect vllm_prompt_dialect{
    .name = "vllm-prompt-logprobs",
    .can = prompt_capabilities,
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/completions",
    .instead = {},
    .max_tokens = 1,
    .append_body = append_prompt_body,
    .read_score = read_prompt_score,
    .generate_path = "/completions",
    .append_generation = Functions::append_generation,
    .read_generation = Functions::read_generation,
};

}  // namespace assay::wire
