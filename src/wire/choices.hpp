#pragma once

// Answers of the kind {"choices":[{"index":0,...}],"usage":{...},"model":"..."}: one choice for
// each prompt.

#include "wire/call.hpp"
#include "wire/echo.hpp"
#include "wire/reading.hpp"
#include "wire/refusal.hpp"

#include <expected>
#include <span>

namespace assay::wire {

// Where in a choice the echo stands.
struct ChoiceFormat {
  std::expected<Echo, Failure> (*read_echo)(Json choice, Scratch::Parts& parts);
  EchoRules rules;
  std::span<const ErrorRule> error_rules;
};

// Any shape, any number of prompts, every failure. Choices are matched by their index; one out of
// place makes all of them doubtful. Usage is of the whole answer: it proves completeness only when
// every prompt's tokens were counted.
void read_choice_answer(const ScoreCall& call,
                        const AnswerView& answer,
                        const ChoiceFormat& format,
                        Scratch& scratch,
                        Reading& reading);

}  // namespace assay::wire
