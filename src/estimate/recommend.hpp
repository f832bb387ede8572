#pragma once

#include "estimate/line.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace assay::estimate {

// Which line of a policy the evidence supports, and why; none: what would help.
struct Recommendation {
  std::string policy;
  std::optional<std::size_t> line = {};  // index into the lines
  std::string why = {};
  std::vector<std::string> would_help = {};  // sentences, the best first
};

// What is known of a policy besides its lines.
struct Evidence {
  std::size_t own_labels = 0;               // labelled draws
  bool has_draws = false;                   // judged ones
  std::optional<double> label_spread = {};  // sd of labels around the prediction
  std::optional<double> draw_spread = {};   // sd of the prediction over draws
};

// `lines` are those of all policies.
[[nodiscard]] Recommendation recommend(const std::string& policy,
                                       const std::vector<Line>& lines,
                                       const Evidence& evidence);

// Two believed methods on the labels' scale that differ by more than their joint error.
struct Disagreement {
  std::string policy;
  std::size_t first = 0;  // index into the lines
  std::size_t second = 0;
  double apart = 0;
  double joint_error = 0;  // standard errors in quadrature: too large if anything
  std::string text;        // one sentence
};
[[nodiscard]] std::vector<Disagreement> find_disagreements(const std::vector<Line>& lines);

}  // namespace assay::estimate
