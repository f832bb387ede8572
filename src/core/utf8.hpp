#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay {

// One well-formed character at the start of a text; length 0 where the bytes there are not UTF-8
// (or the text is empty). Overlong forms, surrogates and values past U+10FFFF are not well-formed.
// Source: Unicode 15, table 3-7.
struct Utf8Character {
  char32_t code = 0;
  std::size_t length = 0;
};
[[nodiscard]] Utf8Character first_character(std::string_view text);

// Whether a byte of UTF-8 goes on with a character that began before it.
[[nodiscard]] constexpr bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}
// The same of the byte at `at`; false behind the end.
[[nodiscard]] constexpr bool continues_character(std::string_view text, std::size_t at) {
  return at < text.size() && continues_character(text[at]);
}

}  // namespace assay
