#pragma once

// What stands in a dialect's row where its provider gives no log-probs of a prompt: asking it to
// score is refused before a request is paid for (`objection`), with what to use instead.

#include "wire/dialect.hpp"

namespace assay::wire {

void append_no_score(std::string& out, const ScoreCall& call);  // a bug: see objection
void read_no_score(const ScoreCall& call,
                   const AnswerView& answer,
                   Scratch& scratch,
                   Reading& reading);

// For those who speak OpenAI's chat completions.
void append_chat(std::string& out, const GenerateCall& call);
void read_chat(const GenerateCall& call,
               const AnswerView& answer,
               Scratch& scratch,
               GenerateReading& reading);

}  // namespace assay::wire
