// OpenAI's completions with echo, and servers that follow them to the letter.
// Source: providers.md, sections 3.1 and 3.3 (as of 2026-11-20).

#include "wire/completions_dialect.hpp"
#include "wire/dialect_table.hpp"

namespace assay::wire {
namespace {

constexpr CompletionsForm form{};

using Functions = CompletionsDialect<form>;

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
    .append_body = Functions::append_body,
    .read_score = Functions::read_score,
    .generate_path = "/completions",
    .append_generation = Functions::append_generation,
    .read_generation = Functions::read_generation,
};

}  // namespace assay::wire
