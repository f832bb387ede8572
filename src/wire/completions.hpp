#pragma once

// The legacy completions format with echo: several providers speak it, each with small differences.
// Source: providers.md, section 3.1.

#include "wire/call.hpp"
#include "wire/columns.hpp"
#include "wire/dialect.hpp"
#include "wire/reading.hpp"
#include "wire/refusal.hpp"

#include <span>
#include <string>
#include <string_view>

namespace assay::wire {

// How a provider differs from the format.
struct CompletionsForm {
  FirstEntry first_entry = FirstEntry::null_only;
  OffsetRule offsets = OffsetRule::code_points;
  bool bos_hidden = false;             // as EchoRules has it
  bool blank_specials = false;         // special tokens show as ""
  std::int64_t hidden_tokens_max = 0;  // of the prompt, that usage counts and the echo leaves out
  std::string_view extra_fields{};     // more JSON for the request: `,"raw_output":false`
  std::span<const ErrorRule> error_rules{};
};

// {"model":...,"prompt":...,"max_tokens":1,"echo":true,"logprobs":1,"temperature":1,...}
void append_completions_body(std::string& out, const ScoreCall& call, const CompletionsForm& form);

// Reads an answer in one pass where it has the common shape, else by the DOM. Both give the same
// outcome.
void read_completions(const ScoreCall& call,
                      const AnswerView& answer,
                      const CompletionsForm& form,
                      Scratch& scratch,
                      Reading& reading);

// One pass, one prompt, the common shape, and only ever "proved": false, with `reading` in no state
// to be used, for everything else. Cost: two thirds of a DOM's parse alone.
[[nodiscard]] bool read_completions_pass(const ScoreCall& call,
                                         const AnswerView& answer,
                                         const CompletionsForm& form,
                                         Scratch& scratch,
                                         Reading& reading);

// Any shape, any number of prompts, every failure.
void read_completions_dom(const ScoreCall& call,
                          const AnswerView& answer,
                          const CompletionsForm& form,
                          Scratch& scratch,
                          Reading& reading);

}  // namespace assay::wire
