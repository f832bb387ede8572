#pragma once

#include "teacher/api_error.hpp"
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

struct Prompt {
  std::string text;             // as posted, or the bytes of the ids posted
  std::vector<TokenId> tokens;  // of the text, or as posted
};

// POST /v1/completions, checked. Source: providers.md, section 3.1.
struct CompletionRequest {
  std::string model;
  std::vector<Prompt> prompts;
  std::int64_t max_tokens = 16;
  bool echo = false;
  std::optional<std::int64_t> logprobs;  // 0..5
  double temperature = 1;                // of sampling only: log-probs are those of the model
  double top_p = 1;                      // likewise; above 0
  std::vector<std::string> stop;
  std::optional<std::uint64_t> seed;
};

// POST /tokenize in vLLM's shape. Source: providers.md, section 3.9.
struct TokenizeRequest {
  std::string model;  // empty: the first
  std::string prompt;
  bool with_texts = false;
};

// Reads request bodies, strictly: the whole document is parsed; a field that is unknown, given
// twice or of the wrong type is refused by name. One per thread. Bodies must have the padding that
// HttpRequest promises.
class RequestParser {
 public:
  explicit RequestParser(const Vocabulary& vocabulary);
  ~RequestParser();

  // Errors: status 400 with the field.
  [[nodiscard]] std::expected<CompletionRequest, ApiError> completion(std::string_view body);
  [[nodiscard]] std::expected<TokenizeRequest, ApiError> tokenize(std::string_view body);

 private:
  const Vocabulary* vocabulary_;
  std::unique_ptr<simdjson::dom::parser> parser_;
};

}  // namespace assay::teacher
