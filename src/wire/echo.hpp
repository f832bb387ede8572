#pragma once

// The heart of the room: whether an echo proves what it says about one prompt.

#include "wire/call.hpp"
#include "wire/dialect.hpp"
#include "wire/reading.hpp"
#include <assay/outcome.hpp>

#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

// What stood at one token's place in the list of log-probabilities.
struct LogProbEntry {
  enum class Kind : std::uint8_t { number, null, other };
  Kind kind = Kind::null;
  double nats = 0.0;  // when `kind` is number
};

// An echoed prompt as the answer gives it, nothing believed yet. Views into the parsed answer.
struct Echo {
  std::span<const std::string_view> tokens;
  std::span<const LogProbEntry> log_probs;
  std::optional<std::span<const std::int64_t>> offsets;  // code points from the prompt's start
  std::optional<std::string_view> text;                  // prompt, then what was generated
  std::optional<std::int64_t> prompt_tokens;             // usage, when it is of this prompt alone
  std::optional<std::int64_t> generated_tokens;          // the same
};

// What the request and the dialect allow.
struct EchoRules {
  FirstEntry first_entry = FirstEntry::null_only;
  std::int32_t max_tokens = 1;
  std::int64_t hidden_tokens_max = 0;  // prompt tokens that usage counts and the echo leaves out
  bool bos_hidden = false;             // a BOS that the server puts first is not shown
  bool blank_specials = false;         // special tokens show as "", in the text as well
  bool decoded_apart = false;          // each token by itself: parts of characters show as U+FFFD
};

// Where the tokens of a proved echo lie.
struct Alignment {
  std::size_t prompt_tokens = 0;   // entries that cover the prompt; the rest was generated
  std::size_t response_begin = 0;  // the first token of the response
  // Tokens whose bytes the echo does not show: special ones as nothing, parts of characters as
  // U+FFFD.
  std::size_t unshown = 0;
};

// Why an echo proves nothing.
struct EchoFault {
  Failure failure;
  std::string straddled_token;  // with boundary_inside_token: the token's bytes
};

// Columns that checking reuses.
struct EchoColumns {
  std::vector<std::uint32_t> ends;  // of each prompt token: the byte of the prompt behind it
  std::vector<double> nats;         // of each prompt token but the first
};

// The special token's word that `text` begins with, as templates write it: `<|im_start|>`, `</s>`,
// `[INST]`; empty when it begins with none.
[[nodiscard]] std::string_view special_word(std::string_view text);

// Checks, in this order: equal lengths of the lists; the text and the tokens joined equal the
// prompt byte for byte (`bytes:\xNN` fragments decoded; where tokens are decoded apart, U+FFFD fits
// the bytes in its place); as many tokens as usage says; offsets; the entries; the boundary.
// Generated tokens are told apart and dropped.
//
// Errors: truncated_echo, echo_mismatch, missing_logprob, invalid_logprob, boundary_inside_token.
[[nodiscard]] std::expected<Alignment, EchoFault> align(const Prompt& prompt,
                                                        const Echo& echo,
                                                        const EchoRules& rules,
                                                        EchoColumns& columns);

// The echo of a prompt that was sent as ids.
struct IdEcho {
  std::span<const std::optional<std::int64_t>> ids;  // nothing: not shown
  std::span<const std::string_view> tokens;          // their texts; empty: not shown
  std::span<const LogProbEntry> log_probs;
  std::optional<std::int64_t> prompt_tokens;  // usage, when it is of this prompt alone
};

// The same checks where ids were sent: as many as were sent, each the one sent (the first may not
// be shown), and the texts of the response's tokens are the response, as far as they are text at
// all. columns.ends stays empty.
[[nodiscard]] std::expected<Alignment, EchoFault> align_ids(const Prompt& prompt,
                                                            const IdEcho& echo,
                                                            FirstEntry first_entry,
                                                            EchoColumns& columns);

// Values at or below this are a server's "none": -9999.0 and the lowest float.
inline constexpr double sentinel_nats = -9999.0;

// A response this long with a mean above this is worth a look: natural text is not so certain.
inline constexpr std::size_t plausible_tokens_min = 20;
inline constexpr double plausible_mean_nats = -0.01;

// The score of tokens that passed every check on the echo. `draft` holds the verdicts on the rest
// of the answer. Errors: invalid_logprob when the sum is none.
[[nodiscard]] std::expected<Score, Failure> certify(std::span<const double> response_nats,
                                                    Certificate::Draft draft);

}  // namespace assay::wire
