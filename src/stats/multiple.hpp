#pragma once

#include <optional>
#include <span>
#include <vector>

namespace assay::stats {

// Adjusted p-values for many tests; an absent p stays absent and does not count. Source:
// statistics.md 9.
using PValues = std::vector<std::optional<double>>;
[[nodiscard]] PValues bonferroni(std::span<const std::optional<double>> p);
[[nodiscard]] PValues holm(std::span<const std::optional<double>> p);
[[nodiscard]] PValues benjamini_hochberg(std::span<const std::optional<double>> p);
[[nodiscard]] PValues benjamini_yekutieli(std::span<const std::optional<double>> p);

}  // namespace assay::stats
