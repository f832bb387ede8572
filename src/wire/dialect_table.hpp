#pragma once

// One row for each dialect; its file defines it.

#include "wire/dialect.hpp"

namespace assay::wire {

extern const Dialect openai_dialect;
extern const Dialect openai_compatible_dialect;
extern const Dialect fireworks_dialect;
extern const Dialect together_dialect;
extern const Dialect vllm_dialect;
extern const Dialect vllm_prompt_dialect;
extern const Dialect sglang_dialect;
extern const Dialect tgi_dialect;
extern const Dialect llama_cpp_python_dialect;
extern const Dialect llamacpp_dialect;
extern const Dialect openai_chat_dialect;
extern const Dialect azure_dialect;
extern const Dialect anthropic_dialect;
extern const Dialect gemini_dialect;
extern const Dialect openrouter_dialect;
extern const Dialect deepinfra_dialect;

}  // namespace assay::wire
