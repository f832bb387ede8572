#include "wire/unscored.hpp"

#include "wire/answer.hpp"
#include "wire/generation.hpp"
#include <assay/ensure.hpp>

namespace assay::wire {

void append_no_score(std::string&, const ScoreCall&) {
  ensure(false, "a dialect that cannot score is never asked to (see objection)");
}

void read_no_score(const ScoreCall& call, const AnswerView& answer, Scratch&, Reading& reading) {
  begin_reading(answer, reading);
  fail_all(call,
           make_failure(FailureClass::unsupported, "this provider gives no log-probs of a prompt"),
           reading);
}

void append_chat(std::string& out, const GenerateCall& call) {
  append_chat_generation(out, call, {});
}

void read_chat(const GenerateCall& call,
               const AnswerView& answer,
               Scratch& scratch,
               GenerateReading& reading) {
  read_chat_generation(call, answer, {}, scratch, reading);
}

}  // namespace assay::wire
