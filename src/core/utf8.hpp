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

}  // namespace assay
