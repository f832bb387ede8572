#pragma once

// A smooth curve through noisy points: cubic B-splines on uniform knots, shrunk by ridge.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace assay::stats {

// Knots are uniform over the range of x, both ends included; outside it the curve is constant. The
// last basis function is left out, because the intercept takes its place. The penalty is the one of
// 13 values 10^-3 ... 10^3 with the least squared leave-one-out error, the smallest of equals; the
// intercept is not penalised. Source: cje.md 6.3 (two_stage); Hastie, Tibshirani & Friedman 2009,
// sections 5.2 and 7.10.
class SplineRidge {
 public:
  // Empty when all x are equal, or there are fewer than two knots or no points.
  [[nodiscard]] static std::optional<SplineRidge> fit(std::span<const double> x,
                                                      std::span<const double> y,
                                                      std::size_t knots);
  [[nodiscard]] double at(double x) const;
  [[nodiscard]] double penalty() const { return penalty_; }

 private:
  SplineRidge(double low, double high, std::size_t knots) : low_(low), high_(high), knots_(knots) {}
  // The values at x of all basis functions but the last.
  [[nodiscard]] std::vector<double> basis(double x) const;

  double low_;
  double high_;
  std::size_t knots_;
  double penalty_ = 0;
  double intercept_ = 0;
  std::vector<double> coefficients_ = {};
};

}  // namespace assay::stats
