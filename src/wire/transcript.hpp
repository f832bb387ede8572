#pragma once

// Everything that a completions answer says about its tokens, believed or not: what `assay doctor`
// judges. Scores are never read here; read_score proves them.

#include "assay/failure.hpp"
#include "core/exchange.hpp"
#include "wire/reading.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace assay::wire {

struct TranscriptToken {
  std::string text;                 // as the answer writes it; a fragment of UTF-8 as "bytes:\xNN"
  std::optional<double> nats;       // absent: null or no number
  std::vector<Alternative> likely;  // top_logprobs of the place; empty when none are given
};

struct TranscriptChoice {
  std::string text;
  std::string finish_reason;
  std::vector<TranscriptToken> tokens;
};

struct Transcript {
  std::string fingerprint;  // system_fingerprint; empty when the answer has none
  Usage usage;
  std::vector<TranscriptChoice> choices;  // in the answer's order
};

// Reads {"choices":[{"text","logprobs":{"tokens","token_logprobs","top_logprobs"}}]} and the same
// in a stream of server-sent events ("data: {...}"), whose pieces of each choice are joined.
// Errors: malformed_response for anything else; the error's own class for an error.
[[nodiscard]] std::expected<Transcript, Failure> read_transcript(const AnswerView& answer,
                                                                 Scratch& scratch);

}  // namespace assay::wire
