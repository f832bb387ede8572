#pragma once

// Filling the columns of a scratch with an echo, whatever form it came in.

#include "wire/echo.hpp"
#include "wire/scratch_parts.hpp"

#include <string_view>

namespace assay::wire {

inline void clear_columns(Scratch::Parts& parts) {
  parts.tokens.clear();
  parts.entries.clear();
  parts.offsets.clear();
  parts.alternatives.clear();
  parts.ids.clear();
}

inline void add_token(Scratch::Parts& parts, std::string_view text, LogProbEntry entry) {
  parts.tokens.push_back(text);
  parts.entries.push_back(entry);
}

// The echo that the columns hold: no offsets, no text of the whole, no counts until the caller adds
// them.
inline Echo echo_of(const Scratch::Parts& parts) {
  return {.tokens = parts.tokens,
          .log_probs = parts.entries,
          .offsets = std::nullopt,
          .text = std::nullopt,
          .prompt_tokens = std::nullopt,
          .generated_tokens = std::nullopt};
}

// The columns of {"tokens":[...],"token_logprobs":[...],"text_offset":[...]}. Offsets are read only
// when asked for.
enum class OffsetRule : std::uint8_t { code_points, ignored };
[[nodiscard]] std::expected<Echo, Failure> read_legacy_log_probs(Json log_probs,
                                                                 OffsetRule rule,
                                                                 Scratch::Parts& parts);

}  // namespace assay::wire
