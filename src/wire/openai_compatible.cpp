// Servers that follow OpenAI's completions more or less: nothing is taken for granted that the echo
// does not prove. Quirks allowed for: any first entry, offsets in any unit or none.
// Source: providers.md, sections 1 and 3.1 (as of 2026-11-20).

#include "wire/completions_dialect.hpp"
#include "wire/dialect_table.hpp"

namespace assay::wire {
namespace {

constexpr CompletionsForm form{.first_entry = FirstEntry::anything, .offsets = OffsetRule::ignored};

using Functions = CompletionsDialect<form>;

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
    .append_body = Functions::append_body,
    .read_score = Functions::read_score,
    .generate_path = "/completions",
    .append_generation = Functions::append_generation,
    .read_generation = Functions::read_generation,
};

}  // namespace assay::wire
