#pragma once

#include "core/rng.hpp"
#include "teacher/answer.hpp"
#include "teacher/completion_request.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// Answers completion requests from the models: the honest answer, before any fault. Pure: no clock,
// no socket. One per thread (it keeps a Reading per model). The models must outlive it.
class Completer {
 public:
  // `seed` makes generation repeatable where a request brings no seed: the same prompt gives the
  // same text.
  Completer(const std::vector<std::shared_ptr<const Model>>& models, std::uint64_t seed);

  [[nodiscard]] const Model* model(std::string_view name) const;  // nullptr when there is none
  // request.model must be one of the models. Leaves id and created_s to the caller.
  [[nodiscard]] Completion complete(const CompletionRequest& request);

  // For lies: the choice for one prompt by itself, by the request's model or by any other.
  [[nodiscard]] Choice answer(const CompletionRequest& request, const Prompt& prompt);
  [[nodiscard]] Choice answer_as(std::shared_ptr<const Model> model,
                                 const CompletionRequest& request,
                                 const Prompt& prompt);
  // A reading of the model's, restarted; valid until the next call.
  [[nodiscard]] Reading& reading(std::string_view model);
  // A model with other values than this one's, not the same for every one; nullptr when there is
  // none.
  [[nodiscard]] std::shared_ptr<const Model> another(std::string_view model) const;

 private:
  struct Voice {
    std::shared_ptr<const Model> model;
    Reading reading;
  };

  void answer_prompt(Voice& voice,
                     const CompletionRequest& request,
                     const Prompt& prompt,
                     Choice& choice);
  void echo(Voice& voice, const CompletionRequest& request, const Prompt& prompt, Choice& choice);
  void generate(Voice& voice,
                const CompletionRequest& request,
                const Prompt& prompt,
                Choice& choice);
  void append_sampled(Voice& voice,
                      const CompletionRequest& request,
                      TokenId token,
                      Choice& choice);
  [[nodiscard]] std::uint32_t rank_of(Reading& reading, TokenId token);  // from 1
  void append(Voice& voice, const CompletionRequest& request, TokenId token, Choice& choice);

  std::map<std::string, Voice, std::less<>> voices_;
  std::uint64_t seed_;
  std::vector<TokenLogProb> top_;
  std::vector<double> probabilities_;
  std::int64_t code_points_ = 0;  // that began before the next token, in the choice at work
};

// Drops the columns and the text of the prompt from an echo of it and of what follows.
void hide_prompt(Choice& choice, const Prompt& prompt);

}  // namespace assay::teacher
