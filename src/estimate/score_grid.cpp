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

void evaluate(const stats::IsotonicMap& map, const ScoreGrid& grid, std::span<double> out) {
  const auto& knots = map.knots();
  std::size_t right = 0;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double x = grid.values()[i];
    while (right < knots.size() && knots[right].x <= x) ++right;
    double value = 0;
    if (right == 0) {
      value = knots.front().y;
    } else if (right == knots.size() || knots[right].y == knots[right - 1].y) {
      value = knots[right - 1].y;
    } else {
      const auto& low = knots[right - 1];
      const auto& high = knots[right];
      value = (high.y - low.y) / (high.x - low.x) * (x - low.x) + low.y;
    }
    out[i] = std::clamp(value, 0.0, 1.0);
  }
}

}  // namespace assay::estimate
