#include "teacher/completer.hpp"

#include "assay/ensure.hpp"
#include "teacher/fault.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace assay::teacher {

namespace {

// Where the earliest of the stops begins in `text`, or npos.
std::size_t stop_in(std::string_view text, const std::vector<std::string>& stops) {
  auto earliest = std::string_view::npos;
  for (const auto& stop : stops) {
    if (!stop.empty()) earliest = std::min(earliest, text.find(stop));
  }
  return earliest;
}

// Drops what lies at or after byte `end` of the generated text.
void cut(Choice& choice,
         std::size_t text_begin,
         std::size_t token_begin,
         std::size_t end,
         const Vocabulary& vocabulary) {
  choice.text.resize(text_begin + end);
  std::size_t at = 0;
  auto kept = token_begin;
  while (kept < choice.tokens.size() && at < end)
    at += vocabulary.bytes_of(choice.tokens[kept++]).size();
  choice.tokens.resize(kept);
  choice.nats.resize(kept);
  choice.offsets.resize(kept);
  if (choice.top_count != 0) choice.top_ends.resize(kept);
}

std::uint64_t seed_of(std::uint64_t seed, std::string_view model, std::string_view prompt) {
  const auto digest = content_digest(model, prompt);
  for (std::size_t i = 0; i < 8; ++i) seed ^= std::uint64_t{digest.bytes[i]} << (8 * i);
  return seed;
}

}  // namespace

void hide_prompt(Choice& choice, const Prompt& prompt) {
  drop_columns(choice, prompt.tokens.size());
  choice.text.erase(0, prompt.text.size());
  choice.prompt_bytes = 0;
}

Completer::Completer(const std::vector<std::shared_ptr<const Model>>& models, std::uint64_t seed)
    : seed_(seed) {
  for (const auto& model : models) voices_.emplace(model->name(), Voice{model, Reading(*model)});
}

const Model* Completer::model(std::string_view name) const {
  const auto found = voices_.find(name);
  return found == voices_.end() ? nullptr : found->second.model.get();
}

Choice Completer::answer(const CompletionRequest& request, const Prompt& prompt) {
  const auto found = voices_.find(request.model);
  ensure(found != voices_.end(), "an answer is asked of a model that is served");
  Choice choice;
  answer_prompt(found->second, request, prompt, choice);
  return choice;
}

Choice Completer::answer_as(std::shared_ptr<const Model> model,
                            const CompletionRequest& request,
                            const Prompt& prompt) {
  Voice voice{model, Reading(*model)};
  Choice choice;
  answer_prompt(voice, request, prompt, choice);
  return choice;
}

Reading& Completer::reading(std::string_view model) {
  const auto found = voices_.find(model);
  ensure(found != voices_.end(), "a reading is asked of a model that is served");
  found->second.reading.restart();
  return found->second.reading;
}

std::shared_ptr<const Model> Completer::another(std::string_view model) const {
  const auto found = voices_.find(model);
  std::vector<std::shared_ptr<const Model>> others;
  for (const auto& [name, voice] : voices_) {
    if (voice.model->fingerprint() != found->second.model->fingerprint())
      others.push_back(voice.model);
  }
  if (others.empty()) return nullptr;
  return others[static_cast<std::size_t>(std::distance(voices_.begin(), found)) % others.size()];
}

Completion Completer::complete(const CompletionRequest& request) {
  const auto found = voices_.find(request.model);
  ensure(found != voices_.end(), "a completion is asked of a model that is served");
  auto& voice = found->second;
  Completion completion;
  completion.model = request.model;
  completion.fingerprint = voice.model->fingerprint();
  completion.choices.resize(request.prompts.size());
  for (std::size_t i = 0; i < request.prompts.size(); ++i) {
    auto& choice = completion.choices[i];
    choice.index = static_cast<std::int64_t>(i);
    answer_prompt(voice, request, request.prompts[i], choice);
    const auto prompt_tokens = static_cast<std::int64_t>(request.prompts[i].tokens.size());
    completion.prompt_tokens += prompt_tokens;
    completion.completion_tokens +=
        static_cast<std::int64_t>(choice.tokens.size() - choice.prompt_count) + request.made_unseen;
  }
  return completion;
}

void Completer::answer_prompt(Voice& voice,
                              const CompletionRequest& request,
                              const Prompt& prompt,
                              Choice& choice) {
  voice.reading.restart();
  code_points_ = 0;
  choice.with_logprobs = request.logprobs.has_value();
  choice.top_count = static_cast<std::size_t>(request.logprobs.value_or(0));
  if (request.echo) {
    echo(voice, request, prompt, choice);
  } else if (request.max_tokens > 0) {
    for (const auto token : prompt.tokens) voice.reading.advance(token);
  }
  if (request.max_tokens > 0) generate(voice, request, prompt, choice);
  const bool hides = request.hide_bos && request.echo && !prompt.by_ids && !choice.tokens.empty();
  if (!hides) return;
  drop_columns(choice, 1);
  if (!choice.nats.empty()) choice.nats.front().reset();
}

void Completer::echo(Voice& voice,
                     const CompletionRequest& request,
                     const Prompt& prompt,
                     Choice& choice) {
  const auto count = prompt.tokens.size();
  choice.text = prompt.text;
  choice.prompt_bytes = prompt.text.size();
  choice.tokens.reserve(count + 1);
  choice.nats.reserve(count + 1);
  choice.offsets.reserve(count + 1);
  choice.tops.reserve(choice.top_count * (count + 2));
  choice.top_ends.reserve(count + 1);
  choice.prompt_count = count;
  for (const auto token : prompt.tokens) append(voice, request, token, choice);
}

// Adds the token to the choice's columns and reads on. The first token of a text has no log-prob.
void Completer::append(Voice& voice,
                       const CompletionRequest& request,
                       TokenId token,
                       Choice& choice) {
  auto& reading = voice.reading;
  const auto& vocabulary = voice.model->vocabulary();
  choice.tokens.push_back(token);
  // A token that goes on inside a character stands where that character does.
  choice.offsets.push_back(code_points_ -
                           (vocabulary.continues_character(token) && code_points_ > 0 ? 1 : 0));
  code_points_ += vocabulary.code_points_of(token);
  if (!request.logprobs || reading.empty()) {
    choice.nats.emplace_back();
    if (request.with_ranks) choice.ranks.push_back(0);
  } else {
    if (request.with_ranks) choice.ranks.push_back(rank_of(reading, token));
    const auto nats = reading.log_prob(token);
    choice.nats.emplace_back(nats);
    if (choice.top_count != 0) {
      reading.likeliest(choice.top_count, top_);
      choice.tops.insert(choice.tops.end(), top_.begin(), top_.end());
      const bool among = std::any_of(
          top_.begin(), top_.end(), [&](const TokenLogProb& top) { return top.token == token; });
      if (!among) choice.tops.push_back({token, nats});
    }
  }
  if (choice.top_count != 0) choice.top_ends.push_back(choice.tops.size());
  reading.advance(token);
}

// What the token was drawn with, before it is read.
void Completer::append_sampled(Voice& voice,
                               const CompletionRequest& request,
                               TokenId token,
                               Choice& choice) {
  voice.reading.distribution(1, probabilities_);
  shape(probabilities_, request.sampling);
  choice.sampled.push_back(std::log(probabilities_[token]));
}

std::uint32_t Completer::rank_of(Reading& reading, TokenId token) {
  reading.distribution(1, probabilities_);
  const auto own = probabilities_[token];
  return 1 +
         static_cast<std::uint32_t>(std::count_if(
             probabilities_.begin(), probabilities_.end(), [own](double p) { return p > own; }));
}

void Completer::generate(Voice& voice,
                         const CompletionRequest& request,
                         const Prompt& prompt,
                         Choice& choice) {
  Rng rng(request.seed ? *request.seed : seed_of(seed_, request.model, prompt.text));
  const auto text_begin = choice.text.size();
  const auto token_begin = choice.tokens.size();
  for (std::int64_t made = 0; made < request.max_tokens; ++made) {
    const auto token = voice.reading.sample(request.sampling, rng);
    if (request.with_sampled) append_sampled(voice, request, token, choice);
    if (Vocabulary::is_end(token)) {  // it is no text, and mostly neither shown nor counted
      if (request.show_end) append(voice, request, token, choice);
      choice.finish_reason = "stop";
      return;
    }
    append(voice, request, token, choice);
    choice.text += voice.model->vocabulary().bytes_of(token);
    const auto end = stop_in(std::string_view(choice.text).substr(text_begin), request.stop);
    if (end != std::string_view::npos) {
      cut(choice, text_begin, token_begin, end, voice.model->vocabulary());
      choice.finish_reason = "stop";
      choice.stopped_by_text = true;
      return;
    }
  }
}

}  // namespace assay::teacher
