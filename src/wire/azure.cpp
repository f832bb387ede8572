// Azure OpenAI: the deployment's name is the model and stands in the path; the key has a header of
// its own. Base URL: https://RESOURCE.openai.azure.com. Source: providers.md, section 3.4 (as of
// 2026-11-20).

#include "wire/dialect_table.hpp"
#include "wire/unscored.hpp"

namespace assay::wire {

constexpr Dialect azure_dialect{
    .name = "azure",
    .can = {.can_generate = true, .chat = true, .top_k_max = 20},
    .auth = {"api-key", ""},
    .fields = {},
    .score_path = {},
    .instead =
        "Azure rejects echo with logprobs; use a host of open weights, such as fireworks or "
        "together",
    .max_tokens = 0,
    .append_body = append_no_score,
    .read_score = read_no_score,
    .generate_path = "/openai/deployments/{model}/chat/completions?api-version=2024-10-21",
    .append_generation = append_chat,
    .read_generation = read_chat,
};

}  // namespace assay::wire
