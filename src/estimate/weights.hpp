#pragma once

// Importance weights w = exp(log-ratio) and what they say about themselves.

#include "estimate/figure.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace assay::estimate {

// The log-ratio limited to [-limit, limit]. Source: statistics.md 7 (limit 20).
[[nodiscard]] std::vector<double> clipped(std::span<const double> log_ratio, double limit);
inline constexpr double compatibility_clip_nats = 20;

struct LogRatioSummary {
  Figure mean = {};
  Figure sd_ddof0 = {};
  Figure min = {};
  Figure max = {};
  std::size_t exact_zeros = 0;
  std::size_t beyond_20 = 0;             // |l| > 20
  std::array<Figure, 5> quantiles = {};  // 5, 25, 50, 75, 95 %
};
[[nodiscard]] LogRatioSummary summarize_log_ratio(std::span<const double> log_ratio);

// Weights of one set of rows. `raw` is exp(l) and may overflow or vanish; `shifted` is
// exp(l - max l), for everything that does not depend on scale.
struct Weights {
  std::vector<double> log_ratio = {};
  std::vector<double> raw = {};
  std::vector<double> shifted = {};
  [[nodiscard]] std::size_t size() const { return log_ratio.size(); }
};
[[nodiscard]] Weights weights_of(std::vector<double> log_ratio);

// Of weights that are known themselves, not all of them zero.
[[nodiscard]] Weights weights_from(std::span<const double> weight);

// Formulas: cje.md 7, except where a line says otherwise.
struct WeightSummary {
  std::size_t n = 0;
  Figure mean_weight = {};
  Figure max_weight = {};
  Figure ess = {};  // (sum w)^2 / sum w^2
  Figure ess_fraction = {};
  Figure max_weight_share = {};
  Figure top1pct_share = {};  // of the largest max(1, floor(n/100)) weights
  Figure top5pct_share = {};
  Figure cv = {};          // population sd / mean
  Figure hill_k5pct = {};  // may be undefined, or infinite when the largest weights are equal
  bool hill_infinite = false;
  std::size_t near_zero = 0;  // raw weights below 1e-10
  Figure hellinger_affinity = {};
  Figure log_mean_weight = {};  // in log-sum-exp: exists where mean_weight overflows
};
[[nodiscard]] WeightSummary summarize_weights(const Weights& weights);

// Self-normalised weights with mean one: n exp(l - max) / sum exp(l - max).
[[nodiscard]] std::vector<double> hajek_weights(std::span<const double> log_ratio);

// Effective number of rows of any non-negative weights; undefined when their sum is 0.
[[nodiscard]] Figure effective_size(std::span<const double> weights);

struct TailIndex {
  Figure value = {};
  bool infinite = false;  // the weights above the threshold are all equal to it
};
// Hill's index over the k = min(max(10, floor(n/20)), floor(n/10)) largest, from logarithms of
// weights. Undefined below hill_rows_min rows.
[[nodiscard]] TailIndex hill_index(std::span<const double> log_weight);
inline constexpr std::size_t hill_rows_min = 10;

}  // namespace assay::estimate
