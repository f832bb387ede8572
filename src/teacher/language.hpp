#pragma once

#include "teacher/model.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace assay::teacher {

// The tokens and counts that all teachers of a process share. Made once, on first use, from the
// bundled corpora: always the same, in well under a second.
class Language {
 public:
  [[nodiscard]] static const Language& bundled();

  [[nodiscard]] const Vocabulary& vocabulary() const { return *vocabulary_; }
  [[nodiscard]] std::shared_ptr<const Model> model(const ModelSettings& settings) const;

 private:
  Language();
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const Weights> almanac_;
  std::shared_ptr<const Weights> harbour_;
};

// teacher-base; teacher-clone (the same weights under another name); teacher-warm (flatter),
// teacher-focused (drawn more by its context), teacher-terse (another corpus).
[[nodiscard]] std::vector<ModelSettings> default_models();

// One of default_models() by name, made and kept. Bug (ensure) when the name is none of them.
[[nodiscard]] const Model& bundled_model(std::string_view name);

}  // namespace assay::teacher
