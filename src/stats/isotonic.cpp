#include "stats/isotonic.hpp"

#include "assay/ensure.hpp"
#include "stats/moments.hpp"

#include <algorithm>

namespace assay::stats {

namespace {

// Ties of x: closer than the last bit of a score in [0, 1]. Source: cje.md 6.2.
constexpr double tie_width = 1e-15;

struct Block {
  double weighted_y;
  double weight;
  std::size_t knots;
  [[nodiscard]] double level() const { return weighted_y / weight; }
};

// Pools adjacent blocks until their levels increase.
void append_block(std::vector<Block>& blocks, Block next) {
  while (!blocks.empty() && blocks.back().level() >= next.level()) {
    next.weighted_y += blocks.back().weighted_y;
    next.weight += blocks.back().weight;
    next.knots += blocks.back().knots;
    blocks.pop_back();
  }
  blocks.push_back(next);
}

}  // namespace

double IsotonicMap::at(double x) const {
  ensure(!knots_.empty(), "an isotonic map is asked only when it has knots");
  if (x <= knots_.front().x) return knots_.front().y;
  if (x >= knots_.back().x) return knots_.back().y;
  const auto right =
      std::upper_bound(knots_.begin(), knots_.end(), x, [](double value, const Knot& knot) {
        return value < knot.x;
      });
  const Knot& high = *right;
  const Knot& low = *(right - 1);
  if (low.y == high.y) return low.y;
  return low.y + (high.y - low.y) * (x - low.x) / (high.x - low.x);
}

IsotonicFit::IsotonicFit(std::span<const double> x) : group_of_(x.size()) {
  for (const std::size_t row : ascending_order(x)) {
    if (groups_.empty() || x[row] - groups_.back() >= tie_width) groups_.push_back(x[row]);
    group_of_[row] = groups_.size() - 1;
  }
}

IsotonicMap IsotonicFit::map(std::span<const double> y,
                             std::span<const double> weights,
                             Direction direction) const {
  ensure(y.size() == group_of_.size(), "an isotonic fit has one y for each x");
  ensure(weights.empty() || weights.size() == y.size(),
         "an isotonic fit has one weight for each x");
  const double sign = direction == Direction::increasing ? 1.0 : -1.0;
  std::vector<Block> groups(groups_.size(), Block{0, 0, 1});
  for (std::size_t row = 0; row < y.size(); ++row) {
    const double weight = weights.empty() ? 1.0 : weights[row];
    groups[group_of_[row]].weighted_y += weight * sign * y[row];
    groups[group_of_[row]].weight += weight;
  }
  IsotonicMap fitted;
  std::vector<Block> blocks;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (!(groups[group].weight > 0)) continue;
    fitted.knots_.push_back({groups_[group], 0});
    append_block(blocks, groups[group]);
  }
  auto knot = fitted.knots_.begin();
  for (const Block& block : blocks) {
    for (std::size_t k = 0; k < block.knots; ++k) (knot++)->y = sign * block.level();
  }
  return fitted;
}

IsotonicMap isotonic(std::span<const double> x,
                     std::span<const double> y,
                     std::span<const double> weights,
                     Direction direction) {
  return IsotonicFit(x).map(y, weights, direction);
}

IsotonicMap tie_means(std::span<const double> x, std::span<const double> y) {
  const IsotonicFit fit(x);
  std::vector<double> totals(fit.groups().size(), 0.0);
  std::vector<double> counts(fit.groups().size(), 0.0);
  for (std::size_t row = 0; row < y.size(); ++row) {
    totals[fit.group_of()[row]] += y[row];
    counts[fit.group_of()[row]] += 1;
  }
  IsotonicMap map;
  for (std::size_t group = 0; group < totals.size(); ++group) {
    map.knots_.push_back({fit.groups()[group], totals[group] / counts[group]});
  }
  return map;
}

}  // namespace assay::stats
