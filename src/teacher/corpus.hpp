#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::teacher {

// The bundled English, written for this project as two small grammars and expanded by a fixed seed.
enum class Corpus : std::uint8_t {
  almanac,  // questions and full, friendly answers about house, garden, sky and numbers
  harbour,  // the clipped log of a harbour: weather, boats, cargo
};
[[nodiscard]] std::string_view name_of(Corpus corpus);
[[nodiscard]] std::optional<Corpus> corpus_of(std::string_view name);

// The corpus as one text of documents, each ended by "<|endoftext|>". Always the same bytes; about
// 300 KB, a few milliseconds to make.
[[nodiscard]] std::string corpus_text(Corpus corpus);

// The grammar it is expanded from (grammar.hpp), for prompts in its manner.
[[nodiscard]] std::string_view corpus_grammar(Corpus corpus);

}  // namespace assay::teacher
