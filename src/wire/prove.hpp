#pragma once

// From an echo to a reading: the step that all dialects share.

#include "wire/call.hpp"
#include "wire/echo.hpp"
#include "wire/reading.hpp"
#include "wire/scratch_parts.hpp"

#include <cstddef>
#include <cstdint>

namespace assay::wire {

// What the rest of the answer proves.
struct AnswerFacts {
  Verdict model = Verdict::not_reported;
  Verdict complete = Verdict::not_reported;
};

// One prompt's outcome.
struct Proof {
  PromptReading reading;
  std::int64_t prompt_tokens = 0;  // as the echo lists them; 0 without a score
};

// `echo` lies in the columns of `parts`. A call whose sampling is not neutral never gets a score:
// invalid_input.
[[nodiscard]] Proof prove(const ScoreCall& call,
                          std::size_t index,
                          Echo echo,
                          EchoRules rules,
                          AnswerFacts facts,
                          Scratch::Parts& parts);

[[nodiscard]] PromptReading failed_reading(Failure failure);
[[nodiscard]] Failure not_neutral();
[[nodiscard]] Failure no_response();

}  // namespace assay::wire
