#pragma once

// Sums, means and spreads of plain columns of finite numbers.

#include "stats/defined.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace assay::stats {

// Compensated (Neumaier) sum; 0 for an empty column.
[[nodiscard]] double sum(std::span<const double> values);

// Compensated sum of products of two columns of one length.
[[nodiscard]] double dot(std::span<const double> a, std::span<const double> b);

// Sum of squared deviations from the mean.
[[nodiscard]] double squared_deviations(std::span<const double> values);

// Undefined for an empty column.
[[nodiscard]] Figure mean(std::span<const double> values);

// Divisor n - 1; undefined for fewer than two values.
[[nodiscard]] Figure sample_variance(std::span<const double> values);
[[nodiscard]] Figure sample_sd(std::span<const double> values);

// Divisor n; undefined for an empty column.
[[nodiscard]] Figure population_sd(std::span<const double> values);

// sd (n - 1) / sqrt(n): the standard error of the mean of independent values.
[[nodiscard]] Figure mean_error(std::span<const double> values);

// Pearson; undefined for fewer than two values or when one column is constant.
[[nodiscard]] Figure correlation(std::span<const double> a, std::span<const double> b);

// Quantile of a column sorted ascending, by linear interpolation (Hyndman-Fan type 7); `share` in
// [0, 1]. Undefined for an empty column.
[[nodiscard]] Figure sorted_quantile(std::span<const double> sorted, double share);

}  // namespace assay::stats
