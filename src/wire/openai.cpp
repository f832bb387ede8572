// OpenAI's completions with echo, and servers that follow them to the letter.
// Source: providers.md, sections 3.1 and 3.3 (as of 2026-11-20).

#include "wire/completions.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"

namespace assay::wire {
namespace {

constexpr CompletionsForm form{};

void append_body(std::string& out, const ScoreCall& call) {
  append_completions_body(out, call, form);
}

void read_score(const ScoreCall& call,
                const AnswerView& answer,
                Scratch& scratch,
                Reading& reading) {
  read_completions(call, answer, form, scratch, reading);
}

void append_generation(std::string& out, const GenerateCall& call) {
  append_completion_generation(out, call, {});
}

void read_generation(const GenerateCall& call,
                     const AnswerView& answer,
                     Scratch& scratch,
                     GenerateReading& reading) {
  read_completion_generation(call, answer, {}, scratch, reading);
}

}  // namespace

constexpr Dialect openai_dialect{
    .name = "openai",
    .can = {.can_score = true,
            .can_generate = true,
            .ids_in = true,
            .prompts_max = 2048,
            .top_k_max = 5,
            .first_entry = FirstEntry::null_only},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/completions",
    .instead = {},
    .max_tokens = 1,
    .append_body = append_body,
    .read_score = read_score,
    .generate_path = "/completions",
    .append_generation = append_generation,
    .read_generation = read_generation,
};

}  // namespace assay::wire
