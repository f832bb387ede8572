#pragma once

// What is asked of a provider when it scores: values only, views into what the caller keeps.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace assay::wire {

// One text to be scored. `render` (template.hpp) makes one.
struct Prompt {
  std::string_view text;     // context + response, UTF-8, exactly what is sent
  std::size_t boundary = 0;  // bytes of context; 0 < boundary < text.size()
  // The same as token ids, where it is sent so; empty: as text.
  std::span<const std::int64_t> ids{};
  std::size_t context_ids = 0;  // of them: the context's; 0 < context_ids < ids.size()
  std::string_view json{};      // `text` as a JSON string, where the caller has it; else empty
};

// What is handed on of single tokens.
enum class TokenDetail : std::uint8_t {
  left_out,
  kept,    // PromptReading::token_log_probs, for a journal that keeps them
  listed,  // also PromptReading::tokens, for one who examines the server
};

// How the server is asked to draw. A score is of the unscaled distribution and asks for nothing
// else; one who examines a server varies it to see whether what is read changes.
struct Sampling {
  double temperature = 1;
  double top_p = 1;
  std::optional<std::int32_t> top_k{};  // left out unless given
  [[nodiscard]] bool is_neutral() const { return temperature == 1 && top_p == 1 && !top_k; }
};

// One request: one prompt or, where the dialect takes them, several.
struct ScoreCall {
  std::string_view model;  // as the endpoint calls it
  // Another name it may answer under, when the policy declares one; else empty.
  std::string_view served_as;
  std::span<const Prompt> prompts;
  // 1 and drop it, or 0 where the server allows; Dialect::max_tokens knows.
  std::int32_t max_tokens = 1;
  TokenDetail detail = TokenDetail::left_out;
  Sampling sampling{};            // other than neutral: never a score, but tokens are listed
  std::int32_t alternatives = 1;  // per token, where the dialect can list them (top_k_max)
  // The text of the token that this server puts before a prompt by itself (Capabilities::adds_bos),
  // where it is none of the built-in templates'; else empty. Shown in the echo it is recognised,
  // never guessed.
  std::string_view server_bos{};
};

}  // namespace assay::wire
