// Lies about what was read, and about the tokens and offsets that are shown of it.

#include "teacher/lie.hpp"
#include "teacher/value_change.hpp"

#include <algorithm>

namespace assay::teacher::lie {

namespace {

const Vocabulary& vocabulary_of(const Scene& scene) {
  return scene.completer.model(scene.request.model)->vocabulary();
}

// Answers to another prompt than the one that was sent; usage counts that one.
void answer_instead(Completion& completion, Choice& choice, const Scene& scene, Prompt prompt) {
  auto other = scene.completer.answer(scene.request, prompt);
  const auto made = [](const Choice& c) {
    return static_cast<std::int64_t>(c.tokens.size() - c.prompt_count);
  };
  completion.prompt_tokens += static_cast<std::int64_t>(prompt.tokens.size()) -
                              static_cast<std::int64_t>(scene.prompt.tokens.size());
  completion.completion_tokens += made(other) - made(choice);
  other.index = choice.index;
  choice = std::move(other);
}

void answer_tokens(Completion& completion,
                   Choice& choice,
                   const Scene& scene,
                   std::vector<TokenId> tokens) {
  auto text = vocabulary_of(scene).decode(tokens);
  answer_instead(completion, choice, scene, {std::move(text), std::move(tokens)});
}

void answer_text(Completion& completion, Choice& choice, const Scene& scene, std::string text) {
  if (text == scene.prompt.text) return;
  auto tokens = vocabulary_of(scene).encode(text);
  answer_instead(completion, choice, scene, {std::move(text), std::move(tokens)});
}

// How many tokens of the prompt the context holds.
std::size_t room_for(const Scene& scene) {
  const auto limit = scene.amount > 0 ? static_cast<std::int64_t>(scene.amount) : scene.context_max;
  return static_cast<std::size_t>(std::max<std::int64_t>(1, limit - scene.request.max_tokens));
}

}  // namespace

void truncate_left(Completion& completion, Choice& choice, const Scene& scene) {
  const auto& tokens = scene.prompt.tokens;
  const auto room = static_cast<std::ptrdiff_t>(room_for(scene));
  if (std::ssize(tokens) <= room) return;
  answer_tokens(completion, choice, scene, {tokens.end() - room, tokens.end()});
}

void truncate_right(Completion& completion, Choice& choice, const Scene& scene) {
  const auto& tokens = scene.prompt.tokens;
  const auto room = static_cast<std::ptrdiff_t>(room_for(scene));
  if (std::ssize(tokens) <= room) return;
  answer_tokens(completion, choice, scene, {tokens.begin(), tokens.begin() + room});
}

void double_bos(Completion& completion, Choice& choice, const Scene& scene) {
  std::vector<TokenId> tokens{Vocabulary::end_of_text, Vocabulary::end_of_text};
  const auto& given = scene.prompt.tokens;
  const bool has_one = !given.empty() && given.front() == Vocabulary::end_of_text;
  tokens.insert(tokens.end(), given.begin() + (has_one ? 1 : 0), given.end());
  answer_tokens(completion, choice, scene, std::move(tokens));
}

void special_text(Completion& completion, Choice& choice, const Scene& scene) {
  auto tokens = scene.prompt.tokens;
  const auto gone = std::erase_if(tokens, [](TokenId token) {
    return token >= Vocabulary::byte_count && token < Vocabulary::first_piece;
  });
  if (gone == 0 || tokens.empty()) return;
  answer_tokens(completion, choice, scene, std::move(tokens));
}

void crlf_normalised(Completion& completion, Choice& choice, const Scene& scene) {
  auto text = scene.prompt.text;
  for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at))
    text.erase(at, 1);
  answer_text(completion, choice, scene, std::move(text));
}

void leading_space_stripped(Completion& completion, Choice& choice, const Scene& scene) {
  const auto begin = std::min(scene.prompt.text.find_first_not_of(' '), scene.prompt.text.size());
  if (begin == scene.prompt.text.size()) return;
  answer_text(completion, choice, scene, scene.prompt.text.substr(begin));
}

// From the second token on, two and two become one with the sum of their values.
void straddling_tokens(Completion&, Choice& choice, const Scene& scene) {
  const auto& vocabulary = vocabulary_of(scene);
  Choice merged = choice;
  merged.tokens.clear();
  merged.nats.clear();
  merged.offsets.clear();
  merged.top_count = 0;
  const auto count = choice.nats.size();
  for (std::size_t i = 0; i < count; ++i) {
    auto bytes = std::string(vocabulary.bytes_of(choice.tokens[i]));
    merged.tokens.push_back(choice.tokens[i]);
    merged.nats.push_back(choice.nats[i]);
    merged.offsets.push_back(choice.offsets[i]);
    const bool pair = i % 2 == 1 && i + 1 < count;
    if (pair) {
      bytes += vocabulary.bytes_of(choice.tokens[++i]);
      if (merged.nats.back() && choice.nats[i]) *merged.nats.back() += *choice.nats[i];
    }
    merged.shown.push_back(Vocabulary::json_of(bytes));
    if (i < choice.prompt_count) merged.prompt_count = merged.tokens.size();
  }
  choice = std::move(merged);
}

// The text stays.
void generated_only(Completion&, Choice& choice, const Scene& scene) {
  if (choice.prompt_count != scene.prompt.tokens.size()) return;
  drop_columns(choice, choice.prompt_count);
}

void wrong_offsets(Completion&, Choice& choice, const Scene&) {
  for (auto i = choice.offsets.size() / 2; i < choice.offsets.size(); ++i) ++choice.offsets[i];
}

void negative_offsets(Completion&, Choice& choice, const Scene&) {
  std::fill(choice.offsets.begin(), choice.offsets.end(), -1);
}

void byte_offsets(Completion&, Choice& choice, const Scene& scene) {
  const auto& vocabulary = vocabulary_of(scene);
  std::int64_t at = 0;
  for (std::size_t i = 0; i < choice.offsets.size(); ++i) {
    choice.offsets[i] = at;
    at += static_cast<std::int64_t>(vocabulary.bytes_of(choice.tokens[i]).size());
  }
}

}  // namespace assay::teacher::lie
