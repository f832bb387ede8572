#pragma once

#include "teacher/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::teacher {

// One row of a generated data set.
struct GeneratedSample {
  std::string id;  // "made_17"
  std::string prompt;
  std::string response;
  double judge_score;  // in [0, 1], two decimals: a noisy function of the text, the same for the
                       // same text
  std::optional<double> oracle_label;  // in [0, 1], for about one row in four
};

// Row `index` of the data set with this seed; rows do not depend on each other, so a million need
// no memory.
//
// The response is drawn from `model` token by token at temperature 1, given that it is well-formed
// UTF-8 and not empty (redrawn otherwise). In most rows prompt and response meet at a token
// boundary; in a few they do not.
[[nodiscard]] GeneratedSample generate_sample(const Model& model,
                                              std::uint64_t index,
                                              std::uint64_t seed);

[[nodiscard]] std::vector<GeneratedSample> generate_samples(const Model& model,
                                                            std::size_t count,
                                                            std::uint64_t seed);

// The row as one line of JSON without its newline: id, prompt, response, judge_score, oracle_label
// (when there is one).
void append_json_line(std::string& out, const GeneratedSample& sample);

}  // namespace assay::teacher
