// Lies about which choice is whose, and about usage. The ledger keeps the truth.

#include "teacher/lie.hpp"

#include <algorithm>

namespace assay::teacher::lie {

namespace {

Choice& neighbour(Completion& completion, const Choice& choice) {
  const auto at = static_cast<std::size_t>(&choice - completion.choices.data());
  return completion.choices[(at + 1) % completion.choices.size()];
}

}  // namespace

void duplicate_choices(Completion& completion, Choice& choice, const Scene&) {
  completion.choices.push_back(Choice(choice));
}

void copied_choices(Completion& completion, Choice& choice, const Scene&) {
  const auto index = choice.index;
  choice = Choice(neighbour(completion, choice));
  choice.index = index;
}

void swapped_choices(Completion& completion, Choice& choice, const Scene&) {
  auto& other = neighbour(completion, choice);
  if (&other == &choice) return;
  std::swap(choice, other);
  std::swap(choice.index, other.index);
}

void unordered_choices(Completion& completion, Choice&, const Scene&) {
  std::reverse(completion.choices.begin(), completion.choices.end());
}

void null_usage(Completion& completion, Choice&, const Scene&) {
  completion.usage = Completion::Usage::null;
}

void zero_usage(Completion& completion, Choice&, const Scene&) {
  completion.prompt_tokens = completion.completion_tokens = 0;
}

void negative_usage(Completion& completion, Choice&, const Scene&) {
  completion.prompt_tokens = -completion.prompt_tokens - 1;
}

void absurd_usage(Completion& completion, Choice&, const Scene&) {
  completion.prompt_tokens = 9'000'000'000'000'000;
}

// More than the prompt has bytes: no tokenizer could have made so many.
void over_usage(Completion& completion, Choice&, const Scene& scene) {
  std::size_t bytes = 0;
  for (const auto& prompt : scene.request.prompts) bytes += prompt.text.size();
  completion.prompt_tokens = static_cast<std::int64_t>(2 * bytes + 1000);
}

}  // namespace assay::teacher::lie
