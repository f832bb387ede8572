#pragma once

#include <cstdint>
#include <cstring>

namespace assay {

// Eight bytes of text looked at together: most text is made of runs that need no closer look. Each
// may say no of a run that is fine after all, never yes of one that is not.

inline std::uint64_t load_eight(const char* text) {
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

inline bool eight_are_ascii(const char* text) {
  return (load_eight(text) & 0x8080808080808080) == 0;
}

// A byte's top bit is set where it is a control character, a quote, a backslash or not ASCII. (0x7F
// passes: JSON allows it.)
inline bool eight_are_plain(const char* text) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t word = load_eight(text);
  const std::uint64_t quote = word ^ (each * '"');
  const std::uint64_t backslash = word ^ (each * '\\');
  const std::uint64_t bad = (word - each * 0x20) | (quote - each) | (backslash - each) | word;
  return (bad & (each * 0x80)) == 0;
}

}  // namespace assay
