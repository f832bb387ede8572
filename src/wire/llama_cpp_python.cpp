// llama-cpp-python's server: completions with echo, when it was started with `logits_all`.
// Quirks: leaves its BOS out of the echo, while usage counts it; max_tokens 0 or less means no
// limit, so 1 is asked for; offsets in an unknown unit; one prompt a request. Source: providers.md,
// section 3.11 (as of 2026-11-20).

#include "wire/completions_dialect.hpp"
#include "wire/dialect_table.hpp"

namespace assay::wire {
namespace {

constexpr CompletionsForm form{.first_entry = FirstEntry::null_only,
                               .offsets = OffsetRule::ignored,
                               .bos_hidden = true,
                               .hidden_tokens_max = 1};

using Functions = CompletionsDialect<form>;

}  // namespace

constexpr Dialect llama_cpp_python_dialect{
    .name = "llama-cpp-python",
    .can = {.can_score = true,
            .can_generate = true,
            .adds_bos = true,
            .prompts_max = 1,
            .top_k_max = 5,
            .first_entry = FirstEntry::null_only},
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
