#pragma once

#include "core/rng.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// A small context-free grammar as text. "%name" begins a rule, each line after it is an
// alternative; "{name}" expands a rule, "{Name}" with a capital first letter, "\n" is a line break.
// Empty lines do not count.
//
//   %greeting
//   Good {time}.\n
//   %time
//   morning
//   evening
class Grammar {
 public:
  // `text` must outlive the grammar. A rule that is used and not defined is a bug (ensure).
  explicit Grammar(std::string_view text);

  // Appends one random expansion of `rule`. Alternatives are equally likely.
  void expand(std::string_view rule, Rng& rng, std::string& out) const;

 private:
  std::map<std::string, std::vector<std::string_view>, std::less<>> rules_;
};

}  // namespace assay::teacher
