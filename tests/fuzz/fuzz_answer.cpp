// Every dialect's reader on any answer: one outcome for each prompt, and no score without its
// proof.

#include "fuzz/fuzz_input.hpp"

#include <cmath>

using assay::fuzz::must;

namespace {

void check(const assay::wire::PromptReading& prompt, const assay::wire::Dialect& dialect) {
  if (const auto* score = prompt.outcome.score()) {
    must(dialect.can.can_score);
    must(std::isfinite(score->logprob.nats()) && score->tokens.value > 0);
    must(!prompt.token_log_probs.empty() && !prompt.tokens.empty());
  } else {
    must(prompt.token_log_probs.empty());
    must(!prompt.outcome.failure()->reason.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = assay::fuzz::parse(data, size);
  if (!input) return -1;
  static assay::wire::Scratch scratch;
  assay::wire::Reading reading;
  assay::wire::ScoreCall call{.model = "m", .served_as = {}, .prompts = input->prompts};
  call.max_tokens = input->dialect->max_tokens;
  call.detail = assay::wire::TokenDetail::listed;
  input->dialect->read_score(call, input->answer(), scratch, reading);
  must(reading.prompts.size() == input->prompts.size());
  for (const auto& prompt : reading.prompts) check(prompt, *input->dialect);

  // Without the list, the fast way may be taken: the outcomes are the same.
  assay::wire::Reading plain;
  call.detail = assay::wire::TokenDetail::left_out;
  static assay::wire::Scratch other;
  input->dialect->read_score(call, input->answer(), other, plain);
  must(plain.prompts.size() == reading.prompts.size());
  for (std::size_t i = 0; i < plain.prompts.size(); ++i) {
    must(plain.prompts[i].outcome == reading.prompts[i].outcome);
  }
  return 0;
}
