#include "doctor/exchange.hpp"

#include "core/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace assay::doctor {
namespace {

// The byte behind the character at `at`; texts of ours are UTF-8.
std::size_t next_character(std::string_view text, std::size_t at) {
  return at + std::max<std::size_t>(1, first_character(text.substr(at)).length);
}

// A call whose responses all begin at a given place.
class Call {
 public:
  Call(const Exchange& exchange, const wire::Dialect& dialect, std::string_view model) {
    for (const std::string& text : exchange.prompts)
      prompts_.push_back({.text = text, .boundary = next_character(text, 0)});
    call_.model = model;
    call_.max_tokens = exchange.variation.max_tokens.value_or(dialect.max_tokens);
    call_.detail = wire::TokenDetail::kept;
    call_.prompts = prompts_;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void begin_at(std::size_t prompt, std::size_t boundary) { prompts_[prompt].boundary = boundary; }
  [[nodiscard]] const wire::ScoreCall& call() const { return call_; }

 private:
  std::vector<wire::Prompt> prompts_;
  wire::ScoreCall call_;
};

std::vector<double> numbers(std::string_view digits) {
  std::vector<double> values;
  while (!digits.empty()) {
    const std::size_t end = std::min(digits.find(','), digits.size());
    double value = 0;
    std::from_chars(digits.data(), digits.data() + end, value);
    values.push_back(value);
    digits.remove_prefix(std::min(end + 1, digits.size()));
  }
  return values;
}

// Places of the text where a response might begin: each character's start but the first. The middle
// of a long text is left out: looking at every place costs its square.
std::vector<std::size_t> every_place(std::string_view text) {
  constexpr std::size_t edge = 400;  // bytes
  std::vector<std::size_t> places;
  for (std::size_t at = next_character(text, 0); at < text.size(); at = next_character(text, at)) {
    if (at <= edge || at + edge >= text.size()) places.push_back(at);
  }
  return places;
}

// The same where the answer lists the text's tokens: only where one of them begins can the reader
// accept a response. Its list may be a lie; then the reader refuses what is tried, or the list does
// not make up the text and every place is tried.
std::vector<std::size_t> places_of(std::string_view text, const wire::TranscriptChoice* choice) {
  std::vector<std::size_t> every = every_place(text);
  if (choice == nullptr) return every;
  std::vector<std::size_t> begins;
  std::size_t at = 0;
  for (const wire::TranscriptToken& token : choice->tokens) {
    if (at == text.size()) break;
    if (token.text.empty() || !text.substr(at).starts_with(token.text)) return every;
    if (at > 0) begins.push_back(at);
    at += token.text.size();
  }
  std::vector<std::size_t> both;
  std::ranges::set_intersection(every, begins, std::back_inserter(both));
  return both.empty() ? every : both;
}

// Puts together what the readings at one place after another say of one prompt.
class SightBuilder {
 public:
  SightBuilder(std::string_view text, const wire::TranscriptChoice* choice)
      : text_(text), tried_(places_of(text, choice)) {}

  [[nodiscard]] bool wants_more() const { return next_ < tried_.size() && !sight_.failure; }
  [[nodiscard]] std::size_t at() const { return tried_[next_]; }

  void add(const wire::PromptReading& reading) {
    if (const Failure* failure = reading.outcome.failure()) {
      if (failure->cls != FailureClass::boundary_inside_token) sight_.failure = *failure;
      last_straddle_ = *failure;
    } else {
      if (nats_.empty()) nats_ = numbers(reading.token_log_probs);
      const auto left = static_cast<std::size_t>(reading.outcome.score()->tokens.value);
      places_.push_back({at(), left});
      sight_.certificate = reading.outcome.score()->certificate;
    }
    ++next_;
  }

  [[nodiscard]] Sight result() && {
    // Tokens over every possible seam: no response could be scored at all.
    if (!sight_.failure && places_.empty()) sight_.failure = last_straddle_;
    if (sight_.failure) return std::move(sight_);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const bool last = i + 1 == places_.size();
      const std::size_t left_behind = last ? 0 : places_[i + 1].left;
      Segment segment{
          .begin = places_[i].at, .end = last ? text_.size() : places_[i + 1].at, .nats = {}};
      if (places_[i].left <= nats_.size() && left_behind <= places_[i].left) {
        segment.nats.assign(nats_.end() - static_cast<std::ptrdiff_t>(places_[i].left),
                            nats_.end() - static_cast<std::ptrdiff_t>(left_behind));
      }
      sight_.segments.push_back(std::move(segment));
    }
    return std::move(sight_);
  }

 private:
  struct Place {
    std::size_t at;
    std::size_t left;  // tokens from here on
  };
  std::string_view text_;
  std::vector<std::size_t> tried_;
  std::size_t next_ = 0;
  std::vector<Place> places_;
  std::vector<double> nats_;
  std::optional<Failure> last_straddle_;
  Sight sight_;
};

bool is_about_limits(std::string_view name) {
  return name.find("ratelimit") != std::string_view::npos ||
         name.find("tokenlimit") != std::string_view::npos || name.starts_with("retry-after");
}

}  // namespace

std::optional<std::string> body_of(const Exchange& exchange,
                                   const wire::Dialect& dialect,
                                   std::string_view model) {
  const Call call(exchange, dialect, model);
  std::string body;
  dialect.append_body(body, call.call());
  Variation changes = exchange.variation;
  // The dialect has written the number itself already, and may name the field as we do not know.
  if (changes.max_tokens == dialect.max_tokens) changes.max_tokens.reset();
  if (!vary(body, changes)) return std::nullopt;
  return body;
}

TokenBound bound_of(const Exchange& exchange, const wire::Dialect& dialect) {
  const Call call(exchange, dialect, "");
  return wire::worst_case(call.call());
}

Seen read_answer(const Exchange& exchange,
                 const wire::Dialect& dialect,
                 std::string_view model,
                 const AnswerView& answer,
                 wire::Scratch& scratch) {
  Seen seen;
  for (const HeaderField& field : *answer.headers) {
    if (is_about_limits(field.name)) seen.limit_headers.emplace_back(field.name);
  }
  if (answer.status == 200) {
    if (auto transcript = wire::read_transcript(answer, scratch))
      seen.transcript = std::move(*transcript);
  }
  Call call(exchange, dialect, model);
  wire::Reading reading;
  dialect.read_score(call.call(), answer, scratch, reading);
  seen.usage = reading.usage;
  seen.observation = reading.observation;
  seen.served_model = reading.served_model;
  if (answer.status != 200) {
    seen.refused = *reading.prompts.front().outcome.failure();
    return seen;
  }
  // A stream proves no score. What it says is held against the same answer in one piece.
  if (exchange.variation.streamed && seen.transcript) {
    seen.usage = seen.transcript->usage;
    Sight sight;
    sight.failure = make_failure(FailureClass::unsupported, "scores are never read from a stream");
    seen.prompts.assign(exchange.prompts.size(), sight);
    return seen;
  }
  std::vector<SightBuilder> builders;
  for (std::size_t i = 0; i < exchange.prompts.size(); ++i) {
    const bool listed = seen.transcript && i < seen.transcript->choices.size();
    builders.emplace_back(exchange.prompts[i], listed ? &seen.transcript->choices[i] : nullptr);
  }
  const auto wants_more = [&] { return std::ranges::any_of(builders, &SightBuilder::wants_more); };
  while (wants_more()) {
    for (std::size_t i = 0; i < builders.size(); ++i) {
      if (builders[i].wants_more()) call.begin_at(i, builders[i].at());
    }
    dialect.read_score(call.call(), answer, scratch, reading);
    for (std::size_t i = 0; i < builders.size(); ++i) {
      if (builders[i].wants_more()) builders[i].add(reading.prompts[i]);
    }
  }
  for (SightBuilder& builder : builders) seen.prompts.push_back(std::move(builder).result());
  return seen;
}

}  // namespace assay::doctor
