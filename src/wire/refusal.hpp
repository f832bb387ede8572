#pragma once

// What an error answer means: status and body to a failure class and a reason that is the same each
// time.

#include "core/exchange.hpp"
#include "wire/answer_json.hpp"
#include "wire/error_rule.hpp"
#include "wire/hints.hpp"
#include <assay/failure.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::wire {

// What an error body says, whichever of the known shapes it has. Views into the parsed document.
// Source: providers.md, section 5, "Body shapes".
struct RemoteError {
  std::string_view message;
  std::string_view code;      // when it is text
  std::optional<int> number;  // when it is a number
  std::string_view type;
  std::string_view status;       // Google's name of the class
  std::string_view detail;       // details.error_code, or the quotaId of a quota failure
  std::string_view retry_delay;  // RetryInfo.retryDelay
};

// The error in a document; nothing when it holds none.
[[nodiscard]] std::optional<RemoteError> remote_error(Json root);

// A dialect's own rules win over the common ones, those over the bare status.
// Source: providers.md, section 5.
[[nodiscard]] FailureClass classify(int status,
                                    const RemoteError& error,
                                    std::span<const ErrorRule> own_rules);

// "HTTP 429 rate_limit_exceeded: ...". What differs between identical runs is replaced by "#": ids,
// keys, long numbers, spans of time; all numbers where the failure is a passing one.
[[nodiscard]] Failure refusal(FailureClass cls, int status, const RemoteError& error);

// The text of a remote made the same each time, as said above.
[[nodiscard]] std::string stable_text(std::string_view message, Remedy remedy);

// A whole error answer: the failure, and what it says about coming back.
struct Refusal {
  Failure failure;
  Observation observation;
};
[[nodiscard]] Refusal read_refusal(const AnswerView& answer,
                                   simdjson::dom::parser& parser,
                                   std::span<const ErrorRule> own_rules);

// The same when the body has been parsed already and holds an error, be it under status 200.
[[nodiscard]] Refusal read_refusal(const AnswerView& answer,
                                   const RemoteError& error,
                                   std::span<const ErrorRule> own_rules);

}  // namespace assay::wire
