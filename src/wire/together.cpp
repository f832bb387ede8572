// Together: the echo stands in `prompt[0]`, apart from the choices, which hold only what was
// generated. Quirks: one prompt a request, no ids, no offsets, `prompt` empty without echo, the
// first entry perhaps a number, 403 for a context that is too long. Source: providers.md,
// section 3.6 (as of 2026-11-20).

#include "wire/answer.hpp"
#include "wire/columns.hpp"
#include "wire/completions.hpp"
#include "wire/dialect_table.hpp"
#include "wire/generation.hpp"
#include "wire/prove.hpp"

namespace assay::wire {
namespace {

constexpr std::array rules{ErrorRule{403, "context", FailureClass::context_too_long},
                           ErrorRule{403, "token", FailureClass::context_too_long}};

void append_body(std::string& out, const ScoreCall& call) {
  append_completions_body(out, call, {});
}

// The fields of the answer, its frame checked.
struct Answer {
  Usage usage;
  Verdict model = Verdict::not_reported;
  Json prompt;
};

std::expected<void, Failure> check_choices(const std::optional<Json>& value) {
  simdjson::dom::array choices;
  if (!value || value->get(choices) != simdjson::SUCCESS) {
    return std::unexpected(malformed("the answer has no list of choices"));
  }
  for (const Json choice : choices) {
    const auto fields = pick(choice, std::array<std::string_view, 1>{"finish_reason"}, "a choice");
    if (!fields) return std::unexpected(fields.error());
    if (auto failure = check_finish(text_of((*fields)[0]).value_or(""))) {
      return std::unexpected(*std::move(failure));
    }
  }
  return {};
}

std::expected<Answer, Failure> read_answer(const ScoreCall& call, Json root, Reading& reading) {
  constexpr std::array<std::string_view, 4> names{"prompt", "choices", "usage", "model"};
  const auto fields = pick(root, names, "the answer");
  if (!fields) return std::unexpected(fields.error());
  const auto& [prompt, choices, usage, model] = *fields;
  reading.served_model = text_of(model).value_or("");
  const auto counted = read_usage(usage);
  if (!counted) return std::unexpected(counted.error());
  reading.usage = *counted;
  const auto served = check_model({call.model, call.served_as}, reading.served_model);
  if (!served) return std::unexpected(served.error());
  if (auto checked = check_choices(choices); !checked) return std::unexpected(checked.error());
  simdjson::dom::array prompts;
  if (!prompt || prompt->get(prompts) != simdjson::SUCCESS || prompts.size() == 0) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "the answer has no prompt with its logprobs"));
  }
  if (prompts.size() > 1) return std::unexpected(malformed("the answer has more than one prompt"));
  return Answer{*counted, *served, prompts.at(0).value_unsafe()};
}

std::expected<Echo, Failure> read_echo(const Answer& answer, Scratch::Parts& parts) {
  constexpr std::array<std::string_view, 2> names{"text", "logprobs"};
  const auto fields = pick(answer.prompt, names, "prompt[0]");
  if (!fields) return std::unexpected(fields.error());
  const auto& [text, log_probs] = *fields;
  if (is_missing(log_probs)) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "prompt[0] has no logprobs"));
  }
  auto echo = read_legacy_log_probs(*log_probs, OffsetRule::ignored, parts);
  if (!echo) return echo;
  echo->text = text_of(text);
  if (answer.usage.input) echo->prompt_tokens = answer.usage.input->value;
  return echo;
}

void read_score(const ScoreCall& call,
                const AnswerView& answer,
                Scratch& scratch,
                Reading& reading) {
  Scratch::Parts& parts = scratch.parts();
  const auto root = begin_answer(call, answer, rules, parts.parser, reading);
  if (!root) return;
  const auto read = read_answer(call, *root, reading);
  if (!read) return fail_all(call, read.error(), reading);
  const auto echo = read_echo(*read, parts);
  if (!echo) return fail_all(call, echo.error(), reading);
  parts.details.resize(1);
  const AnswerFacts facts{.model = read->model,
                          .complete = read->usage.input ? Verdict::proved : Verdict::not_reported};
  const EchoRules echo_rules{.first_entry = FirstEntry::anything, .max_tokens = 0};
  reading.prompts.push_back(prove(call, 0, *echo, echo_rules, facts, parts).reading);
}

void append_generation(std::string& out, const GenerateCall& call) {
  append_completion_generation(out, call, {});
}

void read_generation(const GenerateCall& call,
                     const AnswerView& answer,
                     Scratch& scratch,
                     GenerateReading& reading) {
  read_completion_generation(call, answer, rules, scratch, reading);
}

}  // namespace

constexpr Dialect together_dialect{
    .name = "together",
    .can = {.can_score = true,
            .can_generate = true,
            .prompts_max = 1,
            .top_k_max = 20,
            .first_entry = FirstEntry::anything},
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/completions",
    .instead = {},
    .max_tokens = 1,
    .append_body = append_body,
    .read_score = read_score,
    .generate_path = "/completions",
    .append_generation = append_generation,
    .read_generation = read_generation,
};

}  // namespace assay::wire
