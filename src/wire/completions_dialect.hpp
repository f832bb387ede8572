#pragma once

// The functions in the row of a dialect that speaks the completions format, scoring by echo and
// generating, both by the same form.

#include "wire/completions.hpp"
#include "wire/generation.hpp"

#include <string>

namespace assay::wire {

// `form` is a constant of the dialect's file.
template <const CompletionsForm& form>
struct CompletionsDialect {
  static void append_body(std::string& out, const ScoreCall& call) {
    append_completions_body(out, call, form);
  }
  static void read_score(const ScoreCall& call,
                         const AnswerView& answer,
                         Scratch& scratch,
                         Reading& reading) {
    read_completions(call, answer, form, scratch, reading);
  }
  static void append_generation(std::string& out, const GenerateCall& call) {
    append_completion_generation(out, call, form.extra_fields);
  }
  static void read_generation(const GenerateCall& call,
                              const AnswerView& answer,
                              Scratch& scratch,
                              GenerateReading& reading) {
    read_completion_generation(call, answer, form.error_rules, scratch, reading);
  }
};

}  // namespace assay::wire
