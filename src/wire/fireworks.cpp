// Fireworks: legacy completions when `logprobs` is a number.
// Quirks: 0.0 or null for the first token; special tokens without their text; offsets in an unknown
// unit for text beyond ASCII; cuts long prompts silently unless told to refuse; says "error" as a
// finish reason. Source: providers.md, section 3.5 (as of 2026-11-20).

#include "wire/completions_dialect.hpp"
#include "wire/dialect_table.hpp"

#include <array>

namespace assay::wire {
namespace {

constexpr std::array rules{ErrorRule{412, "", FailureClass::quota_exhausted}};

constexpr CompletionsForm form{
    .first_entry = FirstEntry::null_or_zero,
    .offsets = OffsetRule::ignored,
    .blank_specials = true,
    .extra_fields = R"(,"context_length_exceeded_behavior":"error")",
    .error_rules = rules,
};

using Functions = CompletionsDialect<form>;

}  // namespace

constexpr Dialect fireworks_dialect{
    .name = "fireworks",
    .can = {.can_score = true,
            .can_generate = true,
            .ids_in = true,
            .prompts_max = 128,
            .top_k_max = 5,
            .first_entry = FirstEntry::null_or_zero},
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
