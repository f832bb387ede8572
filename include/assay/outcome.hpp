#pragma once

// The result of measuring one sample under one policy: a proved value with its certificate, or a
// failure. Nothing else.

#include "assay/failure.hpp"
#include "assay/log_prob.hpp"
#include "assay/money.hpp"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace assay {

// How a value was obtained. Weights of one policy never mix methods.
enum class Method : std::uint8_t {
  echo,      // prompt + response posted, log-probs of the echo read
  two_call,  // difference of two sequences, only with a matching token prefix
  forced,    // one call per response token
  recorded,  // found in the user's data, not measured by us
  ids,       // as echo, but sent as token ids: tokenized context, then tokenized response
};
[[nodiscard]] std::string_view name_of(Method method);
[[nodiscard]] std::optional<Method> method_of(std::string_view name);

// What was checked about the answer a value was read from. Source: design.md, promise 2.
enum class Check : std::uint8_t {
  echo_equal,        // the echoed bytes are the sent bytes
  entry_count,       // as many log-probs as tokens, and as usage counts
  first_entry_only,  // at most the first entry lacks a log-prob
  values_valid,      // every one finite and at most zero
  boundary,          // the response starts at a token's start
  complete,          // nothing truncated
  model,             // served model is the pinned one
  neutral_sampling,  // the request asked for the unscaled distribution
};
inline constexpr std::size_t check_count = static_cast<std::size_t>(Check::neutral_sampling) + 1;
[[nodiscard]] std::string_view name_of(Check check);
[[nodiscard]] std::optional<Check> check_of(std::string_view name);

enum class Verdict : std::uint8_t {
  unchecked,  // where every certificate starts: not good enough for a number
  proved,
  not_reported,  // the provider does not say
};

enum class Grade : std::uint8_t { a, b, c };
[[nodiscard]] std::string_view name_of(Grade grade);  // "A", "B", "C"

// Things worth knowing that do not disprove a value.
struct Flags {
  bool above_zero = false;        // a token lies in (0, log_prob_slack_nats]
  bool all_zero = false;          // every token is exactly 0: a deterministic stub, not a model?
  bool implausibly_high = false;  // mean above -0.01 nats per token on a long response
  friend bool operator==(const Flags&, const Flags&) = default;
};

// The proof that travels with a value. It can only be issued when no check is left open.
class Certificate {
 public:
  class Draft;  // collects verdicts

  [[nodiscard]] Grade grade() const;
  [[nodiscard]] Method method() const { return method_; }
  [[nodiscard]] Verdict verdict(Check check) const {
    return verdicts_[static_cast<std::size_t>(check)];
  }
  [[nodiscard]] Flags flags() const { return flags_; }
  friend bool operator==(const Certificate&, const Certificate&) = default;

 private:
  Certificate() = default;
  Method method_ = Method::echo;
  std::array<Verdict, check_count> verdicts_{};
  Flags flags_;
};

class Certificate::Draft {
 public:
  explicit Draft(Method method) { certificate_.method_ = method; }
  void set(Check check, Verdict verdict) {
    certificate_.verdicts_[static_cast<std::size_t>(check)] = verdict;
  }
  void set(Flags flags) { certificate_.flags_ = flags; }

  // Errors: the first check still open. The echo, the values and the boundary must be proved; the
  // others may be not_reported (grade B). A recorded value proves nothing and gets no certificate.
  [[nodiscard]] std::expected<Certificate, Check> issue() const;

 private:
  Certificate certificate_;
};

// A proved value.
struct Score {
  LogProb logprob;    // of the response under the policy, nats
  TokenCount tokens;  // of the response
  Certificate certificate;
  friend bool operator==(const Score&, const Score&) = default;
};

// Either a proved value or a failure; a number can only be had by asking for the score and looking.
class Outcome {
 public:
  Outcome(Score score)
      : value_(std::move(score)) {}  // NOLINT(google-explicit-constructor): both are outcomes
  Outcome(Failure failure) : value_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] const Score* score() const { return std::get_if<Score>(&value_); }
  [[nodiscard]] const Failure* failure() const { return std::get_if<Failure>(&value_); }
  friend bool operator==(const Outcome&, const Outcome&) = default;

 private:
  std::variant<Score, Failure> value_;
};

}  // namespace assay
