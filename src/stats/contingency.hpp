#pragma once

#include "stats/defined.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace assay::stats {

// Pearson's test of independence, without correction. Empty rows and columns are dropped.
// Undefined when fewer than two rows or columns remain. Source: statistics.md 9.
struct ChiSquared {
  Figure statistic = {};
  Figure p = {};
  std::size_t df = 0;
  Figure expected_min = {};  // least expected count
};
[[nodiscard]] ChiSquared chi_squared_independence(std::span<const std::vector<double>> table);

}  // namespace assay::stats
