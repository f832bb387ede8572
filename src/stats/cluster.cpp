#include "stats/cluster.hpp"

#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::stats {

Figure cluster_error(std::span<const double> influence,
                     std::span<const std::uint32_t> cluster,
                     std::size_t clusters) {
  if (influence.empty()) return undefined("no rows");
  const double centre = *mean(influence);
  std::vector<double> totals(clusters, 0.0);
  std::vector<bool> used(clusters, false);
  for (std::size_t i = 0; i < influence.size(); ++i) {
    totals[cluster[i]] += influence[i] - centre;
    used[cluster[i]] = true;
  }
  std::vector<double> kept;
  for (std::size_t g = 0; g < clusters; ++g) {
    if (used[g]) kept.push_back(totals[g]);
  }
  if (kept.size() < 2) return undefined("fewer than two clusters");
  const auto groups = static_cast<double>(kept.size());
  const auto n = static_cast<double>(influence.size());
  return std::sqrt(groups / (groups - 1) * squared_deviations(kept)) / n;
}

std::size_t cluster_count(std::span<const std::uint32_t> cluster) {
  std::vector<std::uint32_t> sorted(cluster.begin(), cluster.end());
  std::ranges::sort(sorted);
  return static_cast<std::size_t>(std::ranges::unique(sorted).begin() - sorted.begin());
}

double jackknife_variance(std::span<const double> replicates) {
  const auto k = static_cast<double>(replicates.size());
  return (k - 1) / k * squared_deviations(replicates);
}

}  // namespace assay::stats
