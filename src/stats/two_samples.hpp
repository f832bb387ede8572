#pragma once

// Do two independent samples differ? Source: statistics.md 9.

#include "stats/defined.hpp"

#include <span>

namespace assay::stats {

struct MannWhitney {
  Figure u = {};  // of the first sample
  Figure p = {};  // normal, continuity 0.5, corrected for ties
};
[[nodiscard]] MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b);

struct KolmogorovSmirnov {
  Figure distance = {};
  Figure p = {};  // asymptotic
};
[[nodiscard]] KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> a,
                                                   std::span<const double> b);

// (mean a - mean b) / sqrt((var a + var b) / 2). Undefined below two values on a side or without
// spread.
[[nodiscard]] Figure standardised_difference(std::span<const double> a, std::span<const double> b);

}  // namespace assay::stats
