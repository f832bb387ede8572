#pragma once

// What the readers of all dialects have in common.

#include "wire/answer_json.hpp"
#include "wire/call.hpp"
#include "wire/echo.hpp"
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

// The document of an answer of status 200 that is no error.
// Errors: the failure, and what the answer says about coming back.
[[nodiscard]] std::expected<Json, Refusal> open_answer(const AnswerView& answer,
                                                       std::span<const ErrorRule> error_rules,
                                                       simdjson::dom::parser& parser);

// The document of an answer of status 200 that is no error. Otherwise nothing, and the reading is
// complete: every prompt has its failure.
[[nodiscard]] std::optional<Json> begin_answer(const ScoreCall& call,
                                               const AnswerView& answer,
                                               std::span<const ErrorRule> error_rules,
                                               simdjson::dom::parser& parser,
                                               Reading& reading);

// {"prompt_tokens","completion_tokens"}; null and absent fields are absent.
// Errors: malformed_response for a count that is negative or no integer.
[[nodiscard]] std::expected<Usage, Failure> read_usage(const std::optional<Json>& value);

// "..." for one prompt, ["...",...] for several.
void append_prompts(std::string& out, const ScoreCall& call);

// {"model":...,"prompt":"..."|["..."] for a request: an object left open.
void append_model_and_prompts(std::string& out, const ScoreCall& call);

// The text as a string, or the ids as a list.
void append_prompt(std::string& out, const Prompt& prompt);
void append_ids(std::string& out, std::span<const std::int64_t> ids);

// ,"temperature":1,"top_p":1 and "top_k" when given. Neutral values are what the certificate's
// neutral_sampling stands for.
void append_sampling(std::string& out, const Sampling& sampling);

// The names a model may answer under.
struct ModelNames {
  std::string_view asked;
  std::string_view served_as;  // empty: no other
};

// Whether the served model is the one asked for.
// Errors: model_mismatch.
[[nodiscard]] std::expected<Verdict, Failure> check_model(const ModelNames& names,
                                                          std::string_view served_model);

// A finish reason that makes the answer worthless; nothing for one that does not.
[[nodiscard]] std::optional<Failure> check_finish(std::string_view finish_reason);

// What stands in a list of log-probs.
[[nodiscard]] LogProbEntry entry_of(Json value);

// The shortest digits of each value, joined by commas.
void append_token_log_probs(std::string& out, std::span<const double> nats);

}  // namespace assay::wire
