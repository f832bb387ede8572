#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::dataset {

// The files of the ecosystem that hold samples, all JSON Lines.
enum class Format : std::uint8_t {
  automatic,     // decided per file by its first row that is an object of a known shape
  plain,         // id (optional), prompt or messages, response
  cje_logged,    // CJE logged data: + base_policy_logprob, target_policy_logprobs, judge_score,
                 // oracle_label
  cje_draws,     // CJE fresh draws: prompt_id, draw_idx, response, judge_score
  cje_logprobs,  // CJE log-prob files: prompt_id, prompt, response, logprob
  lm_eval,  // lm-eval samples: `arguments` holds (context, continuation) pairs; one sample each
};

// "auto", "plain", "cje-logged", "cje-draws", "cje-logprobs", "lm-eval".
[[nodiscard]] std::string_view name_of(Format format);
[[nodiscard]] std::optional<Format> format_of(std::string_view name);

}  // namespace assay::dataset
