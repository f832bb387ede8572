// Completions answers of any shape, by simdjson's DOM: complete, and slower than the single pass.

#include "wire/answer.hpp"
#include "wire/choices.hpp"
#include "wire/completions.hpp"
#include "wire/scratch_parts.hpp"

namespace assay::wire {
namespace {

template <OffsetRule rule>
std::expected<Echo, Failure> read_echo(Json choice, Scratch::Parts& parts) {
  const auto fields = pick(choice, std::array<std::string_view, 2>{"text", "logprobs"}, "a choice");
  if (!fields) return std::unexpected(fields.error());
  const auto& [text, log_probs] = *fields;
  if (!is_missing(text) && !text_of(text)) {
    return std::unexpected(malformed("text is not a string"));
  }
  if (is_missing(log_probs)) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "the choice has no logprobs"));
  }
  auto echo = read_legacy_log_probs(*log_probs, rule, parts);
  if (echo) echo->text = text_of(text);
  return echo;
}

}  // namespace

void read_completions_dom(const ScoreCall& call,
                          const AnswerView& answer,
                          const CompletionsForm& form,
                          Scratch& scratch,
                          Reading& reading) {
  const ChoiceFormat format{.read_echo = form.offsets == OffsetRule::ignored
                                             ? read_echo<OffsetRule::ignored>
                                             : read_echo<OffsetRule::code_points>,
                            .rules = {.first_entry = form.first_entry,
                                      .max_tokens = call.max_tokens,
                                      .hidden_tokens_max = form.hidden_tokens_max,
                                      .bos_hidden = form.bos_hidden,
                                      .blank_specials = form.blank_specials},
                            .error_rules = form.error_rules};
  read_choice_answer(call, answer, format, scratch, reading);
}

}  // namespace assay::wire
