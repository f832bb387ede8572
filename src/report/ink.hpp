#pragma once

// Text for a terminal: escape sequences where it takes them, and lines that fit.

#include "report/table.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::report {

inline constexpr std::size_t line_width = 100;

class Ink {
 public:
  explicit Ink(Colour colour) : on_(colour == Colour::ansi) {}
  [[nodiscard]] std::string strong(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return wrap("31", text); }
  [[nodiscard]] std::string warn(std::string_view text) const { return wrap("33", text); }

 private:
  [[nodiscard]] std::string wrap(const char* code, std::string_view text) const;
  bool on_;
};

// Breaks at spaces; every line but the first starts with `indent` spaces.
[[nodiscard]] std::string wrapped(std::string_view text,
                                  std::size_t indent,
                                  std::size_t width = line_width);

}  // namespace assay::report
