#pragma once

// What the doctor asks and what it is told: one request, one answer.

#include "assay/failure.hpp"
#include "core/exchange.hpp"
#include "doctor/sight.hpp"
#include "doctor/variation.hpp"
#include "wire/dialect.hpp"
#include "wire/reading.hpp"
#include "wire/transcript.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::doctor {

// Why a request is made.
enum class Group : std::uint8_t {
  first_pass,    // the plain texts one after the other
  second_pass,   // in the opposite order, each twice in a row (part 0 and 1)
  crowd,         // the plain texts again and again, all at once (part: which time)
  batch,         // several texts in one request (part: which arrangement)
  sampling,      // temperature and top_p
  shape,         // max_tokens and logprobs
  suffix,        // a text with more behind it
  prefix,        // the beginning of a text, cut between tokens
  continuation,  // one context with each of many single characters behind it
  conditioning,  // one response behind several contexts
  alternatives,  // with the most likely tokens listed
  greedy,        // some tokens generated at temperature 0
  greedy_score,  // the same tokens as part of a text
  streamed,
  awkward,  // texts that are easily mangled
  long_text,
  beyond,     // longer than the model can take
  templated,  // a sample under the policy's template
  clone,      // the plain texts under a second name of the model
};

// One request. `text` and `part` say which of its group.
struct Exchange {
  Group group = Group::first_pass;
  std::uint32_t text = 0;
  std::uint32_t part = 0;
  std::vector<std::string> prompts;
  Variation variation{};
  bool under_clone = false;  // asked of the second name
};

// What its answer shows.
struct Seen {
  std::optional<Failure> refused;  // nothing else is known then
  std::vector<Sight> prompts;      // as many as the exchange has
  Observation observation;         // what the pacer learns
  std::string served_model;        // empty: not said
  Usage usage;
  std::optional<wire::Transcript> transcript;  // of answers of the completions kind
  std::vector<std::string> limit_headers;      // names of headers about rate limits
};

// The request as the dialect writes it, changed as the exchange says; nothing when the dialect
// cannot be asked that.
[[nodiscard]] std::optional<std::string> body_of(const Exchange& exchange,
                                                 const wire::Dialect& dialect,
                                                 std::string_view model);

// What it can cost at most, in tokens.
[[nodiscard]] TokenBound bound_of(const Exchange& exchange, const wire::Dialect& dialect);

// Reads a complete answer of any status. Cost: one reading for each character of the longest
// prompt.
[[nodiscard]] Seen read_answer(const Exchange& exchange,
                               const wire::Dialect& dialect,
                               std::string_view model,
                               const AnswerView& answer,
                               wire::Scratch& scratch);

}  // namespace assay::doctor
