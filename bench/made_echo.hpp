#pragma once

#include "wire/dialect.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace assay::bench {

// An echo as a server of the completions format answers: tokens, log-probs of 17 digits, offsets.
// The same on every machine.
class MadeEcho {
 public:
  explicit MadeEcho(std::size_t tokens);
  MadeEcho(const MadeEcho&) = delete;  // prompt_ points into text_
  MadeEcho& operator=(const MadeEcho&) = delete;

  [[nodiscard]] const wire::Prompt& prompt() const { return prompt_; }
  [[nodiscard]] AnswerView answer() const {
    return {200, &headers_, std::string_view(body_).substr(0, body_.size() - body_padding)};
  }

 private:
  std::string text_;
  std::string body_;  // with its padding
  wire::Prompt prompt_;
  std::vector<HeaderField> headers_{{"content-type", "application/json"}};
};

// What a client without our reader would write: simdjson On-Demand over the whole body, token by
// token against the text, offsets checked, the response's log-probs summed. The sum, in nats.
[[nodiscard]] double on_demand_score(const MadeEcho& echo);

// The same by the dialect `openai`, with its certificate. The sum, in nats.
class DialectScore {
 public:
  [[nodiscard]] double operator()(const MadeEcho& echo);

 private:
  wire::Scratch scratch_;
  wire::Reading reading_;
};

}  // namespace assay::bench
