#include "wire/prove.hpp"

#include "wire/answer.hpp"
#include <assay/ensure.hpp>

#include <span>
#include <string>
#include <utility>

namespace assay::wire {
namespace {

// Takes the server's own first token away, if it is there and the prompt did not ask for it.
// Returns how many tokens were taken.
std::int64_t take_server_bos(const ScoreCall& call,
                             const Prompt& prompt,
                             Echo& echo,
                             EchoRules& rules,
                             Scratch::Parts& parts) {
  const std::string_view bos = call.server_bos;
  if (bos.empty() || prompt.text.starts_with(bos)) return 0;
  const bool same_lengths = echo.log_probs.size() == echo.tokens.size() &&
                            (!echo.offsets || echo.offsets->size() == echo.tokens.size());
  if (!same_lengths || echo.tokens.empty() || echo.tokens.front() != bos) return 0;
  echo.tokens = echo.tokens.subspan(1);
  echo.log_probs = echo.log_probs.subspan(1);
  if (echo.text && echo.text->starts_with(bos)) echo.text->remove_prefix(bos.size());
  if (echo.offsets) {
    parts.offsets.erase(parts.offsets.begin());
    const std::int64_t shift = parts.offsets.empty() ? 0 : parts.offsets.front();
    for (std::int64_t& offset : parts.offsets) offset -= shift;
    echo.offsets = parts.offsets;
  }
  if (echo.prompt_tokens) --*echo.prompt_tokens;
  rules.first_entry = FirstEntry::anything;  // it has something before it now
  return 1;
}

}  // namespace

PromptReading failed_reading(Failure failure) {
  return {.outcome = std::move(failure), .token_log_probs = {}, .straddled_token = {}};
}

Proof prove(const ScoreCall& call,
            std::size_t index,
            Echo echo,
            EchoRules rules,
            AnswerFacts facts,
            Scratch::Parts& parts) {
  const Prompt& prompt = call.prompts[index];
  const std::int64_t bos_tokens = take_server_bos(call, prompt, echo, rules, parts);
  auto aligned = align(prompt, echo, rules, parts.columns);
  if (!aligned) {
    auto reading = failed_reading(std::move(aligned.error().failure));
    reading.straddled_token = std::move(aligned.error().straddled_token);
    return {std::move(reading)};
  }
  Certificate::Draft draft(Method::echo);
  draft.set(Check::model, facts.model);
  draft.set(Check::complete, facts.complete);
  draft.set(Check::neutral_sampling, Verdict::proved);
  const auto nats =
      std::span<const double>(parts.columns.nats).subspan(aligned->response_begin - 1);
  auto score = certify(nats, draft);
  if (!score) return {failed_reading(std::move(score.error()))};
  Proof proof{
      .reading = {.outcome = *std::move(score), .token_log_probs = {}, .straddled_token = {}},
      .prompt_tokens = static_cast<std::int64_t>(aligned->prompt_tokens) + bos_tokens};
  if (call.detail == TokenDetail::kept) {
    ensure(index < parts.details.size(), "details has room for each prompt");
    std::string& digits = parts.details[index];
    digits.clear();
    append_token_log_probs(digits, nats);
    proof.reading.token_log_probs = digits;
  }
  return proof;
}

}  // namespace assay::wire
