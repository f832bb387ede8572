#pragma once

// The texts the doctor asks about: fixed, so that two examinations of one endpoint can be compared.

#include <span>
#include <string>
#include <string_view>

namespace assay::doctor {

// A context and a response that follows it at once.
struct PlainText {
  std::string_view context;
  std::string_view response;
  [[nodiscard]] std::string whole() const;
};
[[nodiscard]] std::span<const PlainText> plain_texts();

// Goes behind a text to see whether that changes what stands before.
inline constexpr std::string_view suffix = "\nAnd then nothing was as it had been before.";

// What transports, tokenizers and templates mangle; each with a name for people.
struct AwkwardText {
  std::string_view name;
  std::string_view text;
  // It holds U+FFFD. A server that writes each token apart shows that for a part of a character, so
  // that no echo can prove such a text; it is refused by itself, and no value is wrong.
  bool is_ambiguous = false;
};
[[nodiscard]] std::span<const AwkwardText> awkward_texts();

// One context, and what may follow it: distinct single characters, so that their probabilities add
// up to at most one.
inline constexpr std::string_view open_context =
    "The clerk took the list and read the letters one by one.\n\nThe next letter on it is:\n";
inline constexpr std::string_view continuations = "abcdefghijklmnopqrstuvwxyz0123456789";

// One response, and contexts of which only the first makes it likely.
inline constexpr std::string_view echoed_response = "\nblue heron, iron gate, seven bells";
[[nodiscard]] std::span<const std::string_view> contexts();

// About `bytes` of prose whose beginning says `head`.
[[nodiscard]] std::string long_text(std::string_view head, std::size_t bytes);

}  // namespace assay::doctor
