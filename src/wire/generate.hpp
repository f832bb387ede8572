#pragma once

// What is asked of a provider when it writes a text (to draw responses, to judge), and what came
// of it: values only.

#include "assay/failure.hpp"
#include "assay/sample.hpp"
#include "core/exchange.hpp"
#include "wire/call.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

// Views into what the caller keeps.
struct GenerateCall {
  std::string_view model;
  std::string_view served_as{};  // as in ScoreCall
  // The words, in the form the dialect takes: a context as render_context makes it
  // (Capabilities::chat is false), or a system text and messages (it is true).
  std::string_view context{};
  std::string_view system{};  // empty: none
  std::span<const Message> messages{};
  std::int32_t max_tokens = 256;  // at least 1
  Sampling sampling{};
  std::optional<std::int64_t> seed{};  // sent where the API has it
  std::span<const std::string> stop{};
  TokenDetail detail = TokenDetail::left_out;  // kept: ask for the log-probs of what was written
};

// Why the text ends where it does.
enum class Finish : std::uint8_t {
  ended,   // by itself: the end of its turn, or a stop text
  length,  // max_tokens or the context's end
  other,   // a tool call, a pause, or not said
};

struct GeneratedToken {
  std::string text;  // as the answer writes it
  double nats = 0;   // checked like a prompt token's
};

struct Generation {
  std::string text;
  Finish finish = Finish::other;
  std::string finish_word;             // the provider's own word for it; empty: not said
  std::vector<GeneratedToken> tokens;  // empty unless asked for and given
};

// What one answer to a GenerateCall says.
struct GenerateReading {
  std::expected<Generation, Failure> outcome{Generation{}};
  Usage usage;  // cached and reasoning tokens included
  Observation observation;
  std::string served_model;  // empty when the answer does not say
};

}  // namespace assay::wire
