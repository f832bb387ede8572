#include "stats/isotonic.hpp"

#include "assay/ensure.hpp"
#include "stats/ascending_order.hpp"
#include "stats/moments.hpp"

#include <algorithm>

namespace assay::stats {

namespace {

// On the line through two knots.
double between(const IsotonicMap::Knot& low, const IsotonicMap::Knot& high, double x) {
  if (low.y == high.y) return low.y;
  return (high.y - low.y) / (high.x - low.x) * (x - low.x) + low.y;
}

// Ties of x: closer than the last bit of a score in [0, 1]. Source: cje.md 6.2.
constexpr double tie_width = 1e-15;

// Knots that share a level.
struct Block {
  double level;
  double weight;
  std::size_t knots;
};

// Adds `next` to `into`, whose level is then the weighted mean; `product` is the running sum of
// weight times level.
void pool(Block& into, const Block& next, double& product) {
  product += next.weight * next.level;
  into.weight += next.weight;
  into.level = product / into.weight;
  into.knots += next.knots;
}

// Pools adjacent violators: of a violation first all that follows it, then all that precedes it.
// The order of the sums is that of the library that made the reference figures; some of these are
// ratios of its rounding.
std::vector<Block> pooled(std::span<const Block> groups) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Block next = groups[i];
    if (!blocks.empty() && blocks.back().level >= next.level) {
      Block joined = blocks.back();
      blocks.pop_back();
      double product = joined.weight * joined.level;
      pool(joined, next, product);
      while (i + 1 < groups.size() && joined.level >= groups[i + 1].level) {
        pool(joined, groups[++i], product);
      }
      while (!blocks.empty() && blocks.back().level >= joined.level) {
        pool(joined, blocks.back(), product);
        blocks.pop_back();
      }
      next = joined;
    }
    blocks.push_back(next);
  }
  return blocks;
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
  return between(*(right - 1), *right, x);
}

void IsotonicMap::at_each(std::span<const double> x, std::span<double> out) const {
  ensure(!knots_.empty(), "an isotonic map is asked only when it has knots");
  std::size_t right = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    while (right < knots_.size() && knots_[right].x <= x[i]) ++right;
    if (right == 0) {
      out[i] = knots_.front().y;
    } else if (right == knots_.size()) {
      out[i] = knots_.back().y;
    } else {
      out[i] = between(knots_[right - 1], knots_[right], x[i]);
    }
  }
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
  std::vector<double> products(groups_.size(), 0.0);
  std::vector<double> masses(groups_.size(), 0.0);
  for (std::size_t row = 0; row < y.size(); ++row) {
    const double weight = weights.empty() ? 1.0 : weights[row];
    products[group_of_[row]] += weight * sign * y[row];
    masses[group_of_[row]] += weight;
  }
  IsotonicMap fitted;
  std::vector<Block> groups;
  groups.reserve(groups_.size());
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    if (!(masses[group] > 0)) continue;
    fitted.knots_.push_back({groups_[group], 0});
    groups.push_back({products[group] / masses[group], masses[group], 1});
  }
  auto knot = fitted.knots_.begin();
  for (const Block& block : pooled(groups)) {
    for (std::size_t k = 0; k < block.knots; ++k) (knot++)->y = sign * block.level;
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
