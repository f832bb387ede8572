// Completions answers of any shape, by simdjson's DOM: complete, and slower than the single pass.

#include "wire/answer.hpp"
#include "wire/completions.hpp"
#include "wire/scratch_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::wire {
namespace {

// What the answer says apart from its choices.
struct Frame {
  Usage usage;
  Verdict model = Verdict::not_reported;
  simdjson::dom::array choices;
};

std::expected<Frame, Failure> read_frame(const ScoreCall& call, Json root, Reading& reading) {
  constexpr std::array<std::string_view, 3> names{"choices", "usage", "model"};
  const auto fields = pick(root, names, "the answer");
  if (!fields) return std::unexpected(fields.error());
  const auto& [choices, usage, model] = *fields;
  if (!is_missing(model) && !text_of(model)) {
    return std::unexpected(malformed("model is not a string"));
  }
  reading.served_model = text_of(model).value_or("");
  Frame frame;
  const auto counted = read_usage(usage);
  if (!counted) return std::unexpected(counted.error());
  reading.usage = frame.usage = *counted;
  const auto served = check_model(call, reading.served_model);
  if (!served) return std::unexpected(served.error());
  frame.model = *served;
  if (!choices || choices->get(frame.choices) != simdjson::SUCCESS) {
    return std::unexpected(malformed("the answer has no list of choices"));
  }
  return frame;
}

// A choice with its fields picked out.
struct Choice {
  Json log_probs;
  std::optional<std::string_view> text;
};

// The answer to each prompt, in the call's order. An index out of place makes all of them doubtful.
std::expected<std::vector<Json>, Failure> place_choices(const ScoreCall& call,
                                                        simdjson::dom::array choices) {
  const std::size_t wanted = call.prompts.size();
  std::vector<std::optional<Json>> placed(wanted);
  std::size_t count = 0;
  for (const Json choice : choices) {
    const auto fields = pick(choice, std::array<std::string_view, 1>{"index"}, "a choice");
    if (!fields) return std::unexpected(fields.error());
    const auto index = is_missing((*fields)[0]) && wanted == 1 ? 0 : integer_of((*fields)[0]);
    if (!index || *index < 0 || *index >= static_cast<std::int64_t>(wanted)) {
      return std::unexpected(
          malformed(fmt::format("a choice has no index from 0 to {}", wanted - 1)));
    }
    auto& place = placed[static_cast<std::size_t>(*index)];
    if (place) return std::unexpected(malformed(fmt::format("two choices have index {}", *index)));
    place = choice;
    ++count;
  }
  if (count != wanted) {
    return std::unexpected(malformed(fmt::format("{} choices for {} prompts", count, wanted)));
  }
  std::vector<Json> ordered;
  for (const auto& place : placed) ordered.push_back(*place);
  return ordered;
}

std::expected<Choice, Failure> read_choice(Json value) {
  constexpr std::array<std::string_view, 3> names{"text", "logprobs", "finish_reason"};
  const auto fields = pick(value, names, "a choice");
  if (!fields) return std::unexpected(fields.error());
  const auto& [text, log_probs, finish_reason] = *fields;
  if (auto failure = check_finish(text_of(finish_reason).value_or(""))) {
    return std::unexpected(*std::move(failure));
  }
  if (!is_missing(text) && !text_of(text))
    return std::unexpected(malformed("text is not a string"));
  if (is_missing(log_probs)) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "the choice has no logprobs"));
  }
  return Choice{*log_probs, text_of(text)};
}

LogProbEntry entry_of(Json value) {
  double nats = 0.0;
  if (value.is_null()) return {LogProbEntry::Kind::null, 0.0};
  if (value.is_number() && value.get(nats) == simdjson::SUCCESS) {
    return {LogProbEntry::Kind::number, nats};
  }
  return {LogProbEntry::Kind::other, 0.0};
}

// Fills the columns of `parts` from a legacy logprobs object.
std::expected<Echo, Failure> read_columns(const Choice& choice,
                                          OffsetRule rule,
                                          Scratch::Parts& parts) {
  constexpr std::array<std::string_view, 3> names{"tokens", "token_logprobs", "text_offset"};
  const auto fields = pick(choice.log_probs, names, "logprobs");
  if (!fields) return std::unexpected(fields.error());
  const auto& [tokens, log_probs, offsets] = *fields;
  simdjson::dom::array list;
  parts.tokens.clear();
  parts.entries.clear();
  parts.offsets.clear();
  if (is_missing(tokens) || is_missing(log_probs)) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "logprobs has no tokens or no token_logprobs"));
  }
  if (tokens->get(list) != simdjson::SUCCESS)
    return std::unexpected(malformed("tokens is no list"));
  for (const Json token : list) {
    const auto text = text_of(token);
    if (!text) return std::unexpected(malformed("a token is not a string"));
    parts.tokens.push_back(*text);
  }
  if (log_probs->get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("token_logprobs is no list"));
  }
  for (const Json value : list) parts.entries.push_back(entry_of(value));
  Echo echo{.tokens = parts.tokens,
            .log_probs = parts.entries,
            .offsets = std::nullopt,
            .text = choice.text,
            .prompt_tokens = std::nullopt,
            .generated_tokens = std::nullopt};
  if (rule == OffsetRule::ignored || is_missing(offsets)) return echo;
  if (offsets->get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("text_offset is no list"));
  }
  for (const Json value : list) {
    const auto offset = integer_of(value);
    if (!offset) return std::unexpected(malformed("an entry of text_offset is no integer"));
    parts.offsets.push_back(*offset);
  }
  // Some servers write -1 everywhere: no offsets, not wrong ones.
  if (std::ranges::any_of(parts.offsets, [](std::int64_t one) { return one != -1; })) {
    echo.offsets = parts.offsets;
  }
  return echo;
}

// Reads the choices of one answer.
class ChoiceReader {
 public:
  ChoiceReader(const ScoreCall& call,
               const CompletionsForm& form,
               const Frame& frame,
               Scratch::Parts& parts,
               Reading& reading)
      : call_(call), form_(form), frame_(frame), parts_(parts), reading_(reading) {}

  // Gives each prompt its outcome. Usage is of the whole answer: it proves completeness only when
  // every prompt's tokens could be counted.
  void read(std::span<const Json> choices) {
    const auto counted = frame_.usage.input;
    const std::size_t proved = read_all(choices, counted ? Verdict::proved : Verdict::not_reported);
    if (!counted || choices.size() == 1) return;
    if (proved < choices.size()) {
      read_all(choices, Verdict::not_reported);
    } else if (counted->value != prompt_tokens_) {
      fail_all(call_,
               make_failure(FailureClass::truncated_echo,
                            fmt::format("usage counts {} prompt tokens, the echoes have {}",
                                        counted->value,
                                        prompt_tokens_)),
               reading_);
    }
  }

 private:
  // Returns how many are scores.
  std::size_t read_all(std::span<const Json> choices, Verdict complete) {
    reading_.prompts.clear();
    prompt_tokens_ = 0;
    parts_.details.resize(choices.size());
    std::size_t proved = 0;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      reading_.prompts.push_back(read_one(i, choices[i], complete));
      proved += reading_.prompts.back().outcome.score() ? 1U : 0U;
    }
    return proved;
  }

  PromptReading read_one(std::size_t index, Json value, Verdict complete) {
    const auto failed = [](Failure failure) {
      return PromptReading{
          .outcome = std::move(failure), .token_log_probs = {}, .straddled_token = {}};
    };
    auto choice = read_choice(value);
    if (!choice) return failed(std::move(choice.error()));
    auto echo = read_columns(*choice, form_.offsets, parts_);
    if (!echo) return failed(std::move(echo.error()));
    if (call_.prompts.size() == 1) {
      if (frame_.usage.input) echo->prompt_tokens = frame_.usage.input->value;
      if (frame_.usage.output) echo->generated_tokens = frame_.usage.output->value;
    }
    const EchoRules rules{.first_entry = form_.first_entry, .max_tokens = call_.max_tokens};
    auto aligned = align(call_.prompts[index], *echo, rules, parts_.columns);
    if (!aligned) {
      auto fault = std::move(aligned.error());
      return {.outcome = std::move(fault.failure),
              .token_log_probs = {},
              .straddled_token = std::move(fault.straddled_token)};
    }
    prompt_tokens_ += static_cast<std::int64_t>(aligned->prompt_tokens);
    return scored(index, *aligned, complete);
  }

  PromptReading scored(std::size_t index, const Alignment& aligned, Verdict complete) {
    Certificate::Draft draft(Method::echo);
    draft.set(Check::model, frame_.model);
    draft.set(Check::complete, complete);
    draft.set(Check::neutral_sampling,
              Verdict::proved);  // append_completions_body asks for nothing else
    const auto nats =
        std::span<const double>(parts_.columns.nats).subspan(aligned.response_begin - 1);
    auto score = certify(nats, draft);
    if (!score)
      return {.outcome = std::move(score.error()), .token_log_probs = {}, .straddled_token = {}};
    PromptReading reading{
        .outcome = *std::move(score), .token_log_probs = {}, .straddled_token = {}};
    if (call_.detail == TokenDetail::kept) {
      std::string& digits = parts_.details[index];
      digits.clear();
      append_token_log_probs(digits, nats);
      reading.token_log_probs = digits;
    }
    return reading;
  }

  const ScoreCall& call_;
  const CompletionsForm& form_;
  const Frame& frame_;
  Scratch::Parts& parts_;
  Reading& reading_;
  std::int64_t prompt_tokens_ = 0;  // of the prompts proved so far
};

}  // namespace

void read_completions_dom(const ScoreCall& call,
                          const AnswerView& answer,
                          const CompletionsForm& form,
                          Scratch& scratch,
                          Reading& reading) {
  Scratch::Parts& parts = scratch.parts();
  begin_reading(answer, reading);
  if (answer.status != 200) {
    return read_refused(
        call, answer, read_refusal(answer, parts.parser, form.error_rules), reading);
  }
  const auto root = parse_answer(parts.parser, answer.body);
  if (!root) return fail_all(call, root.error(), reading);
  if (const auto error = remote_error(*root)) {
    return read_refused(call, answer, read_refusal(answer, *error, form.error_rules), reading);
  }
  const auto frame = read_frame(call, *root, reading);
  if (!frame) return fail_all(call, frame.error(), reading);
  const auto choices = place_choices(call, frame->choices);
  if (!choices) return fail_all(call, choices.error(), reading);
  ChoiceReader(call, form, *frame, parts, reading).read(*choices);
}

}  // namespace assay::wire
