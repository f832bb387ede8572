#pragma once

#include "teacher/api_error.hpp"
#include "teacher/sampling.hpp"
#include "teacher/vocabulary.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simdjson::dom {
class parser;
}

namespace assay::teacher {

struct RequestFields;  // request_fields.hpp

// One message of a chat.
struct ChatTurn {
  std::string role;
  std::string text;
};

struct Prompt {
  std::string text;             // as posted, or the bytes of the ids posted
  std::vector<TokenId> tokens;  // of the text, or as posted; a BOS that the provider adds included
  bool by_ids = false;
};

// A request for completions, checked, whatever dialect it came in. What only some dialects have
// keeps its neutral value in the others.
struct CompletionRequest {
  std::string model;
  std::vector<Prompt> prompts;
  bool many = false;   // prompts were given as an array of them
  std::string system;  // of a chat, with its turns: rendered to a prompt before it is answered
  std::vector<ChatTurn> turns;
  std::int64_t max_tokens = 16;
  std::int64_t made_unseen = 0;  // tokens that are made and counted, and not shown
  bool fit_max_tokens = false;   // max_tokens shrinks to what the context leaves
  bool echo = false;             // the prompt's columns are wanted; of the text the dialect decides
  std::optional<std::int64_t> logprobs;  // alternatives by position; absent: no columns at all
  Sampling sampling;                     // of generation only: log-probs are those of the model
  std::vector<std::string> stop;
  std::optional<std::uint64_t> seed;
  bool stream = false;
  bool stream_usage = false;

  bool add_bos = false;              // to prompts that came as text
  bool hide_bos = false;             // and it is read, and not shown
  bool echo_text = true;             // an echo shows the prompt's text, not only its columns
  bool show_end = false;             // the token that ended the answer has its column
  bool with_ranks = false;           // Choice::ranks
  bool with_sampled = false;         // Choice::sampled
  bool with_choice_logprobs = true;  // vLLM: false where only prompt_logprobs are wanted
  std::optional<std::int64_t> prompt_logprobs;  // vLLM
  bool with_ids = false;                        // vLLM, Fireworks: return_token_ids
  bool tokens_as_ids = false;                   // vLLM: "token_id:123"
  bool content_format = false;                  // logprobs as chat has them
  std::int64_t echo_last = 0;                   // Fireworks; 0: all
  std::int64_t start = -1;                      // SGLang: logprob_start_len
  bool with_texts = false;                      // SGLang: return_text_in_logprobs
  bool with_prefill = false;                    // TGI: decoder_input_details
  bool with_details = false;                    // TGI
};

// POST /tokenize and its like.
struct TokenizeRequest {
  std::string model;  // empty: the first
  std::string prompt;
  bool with_texts = false;
  bool add_bos = false;
  bool by_content = false;  // the text came as "content": llama.cpp
};

// Reads request bodies, strictly: the whole document is parsed; a field that is unknown, given
// twice or of the wrong type is refused by name. One per thread. Bodies must have the padding that
// HttpRequest promises.
class RequestParser {
 public:
  explicit RequestParser(const Vocabulary& vocabulary);
  ~RequestParser();

  [[nodiscard]] const Vocabulary& vocabulary() const { return *vocabulary_; }

  // By a dialect's table and the common fields. `request` holds the dialect's defaults and gets
  // what the body says. Errors: the refusal, status 400 with the field.
  [[nodiscard]] std::optional<ApiError> read(std::string_view body,
                                             const RequestFields& fields,
                                             CompletionRequest& request);
  // OpenAI's legacy completions. Source: providers.md, section 3.1. Errors: status 400.
  // Where the path names the model, the body need not.
  enum class Model { named, may_be_absent };
  [[nodiscard]] std::expected<CompletionRequest, ApiError> completion(std::string_view body,
                                                                      Model model = Model::named);
  // Source: providers.md, sections 3.9 to 3.11; text under "prompt" or "content".
  [[nodiscard]] std::expected<TokenizeRequest, ApiError> tokenize(std::string_view body);
  // {"tokens":[1,2]} to bytes.
  [[nodiscard]] std::expected<std::string, ApiError> detokenize(std::string_view body);

 private:
  const Vocabulary* vocabulary_;
  std::unique_ptr<simdjson::dom::parser> parser_;
};

// Refuses what no dialect takes: no prompt, nothing to answer. Prefixes BOS where it is asked for.
[[nodiscard]] std::optional<ApiError> complete_request(CompletionRequest& request);

}  // namespace assay::teacher
