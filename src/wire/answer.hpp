#pragma once

// What the readers of all dialects have in common.

#include "wire/answer_json.hpp"
#include "wire/call.hpp"
#include "wire/reading.hpp"
#include "wire/refusal.hpp"
#include <assay/outcome.hpp>

#include <optional>
#include <string_view>

namespace assay::wire {

// Gives every prompt of the call the same failure.
void fail_all(const ScoreCall& call, const Failure& failure, Reading& reading);

// Starts a reading: nothing known but what the headers say.
void begin_reading(const AnswerView& answer, Reading& reading);

// Ends a reading of an answer that is an error. `parsed` is the error when the body has been read
// already.
void read_refused(const ScoreCall& call,
                  const AnswerView& answer,
                  const Refusal& refused,
                  Reading& reading);

// {"prompt_tokens","completion_tokens"}; null and absent fields are absent.
// Errors: malformed_response for a count that is negative or no integer.
[[nodiscard]] std::expected<Usage, Failure> read_usage(const std::optional<Json>& value);

// Whether the served model is the one asked for.
// Errors: model_mismatch.
[[nodiscard]] std::expected<Verdict, Failure> check_model(const ScoreCall& call,
                                                          std::string_view served_model);

// A finish reason that makes the answer worthless; nothing for one that does not.
[[nodiscard]] std::optional<Failure> check_finish(std::string_view finish_reason);

// The shortest digits of each value, joined by commas.
void append_token_log_probs(std::string& out, std::span<const double> nats);

}  // namespace assay::wire
