#pragma once

// A dialect is how one kind of provider is asked and how its answers are read: one file, one row of
// a table.

#include "assay/failure.hpp"
#include "core/exchange.hpp"
#include "wire/call.hpp"
#include "wire/generate.hpp"
#include "wire/reading.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::wire {

// What stands at the place of the first prompt token, which has nothing before it to be scored
// from.
enum class FirstEntry : std::uint8_t {
  null_only,     // anything else means that the list may be shifted
  null_or_zero,  // 0.0 is a placeholder there, and only there
  anything,      // null, 0.0 or a number: the server may have put a token of its own before it
};

// What a kind of server can do. A preflight probe confirms it for one base URL and model.
struct Capabilities {
  bool can_score = false;
  bool can_generate = false;
  bool chat = false;             // generates from messages, not from a text
  bool ids_in = false;           // takes a prompt as token ids
  bool adds_bos = false;         // puts a BOS before a prompt given as text
  std::int32_t prompts_max = 1;  // prompts per request
  std::int32_t top_k_max = 0;    // alternatives per token it can list
  FirstEntry first_entry = FirstEntry::null_only;
};

// Whether the words of special tokens in a text are those tokens (a template's), or plain text (a
// response's).
enum class SpecialTokens : std::uint8_t { parsed, plain };

// How a key travels: `header: scheme + key`.
struct Auth {
  std::string_view header;  // lower case
  std::string_view scheme;  // "Bearer " or empty
};

struct Dialect {
  std::string_view name;
  Capabilities can;
  Auth auth;
  std::span<const HeaderField> fields;  // sent with every request, besides content type and key
  std::string_view score_path;  // behind the base URL's path; "{model}" stands for the model's name
  std::string_view instead;     // when it cannot score: what to use, a clause
  std::int32_t max_tokens = 1;  // for ScoreCall::max_tokens

  // Appends the request's JSON. Call only when `objection` has none.
  void (*append_body)(std::string& out, const ScoreCall& call);

  // Reads an answer of any status. Every prompt of the call gets an outcome: a proved score or a
  // failure.
  void (*read_score)(const ScoreCall& call,
                     const AnswerView& answer,
                     Scratch& scratch,
                     Reading& reading);

  // The same for a generated text. `generate_path` is as score_path.
  std::string_view generate_path{};
  void (*append_generation)(std::string& out, const GenerateCall& call) = nullptr;
  void (*read_generation)(const GenerateCall& call,
                          const AnswerView& answer,
                          Scratch& scratch,
                          GenerateReading& reading) = nullptr;

  // The server's own tokenizer, where it offers one that can be told to add nothing; the path
  // stands beside the base URL's "/v1". tokenization.hpp reads the answer.
  std::string_view tokenize_path{};
  void (*append_tokenize)(std::string& out,
                          std::string_view model,
                          std::string_view text,
                          SpecialTokens special) = nullptr;
  // A score token by token (forced_step.hpp), where nothing else gives one.
  bool takes_forced_steps = false;
};

// The dialect of that name; nullptr when there is none.
[[nodiscard]] const Dialect* find_dialect(std::string_view name);

// All of them, in the order `help` lists them.
[[nodiscard]] std::span<const Dialect* const> dialects();

// The request target: base_path ("/v1", no trailing slash) + score path, the model's name
// percent-encoded where it is part.
[[nodiscard]] std::string score_target(const Dialect& dialect,
                                       std::string_view base_path,
                                       std::string_view model);

[[nodiscard]] std::string generate_target(const Dialect& dialect,
                                          std::string_view base_path,
                                          std::string_view model);

// Why no server must be sent this prompt, if so: invalid_input for an empty response or context, a
// boundary inside a character, text that is not UTF-8.
[[nodiscard]] std::optional<Failure> objection(const Prompt& prompt);

// Why this dialect must not be sent it as text: as above, or unsupported (with what to use
// instead), or invalid_input for a BOS where the server puts one itself.
[[nodiscard]] std::optional<Failure> objection(const Dialect& dialect, const Prompt& prompt);

// What the request can cost at most, in tokens: a byte-level tokenizer never makes more tokens than
// bytes, and a server adds at most special_tokens_max of its own to each prompt. A tokenizer that
// normalises with NFKC can make more; bound the normalised text there.
inline constexpr std::int64_t special_tokens_max = 8;
[[nodiscard]] TokenBound worst_case(const ScoreCall& call);

}  // namespace assay::wire
