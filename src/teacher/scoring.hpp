#pragma once

// The teacher's truth, without HTTP: what a test compares the client's numbers with.

#include "core/rng.hpp"
#include "teacher/reading.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// One token of a text that a model has read.
struct ScoredToken {
  TokenId token;
  std::size_t begin;           // byte offset in the text
  std::optional<double> nats;  // absent for the first token only: nothing stands before it
};

// What stands before a text: nothing, or the BOS that some providers add to texts (never to ids).
enum class Beginning : std::uint8_t { plain, bos };

// Every token of a sequence, as a provider that takes ids scores it.
[[nodiscard]] std::vector<ScoredToken> score_tokens(const Model& model,
                                                    std::span<const TokenId> tokens);

// Every token of `text` with its exact log-probability under the model.
[[nodiscard]] std::vector<ScoredToken> score_text(const Model& model, std::string_view text);

struct ResponseScore {
  double nats;          // sum over the response's tokens, Neumaier summation
  std::int64_t tokens;  // of the response
};

// Why a response has no log-probability by itself.
enum class NoScore : std::uint8_t {
  boundary_inside_token,  // a token holds the end of the prompt and the start of the response
  nothing_before,         // the prompt is empty: the response's first token has no log-probability
  empty_response,
};

// The log-probability of `response` after `prompt`, read as one text (prompt and response joined,
// as an echo request sends it). `prompt` is what is posted: template and system prompt included.
[[nodiscard]] std::expected<ResponseScore, NoScore> score_response(
    const Model& model,
    std::string_view prompt,
    std::string_view response,
    Beginning beginning = Beginning::plain);

// The same by ids, tokens of the prompt and tokens of the response one after the other: exact where
// the joined text has a token across the boundary. Where it has none, the same as by text.
[[nodiscard]] std::expected<ResponseScore, NoScore> score_response_by_ids(
    const Model& model,
    std::string_view prompt,
    std::string_view response,
    Beginning beginning = Beginning::plain);

struct Generated {
  std::string text;  // without the token that ended it
  std::vector<TokenId> tokens;
  bool ended;  // by an end token, not by the bound
};

// Up to `tokens_max` tokens drawn one by one after `prompt` from the very distribution that scoring
// reads.
[[nodiscard]] Generated generate(const Model& model,
                                 std::string_view prompt,
                                 std::size_t tokens_max,
                                 double temperature,
                                 Rng& rng);
// The same with a Reading of the caller's, which is restarted: faster for many short texts.
[[nodiscard]] Generated generate(Reading& reading,
                                 std::string_view prompt,
                                 std::size_t tokens_max,
                                 double temperature,
                                 Rng& rng);

}  // namespace assay::teacher
