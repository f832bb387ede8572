#pragma once

// What missing scores could do at worst, with no assumption on why they are missing. Source:
// statistics.md 8 (Manski 2003; Horowitz & Manski 2000; Charnes & Cooper 1962; Imbens & Manski
// 2004).

#include "estimate/figure.hpp"
#include "estimate/stabilise.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay::estimate {

// Where a missing value may lie, both ends included.
struct Range {
  double low = 0;
  double high = 1;
};

struct BoundsInput {
  std::span<const std::optional<double>> weight;  // non-negative
  std::span<const std::optional<double>> reward;
  Range reward_range;
  Range weight_range;
};

struct Bounds {
  Figure low = {};
  Figure high = {};
};

// Sharp over all fillings. Undefined without rows, or where all weight may vanish.
[[nodiscard]] Bounds snips_bounds(const BoundsInput& input);

// The errors of the two bounds: of SNIPS over the very fillings that give them, clustered by
// `cluster` (one entry per row, numbers below `clusters`).
[[nodiscard]] Bounds snips_bound_errors(const BoundsInput& input,
                                        std::span<const std::uint32_t> cluster,
                                        std::size_t clusters);
[[nodiscard]] Bounds ips_bounds(const BoundsInput& input);

// SNIPS_a - SNIPS_b where only rewards are missing, and shared: sharp, row by row. Rows that lack a
// weight are left out.
[[nodiscard]] Bounds difference_bounds(std::span<const std::optional<double>> weight_a,
                                       std::span<const std::optional<double>> weight_b,
                                       std::span<const std::optional<double>> reward,
                                       Range reward_range);

struct MeanBounds {
  std::size_t n = 0;
  std::size_t n_observed = 0;
  Figure complete_case_mean = {};
  Figure low = {};
  Figure high = {};
  Figure se_low = {};
  Figure se_high = {};
  Figure im_factor = {};  // C of the Imbens-Manski interval
  std::optional<stats::Interval> im_interval = {};
};
[[nodiscard]] MeanBounds mean_bounds(std::span<const std::optional<double>> reward, Range range);

// C with Phi(C + (high - low)/max(se)) - Phi(-C) = level: covers the true value, not the whole
// range.
struct ImbensManski {
  double factor = 0;
  stats::Interval interval{0, 0};
};
[[nodiscard]] ImbensManski imbens_manski(
    double low, double high, double se_low, double se_high, double level = 0.95);

// Weights observed rows by 1 / (observed share of their stratum); strata are numbered. Undefined
// when a stratum has no observed row.
struct StratumAdjusted {
  Figure snips = {};
  Figure mean_reward = {};
};
[[nodiscard]] StratumAdjusted adjust_by_stratum(std::span<const std::optional<double>> weight,
                                                std::span<const std::optional<double>> reward,
                                                std::span<const std::uint32_t> stratum);

// How far the missing rows' mean would have to lie from the observed one for the whole mean to
// reach `reference`. Undefined when nothing is missing or observed.
[[nodiscard]] Figure tipping_delta(const MeanBounds& bounds, double reference);
[[nodiscard]] Figure delta_adjusted(const MeanBounds& bounds, double delta);

}  // namespace assay::estimate
