// Providers that give no log-probs of a prompt. They are listed so that asking them to score is
// refused before a request is paid for, with what to use instead. Source: providers.md, sections
// 1, 3.4, 3.7, 3.8, 3.11 and 3.13 (as of 2026-11-20).

#include "wire/answer.hpp"
#include "wire/dialect_table.hpp"
#include <assay/ensure.hpp>

namespace assay::wire {
namespace {

void append_nothing(std::string&, const ScoreCall&) {
  ensure(false, "a dialect that cannot score is never asked to (see objection)");
}

void refuse(const ScoreCall& call, const AnswerView& answer, Scratch&, Reading& reading) {
  begin_reading(answer, reading);
  fail_all(call,
           make_failure(FailureClass::unsupported, "this provider gives no log-probs of a prompt"),
           reading);
}

constexpr HeaderField anthropic_fields[] = {{"anthropic-version", "2023-06-01"}};

constexpr Dialect unscored(std::string_view name, Auth auth, std::string_view instead) {
  return {.name = name,
          .can = {.can_generate = true},
          .auth = auth,
          .fields = {},
          .score_path = {},
          .instead = instead,
          .max_tokens = 0,
          .append_body = append_nothing,
          .read_score = refuse};
}

constexpr Auth bearer{"authorization", "Bearer "};

}  // namespace

constexpr Dialect llamacpp_dialect = unscored(
    "llamacpp",
    bearer,
    "its server echoes without values (some builds answer 'Only no echo is supported'); use vllm, "
    "sglang or llama-cpp-python for the same weights");
constexpr Dialect openai_chat_dialect = unscored(
    "openai-chat", bearer, "chat answers hold generated tokens only; use the completions route");
constexpr Dialect azure_dialect = unscored(
    "azure", {"api-key", ""}, "Azure rejects echo with logprobs; use a host of open weights");
constexpr Dialect anthropic_dialect = [] {
  Dialect dialect = unscored("anthropic",
                             {"x-api-key", ""},
                             "the API has no logprobs at all; use it to generate or judge only");
  dialect.fields = anthropic_fields;
  return dialect;
}();
constexpr Dialect gemini_dialect =
    unscored("gemini",
             {"x-goog-api-key", ""},
             "the API gives log-probs of its own output only; use it to generate or judge only");
constexpr Dialect openrouter_dialect = unscored(
    "openrouter", bearer, "its upstreams change and give no echo; use the upstream's own endpoint");
constexpr Dialect deepinfra_dialect =
    unscored("deepinfra",
             bearer,
             "no echo with logprobs; use a host that has it, such as fireworks or together");

}  // namespace assay::wire
