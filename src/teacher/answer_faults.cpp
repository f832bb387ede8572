// Faults that make a completions answer lie.

#include "teacher/fault_effects.hpp"

#include <algorithm>

namespace assay::teacher::effect {

namespace {

// A token in the last quarter: in a prompt with its response, most likely of the response.
std::size_t late_position(const Choice& choice, Rng& rng) {
  const auto count = choice.nats.size();
  return count - 1 - static_cast<std::size_t>(rng.below(std::max<std::size_t>(1, count / 4)));
}

void replace_one(Choice& choice, Rng& rng, std::string_view json) {
  if (!choice.nats.empty()) choice.literals.push_back({late_position(choice, rng), json});
}

// Drops the last `count` tokens and their text.
void drop_tokens(Choice& choice, std::size_t count) {
  const auto left = choice.tokens.size() - count;
  choice.tokens.resize(left);
  choice.nats.resize(left);
  choice.offsets.resize(left);
  choice.prompt_count = std::min(choice.prompt_count, left);
  if (choice.top_count != 0) choice.top_ends.resize(left);
}

}  // namespace

void nan_logprob(Completion&, Choice& choice, Rng& rng) {
  replace_one(choice, rng, "NaN");
}
void infinite_logprob(Completion&, Choice& choice, Rng& rng) {
  replace_one(choice, rng, "-Infinity");
}
void null_logprob(Completion&, Choice& choice, Rng& rng) {
  replace_one(choice, rng, "null");
}
void positive_logprob(Completion&, Choice& choice, Rng& rng) {
  replace_one(choice, rng, "0.25");
}
void sentinel_logprob(Completion&, Choice& choice, Rng& rng) {
  replace_one(choice, rng, "-9999.0");
}
void string_logprob(Completion&, Choice& choice, Rng& rng) {
  replace_one(choice, rng, "\"None\"");
}

void missing_logprobs(Completion&, Choice& choice, Rng&) {
  choice.with_logprobs = false;
}

void short_logprobs(Completion&, Choice& choice, Rng&) {
  if (!choice.nats.empty()) choice.nats.pop_back();
  if (!choice.top_ends.empty()) choice.top_ends.pop_back();
}

void echo_mismatch(Completion&, Choice& choice, Rng& rng) {
  if (choice.tokens.empty()) return;
  // One byte of the text, and the token that holds it, become another letter.
  const auto position = late_position(choice, rng);
  auto& token = choice.tokens[position];
  token = token == 'x' ? 'y' : 'x';
  if (!choice.text.empty()) {
    auto& byte = choice.text[choice.text.size() * 3 / 4];
    byte = byte == 'x' ? 'y' : 'x';
  }
}

void truncated_echo(Completion& completion, Choice& choice, Rng&) {
  const auto count = choice.tokens.size() / 3;
  if (count == 0) return;
  const auto cut = choice.offsets[choice.tokens.size() - count];
  // The offset counts code points: walk to that character.
  std::size_t at = 0;
  for (std::int64_t seen = 0; at < choice.text.size(); ++at) {
    const bool begins = (choice.text[at] & 0xc0) != 0x80;
    if (begins && seen++ == cut) break;
  }
  choice.text.resize(at);
  choice.prompt_bytes = std::min(choice.prompt_bytes, choice.text.size());
  drop_tokens(choice, count);
  completion.prompt_tokens -=
      std::min<std::int64_t>(completion.prompt_tokens, static_cast<std::int64_t>(count));
}

void no_echo(Completion&, Choice& choice, Rng&) {
  choice.text.clear();
  choice.prompt_bytes = 0;
  drop_tokens(choice, choice.tokens.size());
}

void wrong_model(Completion& completion, Choice&, Rng&) {
  completion.model += "-lite";
  completion.fingerprint = "fp_0000000000000000";
}

void wrong_index(Completion& completion, Choice& choice, Rng&) {
  choice.index = static_cast<std::int64_t>(completion.choices.size());
}

void short_offsets(Completion&, Choice& choice, Rng&) {
  if (!choice.offsets.empty()) choice.offsets.pop_back();
}

void no_usage(Completion& completion, Choice&, Rng&) {
  completion.usage = Completion::Usage::absent;
}

void wrong_usage(Completion& completion, Choice&, Rng&) {
  completion.prompt_tokens += 7;
}

void no_choices(Completion& completion, Choice&, Rng&) {
  completion.choices.clear();
}

}  // namespace assay::teacher::effect
