// OpenRouter: chat completions whose upstream may change, and is then another policy; an error may
// come inside status 200. Source: providers.md, section 3.13 (as of 2026-11-20).

#include "wire/dialect_table.hpp"
#include "wire/unscored.hpp"

namespace assay::wire {

constexpr Dialect openrouter_dialect{
    .name = "openrouter",
    .can = {.can_generate = true, .chat = true, .top_k_max = 20},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = {},
    .instead = "its upstreams change and give no echo; use the upstream's own endpoint",
    .max_tokens = 0,
    .append_body = append_no_score,
    .read_score = read_no_score,
    .generate_path = "/chat/completions",
    .append_generation = append_chat,
    .read_generation = read_chat,
};

}  // namespace assay::wire
