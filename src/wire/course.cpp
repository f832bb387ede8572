#include "wire/course.hpp"

#include "wire/answer.hpp"
#include "wire/forced_step.hpp"
#include "wire/prove.hpp"
#include "wire/tokenization.hpp"
#include <assay/ensure.hpp>

#include <fmt/format.h>

#include <utility>

namespace assay::wire {
namespace {

Failure unsupported(std::string_view reason) {
  return make_failure(FailureClass::unsupported, reason);
}

Failure inside_token(std::string_view reason) {
  return make_failure(FailureClass::boundary_inside_token, reason);
}

void set_outcome(Reading& reading, Outcome outcome) {
  reading.prompts.clear();
  reading.prompts.push_back(
      {.outcome = std::move(outcome), .token_log_probs = {}, .straddled_token = {}, .tokens = {}});
}

// The verdicts of a method whose proof is not that of one echo.
Certificate::Draft draft_of(Method method, Verdict model, Verdict complete) {
  Certificate::Draft draft(method);
  draft.set(Check::model, model);
  draft.set(Check::complete, complete);
  draft.set(Check::neutral_sampling, Verdict::proved);
  return draft;
}

}  // namespace

std::optional<Failure> objection(const Dialect& dialect, Method method) {
  const auto cannot = [&](std::string_view reason) {
    return unsupported(fmt::format("{} {}", dialect.name, reason));
  };
  switch (method) {
    case Method::echo:
    case Method::two_call:
      if (dialect.can.can_score) return std::nullopt;
      return cannot(fmt::format("gives no log-probs of a prompt; {}", dialect.instead));
    case Method::ids:
      if (dialect.can.can_score && dialect.can.ids_in && !dialect.tokenize_path.empty()) {
        return std::nullopt;
      }
      return cannot("has no tokenizer to ask for ids; use method echo, or dialect vllm or sglang");
    case Method::forced:
      if (dialect.takes_forced_steps) return std::nullopt;
      return cannot("takes no forced steps; use method echo, or dialect llamacpp");
    case Method::recorded:
      return cannot("is not asked for log-probs that the data holds; use method echo");
  }
  return std::nullopt;
}

Course::Course(Terms terms)
    : terms_(std::move(terms)),
      stage_(terms_.method == Method::two_call ? Stage::whole : Stage::tokenize_context) {
  ensure(takes_course(terms_.method), "an echo needs no course");
}

std::string_view Course::text_to_tokenize() const {
  const std::string_view text = terms_.text;
  return stage_ == Stage::tokenize_context ? text.substr(0, terms_.boundary)
                                           : text.substr(terms_.boundary);
}

// A server that puts a BOS before a text gets the text without the template's. Ids it leaves alone.
std::size_t Course::bos_left_to_server() const {
  const bool as_text = stage_ == Stage::whole || stage_ == Stage::context;
  return as_text && terms_.dialect->can.adds_bos ? terms_.bos_bytes : 0;
}

Prompt Course::prompt_of_stage() const {
  const std::string_view text = terms_.text;
  if (stage_ == Stage::ids) return {text, terms_.boundary, ids_, context_ids_};
  const std::size_t bos = bos_left_to_server();
  const std::size_t boundary = terms_.boundary - bos;
  if (stage_ == Stage::whole) return {text.substr(bos), boundary};
  // The context alone. Where it is cut does not matter: only its tokens are read.
  return {text.substr(bos, boundary), boundary};
}

std::optional<Failure> Course::objection() const {
  if (stage_ == Stage::whole) return wire::objection(*terms_.dialect, prompt_of_stage());
  return wire::objection({terms_.text, terms_.boundary});
}

ScoreCall Course::score_call(Prompt& prompt) const {
  prompt = prompt_of_stage();
  ScoreCall call{.model = terms_.model, .served_as = {}, .prompts = {&prompt, 1}};
  call.server_bos = std::string_view(terms_.text).substr(0, bos_left_to_server());
  call.max_tokens = terms_.dialect->max_tokens;
  call.detail = terms_.method == Method::two_call ? TokenDetail::listed : terms_.detail;
  return call;
}

Course::Target Course::target() const {
  switch (stage_) {
    case Stage::tokenize_context:
    case Stage::tokenize_response:
      return {std::string(terms_.dialect->tokenize_path), true};
    case Stage::ids:
    case Stage::whole:
    case Stage::context:
      return {score_target(*terms_.dialect, "", terms_.model), false};
    case Stage::step:
      return {generate_target(*terms_.dialect, "", terms_.model), false};
  }
  return {};
}

void Course::append_body(std::string& out) const {
  Prompt prompt;
  switch (stage_) {
    case Stage::tokenize_context:
      return terms_.dialect->append_tokenize(
          out, terms_.model, text_to_tokenize(), SpecialTokens::parsed);
    case Stage::tokenize_response:
      return terms_.dialect->append_tokenize(
          out, terms_.model, text_to_tokenize(), SpecialTokens::plain);
    case Stage::ids:
    case Stage::whole:
    case Stage::context:
      return terms_.dialect->append_body(out, score_call(prompt));
    case Stage::step:
      return append_forced_step(out, std::span(ids_).first(context_ids_ + steps_.size() + 1));
  }
}

TokenBound Course::bound() const {
  Prompt prompt;
  switch (stage_) {
    case Stage::tokenize_context:
    case Stage::tokenize_response:
      return {};
    case Stage::ids:
    case Stage::step: {
      const auto sent = static_cast<std::int64_t>(
          stage_ == Stage::ids ? ids_.size() : context_ids_ + steps_.size());
      return {.input = TokenCount{sent + special_tokens_max}, .output = TokenCount{1}};
    }
    case Stage::whole:
    case Stage::context:
      return worst_case(score_call(prompt));
  }
  return {};
}

TokenBound Course::bound_of_all() const {
  const auto context = static_cast<std::int64_t>(terms_.boundary) + special_tokens_max;
  const auto response = static_cast<std::int64_t>(terms_.text.size() - terms_.boundary);
  switch (terms_.method) {
    case Method::two_call:
      return {.input = TokenCount{2 * context + response}, .output = TokenCount{2}};
    case Method::forced:  // each step holds the context and the steps before it
      return {.input = TokenCount{response * context + response * (response - 1) / 2},
              .output = TokenCount{response}};
    case Method::echo:
    case Method::ids:
    case Method::recorded:
      break;
  }
  return {.input = TokenCount{context + response}, .output = TokenCount{1}};
}

std::int64_t Course::requests_of_all() const {
  switch (terms_.method) {
    case Method::two_call:
      return 2;
    case Method::ids:
      return 3;
    case Method::forced:
      return 2 + static_cast<std::int64_t>(terms_.text.size() - terms_.boundary);
    case Method::echo:
    case Method::recorded:
      break;
  }
  return 1;
}

Course::Progress Course::read(const AnswerView& answer, Scratch& scratch, Reading& reading) {
  reading.prompts.clear();
  reading.usage = {};
  reading.served_model.clear();
  reading.fingerprint.clear();
  switch (stage_) {
    case Stage::tokenize_context:
    case Stage::tokenize_response:
      return read_tokenizer(answer, scratch, reading);
    case Stage::ids:
    case Stage::whole:
    case Stage::context:
      return read_score(answer, scratch, reading);
    case Stage::step:
      return read_step(answer, scratch, reading);
  }
  return Progress::ended;
}

Course::Progress Course::read_tokenizer(const AnswerView& answer,
                                        Scratch& scratch,
                                        Reading& reading) {
  auto tokens = read_tokens(answer, scratch);
  reading.observation = tokens.observation;
  if (!tokens.ids) {
    set_outcome(reading, std::move(tokens.ids.error()));
    return Progress::ended;
  }
  ids_.insert(ids_.end(), tokens.ids->begin(), tokens.ids->end());
  if (stage_ == Stage::tokenize_context) {
    context_ids_ = ids_.size();
    stage_ = Stage::tokenize_response;
  } else {
    stage_ = terms_.method == Method::ids ? Stage::ids : Stage::step;
  }
  return Progress::goes_on;
}

Course::Progress Course::read_score(const AnswerView& answer, Scratch& scratch, Reading& reading) {
  Prompt prompt;
  terms_.dialect->read_score(score_call(prompt), answer, scratch, reading);
  if (stage_ == Stage::ids) return Progress::ended;
  std::vector<TokenReading> tokens = std::move(reading.prompts.front().tokens);
  if (tokens.empty()) return Progress::ended;  // with the failure that the answer is
  if (stage_ == Stage::whole) {
    whole_ = std::move(tokens);
    stage_ = Stage::context;
    reading.prompts.clear();
    return Progress::goes_on;
  }
  set_outcome(reading, difference(tokens, reading.served_model));
  return Progress::ended;
}

// log P(whole) - log P(context) is log P(response | context) only where the tokens of the context
// are the first tokens of the whole.
Outcome Course::difference(const std::vector<TokenReading>& context,
                           std::string_view served_model) const {
  if (context.size() >= whole_.size()) {
    return inside_token("the whole text has no more tokens than its context");
  }
  for (std::size_t i = 0; i < context.size(); ++i) {
    if (context[i].end == whole_[i].end) continue;
    return inside_token(
        fmt::format("token {} of the context ends at byte {}, of the whole text at byte {}",
                    i,
                    context[i].end,
                    whole_[i].end));
  }
  double sum = 0;
  for (std::size_t i = 1; i < whole_.size(); ++i) {  // the first token of both has no value
    sum += whole_[i].nats.value();
    if (i < context.size()) sum -= context[i].nats.value();
  }
  const auto logprob = LogProb::from_nats(sum);
  if (!logprob) {
    return make_failure(FailureClass::invalid_logprob,
                        fmt::format("the difference: {}", logprob.error()));
  }
  auto draft = draft_of(Method::two_call,
                        served_model.empty() ? Verdict::not_reported : Verdict::proved,
                        Verdict::not_reported);
  const std::vector<double> nats{logprob->nats()};
  auto score = certify(nats, draft);
  if (!score) return std::move(score.error());
  score->tokens = TokenCount{static_cast<std::int64_t>(whole_.size() - context.size())};
  return *score;
}

Course::Progress Course::read_step(const AnswerView& answer, Scratch& scratch, Reading& reading) {
  const auto step =
      read_forced_step(answer, std::span(ids_).first(context_ids_ + steps_.size() + 1), scratch);
  reading.observation = step.observation;
  reading.usage = step.usage;
  if (!step.nats) {
    set_outcome(reading, step.nats.error());
    return Progress::ended;
  }
  steps_.push_back(*step.nats);
  if (context_ids_ + steps_.size() < ids_.size()) return Progress::goes_on;
  auto score =
      certify(steps_, draft_of(Method::forced, Verdict::not_reported, Verdict::not_reported));
  if (!score) {
    set_outcome(reading, std::move(score.error()));
    return Progress::ended;
  }
  set_outcome(reading, *score);
  if (terms_.detail != TokenDetail::left_out) {
    digits_.clear();
    append_token_log_probs(digits_, steps_);
    reading.prompts.front().token_log_probs = digits_;
  }
  return Progress::ended;
}

}  // namespace assay::wire
