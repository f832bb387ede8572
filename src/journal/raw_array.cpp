#include "journal/raw_array.hpp"

#include "core/json_text.hpp"

#include <array>
#include <cstdint>

namespace assay::journal {
namespace {

// Outside strings: digits, signs, exponents, null, commas, blanks.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("0123456789+-.eEnul, ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

// Behind the string that begins at `at`; npos when it does not end or holds a control character.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"') return at + 1;
    if (byte < 0x20) return std::string_view::npos;
    if (byte == '\\') ++at;
  }
  return std::string_view::npos;
}

}  // namespace

bool is_raw_array(std::string_view text) {
  if (!text.starts_with('[')) return false;
  std::size_t depth = 0;
  bool has_strings = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (plain[static_cast<unsigned char>(c)]) {
      ++at;
    } else if (c == '"') {
      has_strings = true;
      at = string_end(text, at);
      if (at == std::string_view::npos) return false;
    } else if (c == '[') {
      ++depth, ++at;
    } else if (c == ']') {
      if (--depth == 0) return at + 1 == text.size() && (!has_strings || is_utf8(text));
      ++at;
    } else {
      return false;
    }
  }
  return false;
}

}  // namespace assay::journal
