// DeepInfra: chat completions without log-probs of a prompt.
// Source: providers.md, section 1 (as of 2026-11-20).

#include "wire/dialect_table.hpp"
#include "wire/unscored.hpp"

namespace assay::wire {

constexpr Dialect deepinfra_dialect{
    .name = "deepinfra",
    .can = {.can_generate = true, .chat = true, .top_k_max = 0},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = {},
    .instead = "no echo with logprobs; use a host that has it, such as fireworks or together",
    .max_tokens = 0,
    .append_body = append_no_score,
    .read_score = read_no_score,
    .generate_path = "/chat/completions",
    .append_generation = append_chat,
    .read_generation = read_chat,
};

}  // namespace assay::wire
