#pragma once

// Weights made smooth along an ordering index: a mixture of monotone fits of the raw weights that
// has the least variance of its influence. Source: cje.md 6.6.

#include "stats/isotonic.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace assay::estimate {

struct SimcalOptions {
  std::optional<double> ess_floor = 0.2;  // variance at most 1/floor - 1
  std::optional<double> var_cap = 1.0;
  bool include_baseline = false;  // the raw weights as a third candidate
};

struct SimcalInput {
  std::span<const double> weight;             // mean one
  const stats::IsotonicFit* index = nullptr;  // of what the weights are made monotone in
  std::span<const double> reward;             // for the influence that chooses the mixture
  std::span<const std::uint32_t> outer;       // outer fold of each row; empty: one fit on all
  std::span<const std::uint32_t> inner;       // inner fold of each row; empty: shuffled folds
  std::uint32_t inner_seed = 0;               // of those shuffled folds, over the train rows
};

struct SimcalWeights {
  std::vector<double> weight;   // mean one
  std::vector<double> mixture;  // mean over outer folds; baseline (if any), increasing, decreasing
  double gamma = 0;             // shrinkage towards 1, mean over outer folds
};

// Rows of an outer fold whose train part has fewer than 10 rows or no weight, or that has fewer
// than 2, keep their raw weights.
[[nodiscard]] SimcalWeights simcal(const SimcalInput& input, const SimcalOptions& options = {});

}  // namespace assay::estimate
