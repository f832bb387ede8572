#include "wire/refusal.hpp"

#include <algorithm>

namespace assay::wire {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_digit(c) || is_letter(c) || c == '_' || c == '-' || c == '.' || c == ':' || c == '*' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "1.2", "2,048", "6m0s", "20ms", "10:00:00Z", "2026-11-20": digits with little around them.
bool is_quantity(std::string_view word) {
  return is_digit(word.front()) &&
         std::ranges::count_if(word, is_letter) * 2 <= static_cast<std::ptrdiff_t>(word.size());
}

// Ten letters and digits mixed without a break are no word of a language.
bool is_random(std::string_view part) {
  return part.size() >= 10 && std::ranges::any_of(part, is_digit) &&
         std::ranges::any_of(part, is_letter);
}

// Request and organisation ids, uuids, keys, be they masked. Names of models have shorter parts.
bool is_id(std::string_view word) {
  if (word.starts_with("sk-") || word.contains('*')) return true;
  while (!word.empty()) {
    const std::size_t end = std::min(word.find_first_of("-_.:"), word.size());
    if (is_random(word.substr(0, end))) return true;
    word.remove_prefix(std::min(end + 1, word.size()));
  }
  return false;
}

bool is_time_unit(std::string_view word) {
  return word.starts_with("second") || word.starts_with("minute") || word.starts_with("hour") ||
         word.starts_with("millisecond") || word == "s" || word == "ms" || word == "sec";
}

std::size_t word_end(std::string_view text, std::size_t from) {
  while (from < text.size() && is_word(text[from])) ++from;
  return from;
}

bool varies(std::string_view word, std::string_view after, Remedy remedy) {
  if (is_id(word)) return true;
  if (!is_quantity(word)) return false;
  if (remedy == Remedy::retry || !std::ranges::all_of(word, is_digit)) return true;
  if (word.size() >= 9) return true;  // an epoch or an id; token counts are shorter
  const std::size_t begin = std::min(after.find_first_not_of(' '), after.size());
  return is_time_unit(after.substr(begin, word_end(after, begin) - begin));
}

}  // namespace

std::string stable_text(std::string_view message, Remedy remedy) {
  std::string text;
  for (std::size_t at = 0; at < message.size();) {
    if (!is_word(message[at])) {
      text += message[at++];
      continue;
    }
    const std::size_t end = word_end(message, at);
    std::string_view word = message.substr(at, end - at);
    at = end;
    std::size_t tail =
        word.size();  // a full stop or colon that ends the clause is no part of the word
    while (tail > 0 && (word[tail - 1] == '.' || word[tail - 1] == ':')) --tail;
    const std::string_view stop = word.substr(tail);
    word = word.substr(0, tail);
    if (!word.empty() && varies(word, message.substr(at), remedy)) {
      text += '#';
    } else {
      text += word;
    }
    text += stop;
  }
  return text;
}

}  // namespace assay::wire
