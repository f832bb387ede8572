#pragma once

// One item's way to its score by a method that takes several exchanges, one after the other.

#include "assay/outcome.hpp"
#include "wire/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

// Whether the method takes several exchanges: all that ask a server, but the echo.
[[nodiscard]] constexpr bool takes_course(Method method) {
  return method != Method::echo;
}

// Why this dialect cannot score by this method, with what to use instead; nothing when it can.
[[nodiscard]] std::optional<Failure> objection(const Dialect& dialect, Method method);

// ids:      tokenize the context, tokenize the response, score both as one list of ids.
// two_call: score the whole text, score the context; the difference, where the context's tokens are
//           a prefix of the whole's (else boundary_inside_token). Grade C.
// forced:   tokenize both, then one request per response token. Slow.
//
// Order: send what the course asks for, read the answer, and again while it goes on. An answer that
// is a failure may be asked for again: the course has not moved.
class Course {
 public:
  struct Terms {
    const Dialect* dialect;  // can do the method
    Method method;
    std::string model;
    std::string text;
    std::size_t boundary;
    std::size_t bos_bytes = 0;  // of the text, at its start: the template's BOS
    TokenDetail detail = TokenDetail::left_out;
  };
  explicit Course(Terms terms);

  // As for a prompt: why nothing of this must be sent.
  [[nodiscard]] std::optional<Failure> objection() const;

  // The next exchange.
  struct Target {
    std::string path;             // behind the base path
    bool beside_version = false;  // as net::Request has it
  };
  [[nodiscard]] Target target() const;
  void append_body(std::string& out) const;
  [[nodiscard]] TokenBound bound() const;  // none for a tokenizer

  // Of all exchanges together, before the first: for a plan. A token has at least one byte.
  [[nodiscard]] TokenBound bound_of_all() const;
  [[nodiscard]] std::int64_t requests_of_all() const;  // at most, without retries

  enum class Progress : std::uint8_t {
    ended,    // reading.prompts holds the one outcome, be it a failure of this exchange
    goes_on,  // reading.prompts is empty
  };
  [[nodiscard]] Progress read(const AnswerView& answer, Scratch& scratch, Reading& reading);

 private:
  enum class Stage : std::uint8_t {
    tokenize_context,
    tokenize_response,
    ids,
    whole,
    context,
    step
  };
  [[nodiscard]] ScoreCall score_call(Prompt& prompt) const;
  [[nodiscard]] Prompt prompt_of_stage() const;
  [[nodiscard]] std::size_t bos_left_to_server() const;
  [[nodiscard]] std::string_view text_to_tokenize() const;
  [[nodiscard]] Progress read_tokenizer(const AnswerView& answer,
                                        Scratch& scratch,
                                        Reading& reading);
  [[nodiscard]] Progress read_score(const AnswerView& answer, Scratch& scratch, Reading& reading);
  [[nodiscard]] Progress read_step(const AnswerView& answer, Scratch& scratch, Reading& reading);
  [[nodiscard]] Outcome difference(const std::vector<TokenReading>& context,
                                   std::string_view served_model) const;

  Terms terms_;
  Stage stage_;
  std::vector<std::int64_t> ids_;  // context, then response
  std::size_t context_ids_ = 0;
  std::vector<TokenReading> whole_;  // two_call: of the first exchange
  std::vector<double> steps_;        // forced: of the response's tokens so far
  std::string digits_;
};

}  // namespace assay::wire
