#include "stats/multiple.hpp"

#include <algorithm>
#include <cstddef>

namespace assay::stats {

namespace {

// Places of the present p-values, smallest p first.
std::vector<std::size_t> by_size(std::span<const std::optional<double>> p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i]) order.push_back(i);
  }
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return *p[a] < *p[b]; });
  return order;
}

PValues step_up(std::span<const std::optional<double>> p, double factor) {
  const auto order = by_size(p);
  PValues adjusted(p.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank-- > 0;) {
    const double scale = static_cast<double>(order.size()) / static_cast<double>(rank + 1);
    least = std::min(least, *p[order[rank]] * scale * factor);
    adjusted[order[rank]] = least;
  }
  return adjusted;
}

}  // namespace

PValues bonferroni(std::span<const std::optional<double>> p) {
  const auto m = static_cast<double>(by_size(p).size());
  PValues adjusted(p.begin(), p.end());
  for (auto& value : adjusted) {
    if (value) value = std::min(1.0, m * *value);
  }
  return adjusted;
}

PValues holm(std::span<const std::optional<double>> p) {
  const auto order = by_size(p);
  PValues adjusted(p.size());
  double most = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scale = static_cast<double>(order.size() - rank);
    most = std::max(most, std::min(1.0, scale * *p[order[rank]]));
    adjusted[order[rank]] = most;
  }
  return adjusted;
}

PValues benjamini_hochberg(std::span<const std::optional<double>> p) {
  return step_up(p, 1);
}

PValues benjamini_yekutieli(std::span<const std::optional<double>> p) {
  double harmonic = 0;
  for (std::size_t j = 1; j <= by_size(p).size(); ++j) harmonic += 1 / static_cast<double>(j);
  return step_up(p, harmonic);
}

}  // namespace assay::stats
