#include "teacher/corpus.hpp"

#include "teacher/corpus_grammars.hpp"
#include "teacher/grammar.hpp"

namespace assay::teacher {

namespace {
// Long enough that common trigrams are seen many times, short enough to be read in a few
// milliseconds.
constexpr std::size_t corpus_bytes = 300'000;
constexpr std::uint64_t corpus_seed = 20'261'120;
}  // namespace

std::string_view name_of(Corpus corpus) {
  switch (corpus) {
    case Corpus::almanac:
      return "almanac";
    case Corpus::harbour:
      return "harbour";
  }
  return "";
}

std::optional<Corpus> corpus_of(std::string_view name) {
  for (const auto corpus : {Corpus::almanac, Corpus::harbour}) {
    if (name_of(corpus) == name) return corpus;
  }
  return std::nullopt;
}

std::string_view corpus_grammar(Corpus corpus) {
  return corpus == Corpus::almanac ? almanac_grammar : harbour_grammar;
}

std::string corpus_text(Corpus corpus) {
  const Grammar grammar(corpus_grammar(corpus));
  Rng rng(corpus_seed + static_cast<std::uint64_t>(corpus));
  std::string text;
  text.reserve(corpus_bytes + 4096);
  while (text.size() < corpus_bytes) {
    grammar.expand("document", rng, text);
    text += "<|endoftext|>";
  }
  return text;
}

}  // namespace assay::teacher
