// Lies whose values are those of another distribution or of another context.

#include "teacher/language.hpp"
#include "teacher/lie.hpp"
#include "teacher/nucleus.hpp"
#include "teacher/value_change.hpp"

#include <cmath>

namespace assay::teacher::lie {

namespace {

// The tokens that the choice's columns stand for, after what is not shown.
std::size_t shown_from(const Choice& choice, const Scene& scene) {
  return choice.prompt_count == 0 ? scene.prompt.tokens.size() : 0;
}

// Calls visit(reading, position) before each of the choice's tokens is read.
template <class Visit>
void read_along(Reading& reading, const Choice& choice, const Scene& scene, Visit&& visit) {
  for (std::size_t i = 0; i < shown_from(choice, scene); ++i)
    reading.advance(scene.prompt.tokens[i]);
  for (std::size_t i = 0; i < choice.tokens.size(); ++i) {
    if (i < choice.nats.size() && choice.nats[i]) visit(reading, i);
    reading.advance(choice.tokens[i]);
  }
}

// Values and top_logprobs as another model has them; the tokens stay.
void reread(const std::shared_ptr<const Model>& model, Choice& choice, const Scene& scene) {
  Reading reading(*model);
  std::vector<TokenLogProb> tops;
  read_along(reading, choice, scene, [&](Reading& at, std::size_t i) {
    if (choice.top_count != 0) {
      auto entry = i == 0 ? 0 : choice.top_ends[i - 1];
      at.likeliest(choice.top_count, tops);
      for (const auto& top : tops) {
        if (entry < choice.top_ends[i]) choice.tops[entry++] = top;
      }
      if (entry < choice.top_ends[i]) choice.tops[entry] = {choice.tokens[i], 0};
    }
    set_value(choice, i, at.log_prob(choice.tokens[i]));
  });
}

}  // namespace

// p^(1/T) / Z is what a model of that temperature says by itself.
void temperature_scaling(Completion&, Choice& choice, const Scene& scene) {
  const auto& request = scene.request;
  if (request.sampling.temperature == 0 || request.sampling.temperature == 1) return;
  auto settings = scene.completer.model(request.model)->settings();
  settings.temperature *= request.sampling.temperature;
  reread(Language::bundled().model(settings), choice, scene);
}

void top_p_scaling(Completion&, Choice& choice, const Scene& scene) {
  const auto& request = scene.request;
  if (request.sampling.top_p == 1) return;
  std::vector<double> probabilities;
  auto& reading = scene.completer.reading(request.model);
  read_along(reading, choice, scene, [&](Reading& at, std::size_t i) {
    at.distribution(1, probabilities);
    const auto mass = keep_nucleus(probabilities, request.sampling.top_p);
    const auto probability = probabilities[choice.tokens[i]];
    set_value(choice, i, probability > 0 ? std::log(probability / mass) : -9999.0);
  });
}

void other_weights(Completion&, Choice& choice, const Scene& scene) {
  const auto model = scene.completer.another(scene.request.model);
  if (model != nullptr) reread(model, choice, scene);
}

// What follows a beginning that was asked before is read as if that beginning were not there, but
// for its last token.
void prefix_cache(Completion&, Choice& choice, const Scene& scene) {
  const auto& tokens = scene.prompt.tokens;
  const auto known = scene.memory.known(tokens);
  scene.memory.remember(tokens);
  if (known == 0 || choice.prompt_count == 0) return;
  auto& reading = scene.completer.reading(scene.request.model);
  reading.advance(tokens[known - 1]);
  for (auto i = known; i < choice.tokens.size() && i < choice.nats.size(); ++i) {
    if (choice.nats[i]) set_value(choice, i, reading.log_prob(choice.tokens[i]));
    reading.advance(choice.tokens[i]);
  }
}

// At temperature 0 the first token made is the second likeliest; values stay honest.
void greedy_mismatch(Completion& completion, Choice& choice, const Scene& scene) {
  const auto first = choice.prompt_count;
  if (scene.request.sampling.temperature != 0 || choice.tokens.size() <= first) return;
  auto& reading = scene.completer.reading(scene.request.model);
  for (const auto token : scene.prompt.tokens) reading.advance(token);
  std::vector<TokenLogProb> tops;
  reading.likeliest(4, tops);
  const auto* second = &tops[1];
  while (Vocabulary::is_end(second->token)) ++second;
  Prompt bent = scene.prompt;
  bent.tokens.push_back(second->token);
  const auto& vocabulary = scene.completer.model(scene.request.model)->vocabulary();
  bent.text += vocabulary.bytes_of(second->token);
  auto request = scene.request;
  request.echo = true;
  request.max_tokens -= 1;
  auto other = scene.completer.answer(request, bent);
  const auto hidden = first == 0 ? scene.prompt.tokens.size() : 0;
  completion.completion_tokens += static_cast<std::int64_t>(other.tokens.size() - hidden) -
                                  static_cast<std::int64_t>(choice.tokens.size());
  other.index = choice.index;
  other.prompt_count = first;
  if (first == 0) hide_prompt(other, scene.prompt);
  choice = std::move(other);
}

}  // namespace assay::teacher::lie
