#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace assay::wire {

// What the letter behind a backslash stands for in a JSON string; NUL: it is none of those that
// stand for one character.
inline constexpr auto short_escapes = [] {
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    table[static_cast<unsigned char>(names[i])] = meanings[i];
  }
  return table;
}();

[[nodiscard]] constexpr char short_escape(char letter) {
  return short_escapes[static_cast<unsigned char>(letter)];
}

}  // namespace assay::wire
