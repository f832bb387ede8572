#include "teacher/language.hpp"

#include "assay/ensure.hpp"
#include "teacher/piece_learning.hpp"

#include <map>

namespace assay::teacher {

namespace {
constexpr std::size_t vocabulary_size = 4096;
// The first part of each corpus is enough to learn pieces from, and four times faster than all of
// it.
constexpr std::size_t learning_bytes = 80'000;
}  // namespace

const Language& Language::bundled() {
  static const Language language;
  return language;
}

Language::Language() {
  const auto almanac = corpus_text(Corpus::almanac);
  const auto harbour = corpus_text(Corpus::harbour);
  const auto learnt =
      learn_pieces(almanac.substr(0, learning_bytes) + harbour.substr(0, learning_bytes),
                   vocabulary_size - Vocabulary::first_piece);
  vocabulary_ = std::make_shared<const Vocabulary>(learnt);
  const auto size = vocabulary_->size();
  almanac_ = std::make_shared<const Weights>(vocabulary_->encode(almanac), size);
  harbour_ = std::make_shared<const Weights>(vocabulary_->encode(harbour), size);
}

std::shared_ptr<const Model> Language::model(const ModelSettings& settings) const {
  return std::make_shared<const Model>(
      settings, vocabulary_, settings.corpus == Corpus::almanac ? almanac_ : harbour_);
}

std::vector<ModelSettings> default_models() {
  return {
      {.name = "teacher-base"},
      {.name = "teacher-clone"},
      {.name = "teacher-warm", .temperature = 1.04},
      {.name = "teacher-focused", .influence = 3},
      {.name = "teacher-terse", .corpus = Corpus::harbour},
  };
}

const Model& bundled_model(std::string_view name) {
  static const auto models = [] {
    std::map<std::string, std::shared_ptr<const Model>, std::less<>> made;
    for (const auto& settings : default_models())
      made.emplace(settings.name, Language::bundled().model(settings));
    return made;
  }();
  const auto found = models.find(name);
  ensure(found != models.end(), "a bundled model has one of the default names");
  return *found->second;
}

}  // namespace assay::teacher
