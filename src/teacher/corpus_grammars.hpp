#pragma once

#include <string_view>

namespace assay::teacher {

// Grammars (grammar.hpp) whose rule "document" makes one document of the corpus and "question" one
// prompt.
extern const std::string_view almanac_grammar;
extern const std::string_view harbour_grammar;

}  // namespace assay::teacher
