#include "core/printable.hpp"

#include "core/utf8.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

// Characters that reorder or hide what stands around them on a screen.
bool is_bidi_or_invisible(char32_t code) {
  return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0x061C || code == 0xFEFF;
}

}  // namespace

std::string printable(std::string_view text, std::size_t bytes_max) {
  constexpr std::string_view ellipsis = "...";
  std::string out;
  std::size_t fits = 0;  // length of `out` to which the ellipsis can still be added
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    const std::size_t taken = character.length == 0 ? 1 : character.length;
    std::string piece;
    if (character.length == 0) {
      piece = fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (is_control(character.code)) {
      piece = fmt::format("\\x{:02x}", static_cast<unsigned>(character.code));
    } else if (is_bidi_or_invisible(character.code)) {
      piece = fmt::format("\\u{{{:x}}}", static_cast<unsigned>(character.code));
    } else {
      piece = text.substr(0, taken);
    }
    if (out.size() + piece.size() > bytes_max) {
      out.resize(fits);
      return out.append(ellipsis.substr(0, bytes_max - out.size()));
    }
    out += piece;
    if (out.size() + ellipsis.size() <= bytes_max) fits = out.size();
    text.remove_prefix(taken);
  }
  return out;
}

}  // namespace assay
