#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay::stats {

enum class Direction { increasing, decreasing };

// A map fitted by least squares, monotone unless its maker says otherwise: one knot at each
// distinct x, linear between knots, constant outside. Without knots (no rows to fit) it must not be
// asked. Source: cje.md 6.2; pool adjacent violators.
class IsotonicMap {
 public:
  struct Knot {
    double x;
    double y;
    friend bool operator==(const Knot&, const Knot&) = default;
  };

  [[nodiscard]] double at(double x) const;

  // Writes at() of each of `x`, which ascend, in one pass over both.
  void at_each(std::span<const double> x, std::span<double> out) const;
  [[nodiscard]] const std::vector<Knot>& knots() const { return knots_; }
  [[nodiscard]] bool empty() const { return knots_.empty(); }

 private:
  friend class IsotonicFit;
  friend IsotonicMap tie_means(std::span<const double> x, std::span<const double> y);
  std::vector<Knot> knots_;
};

// Rows sorted once by x, so that maps over many choices of y and weight cost one pass each. Values
// of x within 1e-15 of the first of their group are ties; their y are averaged.
class IsotonicFit {
 public:
  explicit IsotonicFit(std::span<const double> x);

  // The weighted least-squares map. A row of weight 0 does not count; empty `weights` are ones.
  // `y` and `weights` have the length and order of `x`. Empty map when no row counts.
  [[nodiscard]] IsotonicMap map(std::span<const double> y,
                                std::span<const double> weights = {},
                                Direction direction = Direction::increasing) const;

  // The groups of ties, ascending in x: their common x, and the group of each row.
  [[nodiscard]] const std::vector<double>& groups() const { return groups_; }
  [[nodiscard]] const std::vector<std::size_t>& group_of() const { return group_of_; }

 private:
  std::vector<double> groups_;
  std::vector<std::size_t> group_of_;
};

// The map of one column on another: IsotonicFit(x).map(y, weights, direction).
[[nodiscard]] IsotonicMap isotonic(std::span<const double> x,
                                   std::span<const double> y,
                                   std::span<const double> weights = {},
                                   Direction direction = Direction::increasing);

// The mean of y at each distinct x (ties as above), not made monotone.
[[nodiscard]] IsotonicMap tie_means(std::span<const double> x, std::span<const double> y);

}  // namespace assay::stats
