#include "report/ink.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::report {

std::string Ink::wrap(const char* code, std::string_view text) const {
  if (!on_) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", code, text);
}

namespace {

// A number and its per cent sign are one word.
std::size_t end_of_word(std::string_view text) {
  std::size_t end = text.find(' ');
  while (end < text.size() && text.substr(end).starts_with(" %")) end = text.find(' ', end + 1);
  return std::min(end, text.size());
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = end_of_word(text);
    if (column > indent && column + 1 + end > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

}  // namespace assay::report
