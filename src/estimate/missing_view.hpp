#pragma once

// What the missing scores of one policy do to its estimate: what is assumed without saying, what is
// assumed by saying, and what no assumption leaves. Source: statistics.md 8.

#include "estimate/bounds.hpp"
#include "estimate/calibration.hpp"
#include "estimate/cases.hpp"
#include "estimate/matrix.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace assay::estimate {

// All of SNIPS with the calibrated reward (the judge score where there is no calibration).
struct MissingView {
  std::string policy;
  std::size_t n_rows = 0;
  std::size_t n_available = 0;      // hold both log-probabilities and a reward
  std::size_t n_complete = 0;       // hold them under every policy
  Figure complete_case = {};        // right when missingness has nothing to do with the outcome
  Figure available_case = {};       // the same, on more rows
  StratumAdjusted by_stratum = {};  // right when it has nothing to do with it at like judge scores
  double weight_max = 0;  // a missing weight lies in [0, this]: the largest seen, mean one
  Bounds worst = {};      // no assumption but that range and rewards in [0, 1]
  Bounds worst_se = {};
  std::optional<ImbensManski> imbens_manski = {};  // covers the value at 95 % with no assumption
  Figure reference = {};                           // mean reward of the logging policy
  Figure tipping_delta = {};  // by how much the missing rows' value would have to differ from the
                              // others' for the policy to equal the reference
  std::optional<MeanBounds> draws = {};  // of the direct estimate, when some draws are unjudged
};

// One per target. Bounds and adjustment are undefined ("nothing is missing") for complete policies.
[[nodiscard]] std::vector<MissingView> missing_views(const Matrix& matrix,
                                                     const std::optional<Calibration>& calibration);

// SNIPS_a - SNIPS_b over what the missing rewards they share may be; sharp. Only pairs on rows that
// hold both weights, and only when some such row has no reward.
struct PairBounds {
  std::string policy;
  std::string other;
  std::size_t n_missing = 0;
  bool refused = false;  // the weights of one of them are
  Bounds difference = {};
};
[[nodiscard]] std::vector<PairBounds> pair_bounds(const Matrix& matrix,
                                                  const std::optional<Calibration>& calibration);

}  // namespace assay::estimate
