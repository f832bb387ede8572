// Servers that follow OpenAI's completions more or less: nothing is taken for granted that the echo
// does not prove. Quirks allowed for: any first entry, offsets in any unit or none.
// Source: providers.md, sections 1 and 3.1 (as of 2026-11-20).

#include "wire/completions.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"

namespace assay::wire {
namespace {

constexpr CompletionsForm form{.first_entry = FirstEntry::anything, .offsets = OffsetRule::ignored};

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

constexpr Dialect openai_compatible_dialect{
    .name = "openai-compatible",
    .can = {.can_score = true,
            .can_generate = true,
            .prompts_max = 1,
            .top_k_max = 1,
            .first_entry = FirstEntry::anything},
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
