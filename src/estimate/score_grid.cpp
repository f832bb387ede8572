#include "estimate/score_grid.hpp"

#include <algorithm>
#include <utility>

namespace assay::estimate {

ScoreGrid::ScoreGrid(std::vector<double> scores) : values_(std::move(scores)) {
  std::ranges::sort(values_);
  values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
}

std::uint32_t ScoreGrid::place_of(double score) const {
  return static_cast<std::uint32_t>(std::ranges::lower_bound(values_, score) - values_.begin());
}

PlacedScores placed(std::span<const double> scores) {
  PlacedScores out{.grid = ScoreGrid({scores.begin(), scores.end()})};
  out.place.resize(scores.size());
  std::ranges::transform(
      scores, out.place.begin(), [&](double score) { return out.grid.place_of(score); });
  return out;
}

void evaluate(const stats::IsotonicMap& map, const ScoreGrid& grid, std::span<double> out) {
  map.at_each(grid.values(), out);
  for (double& value : out) value = std::clamp(value, 0.0, 1.0);
}

std::vector<double> evaluated(const stats::IsotonicMap& map, const ScoreGrid& grid) {
  std::vector<double> values(grid.size());
  evaluate(map, grid, values);
  return values;
}

}  // namespace assay::estimate
