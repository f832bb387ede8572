#include "wire/choices.hpp"

#include "wire/answer.hpp"
#include "wire/prove.hpp"

#include <fmt/format.h>

#include <vector>

namespace assay::wire {
namespace {

// What the answer says apart from its choices.
struct Frame {
  Usage usage;
  Verdict model = Verdict::not_reported;
  simdjson::dom::array choices;
};

std::expected<Frame, Failure> read_frame(const ScoreCall& call, Json root, Reading& reading) {
  constexpr std::array<std::string_view, 4> names{
      "choices", "usage", "model", "system_fingerprint"};
  const auto fields = pick(root, names, "the answer");
  if (!fields) return std::unexpected(fields.error());
  const auto& [choices, usage, model, fingerprint] = *fields;
  if (!is_missing(model) && !text_of(model)) {
    return std::unexpected(malformed("model is not a string"));
  }
  reading.served_model = text_of(model).value_or("");
  reading.fingerprint = text_of(fingerprint).value_or("");
  Frame frame;
  const auto counted = read_usage(usage);
  if (!counted) return std::unexpected(counted.error());
  reading.usage = frame.usage = *counted;
  const auto served = check_model({call.model, call.served_as}, reading.served_model);
  if (!served) return std::unexpected(served.error());
  frame.model = *served;
  if (!choices || choices->get(frame.choices) != simdjson::SUCCESS) {
    return std::unexpected(malformed("the answer has no list of choices"));
  }
  return frame;
}

// The choices in the order of the call's prompts.
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

class ScoredChoices {
 public:
  ScoredChoices(const ScoreCall& call,
                const ChoiceFormat& format,
                const Frame& frame,
                Scratch::Parts& parts,
                Reading& reading)
      : call_(call), format_(format), frame_(frame), parts_(parts), reading_(reading) {}

  void read(std::span<const Json> choices) {
    const auto counted = frame_.usage.input;
    const std::size_t proved = read_all(choices, counted ? Verdict::proved : Verdict::not_reported);
    if (!counted || choices.size() == 1) return;
    if (proved < choices.size()) {
      read_all(choices, Verdict::not_reported);
      return;
    }
    const std::int64_t hidden_max =
        format_.rules.hidden_tokens_max * static_cast<std::int64_t>(choices.size());
    if (counted->value >= prompt_tokens_ && counted->value <= prompt_tokens_ + hidden_max) return;
    const auto reason = fmt::format(
        "usage counts {} prompt tokens, the echoes have {}", counted->value, prompt_tokens_);
    fail_all(call_, make_failure(FailureClass::truncated_echo, reason), reading_);
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

  PromptReading read_one(std::size_t index, Json choice, Verdict complete) {
    constexpr std::array<std::string_view, 1> names{"finish_reason"};
    const auto fields = pick(choice, names, "a choice");
    if (!fields) return failed_reading(fields.error());
    if (auto failure = check_finish(text_of((*fields)[0]).value_or(""))) {
      return failed_reading(*std::move(failure));
    }
    parts_.sent_ids = call_.prompts[index].ids;
    auto echo = format_.read_echo(choice, parts_);
    if (!echo) return failed_reading(std::move(echo.error()));
    if (call_.prompts.size() == 1) {
      if (frame_.usage.input) echo->prompt_tokens = frame_.usage.input->value;
      if (frame_.usage.output) echo->generated_tokens = frame_.usage.output->value;
    }
    const AnswerFacts facts{.model = frame_.model, .complete = complete};
    auto proof = prove(call_, index, *echo, format_.rules, facts, parts_);
    prompt_tokens_ += proof.prompt_tokens;
    return std::move(proof.reading);
  }

  const ScoreCall& call_;
  const ChoiceFormat& format_;
  const Frame& frame_;
  Scratch::Parts& parts_;
  Reading& reading_;
  std::int64_t prompt_tokens_ = 0;  // of the prompts proved so far
};

}  // namespace

void read_choice_answer(const ScoreCall& call,
                        const AnswerView& answer,
                        const ChoiceFormat& format,
                        Scratch& scratch,
                        Reading& reading) {
  Scratch::Parts& parts = scratch.parts();
  const auto root = begin_answer(call, answer, format.error_rules, parts.parser, reading);
  if (!root) return;
  const auto frame = read_frame(call, *root, reading);
  if (!frame) return fail_all(call, frame.error(), reading);
  const auto choices = place_choices(call, frame->choices);
  if (!choices) return fail_all(call, choices.error(), reading);
  ScoredChoices(call, format, *frame, parts, reading).read(*choices);
}

}  // namespace assay::wire
