// OpenAI's chat completions: log-probs of what was generated only, up to 20 alternatives, -9999.0
// for a token outside them. Reasoning models refuse logprobs and a temperature. Source:
// providers.md, sections 3.2 and 3.3 (as of 2026-11-20).

#include "wire/dialect_table.hpp"
#include "wire/unscored.hpp"

namespace assay::wire {

constexpr Dialect openai_chat_dialect{
    .name = "openai-chat",
    .can = {.can_generate = true, .chat = true, .top_k_max = 20},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = {},
    .instead =
        "chat answers hold generated tokens only; use a completions endpoint with echo (dialect "
        "openai)",
    .max_tokens = 0,
    .append_body = append_no_score,
    .read_score = read_no_score,
    .generate_path = "/chat/completions",
    .append_generation = append_chat,
    .read_generation = read_chat,
};

}  // namespace assay::wire
