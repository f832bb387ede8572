#include "stats/spline_ridge.hpp"

#include "stats/moments.hpp"
#include "stats/simplex.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay::stats {

namespace {

constexpr std::size_t degree = 3;
constexpr std::size_t penalties = 13;

double penalty_of(std::size_t step) {
  return std::pow(10.0, -3.0 + 0.5 * static_cast<double>(step));
}

// The lower triangle L of a positive definite matrix, L L' = m.
SquareMatrix cholesky(const SquareMatrix& m) {
  SquareMatrix lower(m.size());
  for (std::size_t i = 0; i < m.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double left = m.at(i, j);
      for (std::size_t k = 0; k < j; ++k) left -= lower.at(i, k) * lower.at(j, k);
      lower.at(i, j) = i == j ? std::sqrt(left) : left / lower.at(j, j);
    }
  }
  return lower;
}

// L z = b, then, when asked, L' x = z.
std::vector<double> forward(const SquareMatrix& lower, std::vector<double> b) {
  for (std::size_t i = 0; i < b.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= lower.at(i, k) * b[k];
    b[i] /= lower.at(i, i);
  }
  return b;
}
std::vector<double> backward(const SquareMatrix& lower, std::vector<double> z) {
  for (std::size_t i = z.size(); i-- > 0;) {
    for (std::size_t k = i + 1; k < z.size(); ++k) z[i] -= lower.at(k, i) * z[k];
    z[i] /= lower.at(i, i);
  }
  return z;
}

// A centred design with its response; penalised fits of it.
struct Design {
  std::vector<std::vector<double>> rows;
  std::vector<double> response;
  SquareMatrix gram{0};
  std::vector<double> products;

  [[nodiscard]] SquareMatrix factor(double penalty) const {
    SquareMatrix penalised = gram;
    for (std::size_t i = 0; i < penalised.size(); ++i) penalised.at(i, i) += penalty;
    return cholesky(penalised);
  }
  [[nodiscard]] std::vector<double> coefficients(const SquareMatrix& lower) const {
    return backward(lower, forward(lower, products));
  }
  // Sum of squared leave-one-out errors: each residual over one less its leverage.
  [[nodiscard]] double left_out_error(double penalty) const {
    const SquareMatrix lower = factor(penalty);
    const std::vector<double> beta = coefficients(lower);
    const double share = 1 / static_cast<double>(rows.size());
    double total = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::vector<double> z = forward(lower, rows[i]);
      const double leverage = share + dot(z, z);
      const double error = (response[i] - dot(rows[i], beta)) / (1 - leverage);
      total += error * error;
    }
    return total;
  }
};

std::vector<double> centre(std::vector<std::vector<double>>& rows) {
  std::vector<double> means(rows.front().size(), 0.0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < means.size(); ++c) means[c] += row[c];
  }
  for (double& mean_of : means) mean_of /= static_cast<double>(rows.size());
  for (auto& row : rows) {
    for (std::size_t c = 0; c < means.size(); ++c) row[c] -= means[c];
  }
  return means;
}

void fill_products(Design& design) {
  const std::size_t columns = design.rows.front().size();
  design.gram = SquareMatrix(columns);
  design.products.assign(columns, 0.0);
  for (std::size_t r = 0; r < design.rows.size(); ++r) {
    const auto& row = design.rows[r];
    for (std::size_t i = 0; i < columns; ++i) {
      design.products[i] += row[i] * design.response[r];
      for (std::size_t j = 0; j < columns; ++j) design.gram.at(i, j) += row[i] * row[j];
    }
  }
}

double best_penalty(const Design& design) {
  double best = penalty_of(0);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t step = 0; step < penalties; ++step) {
    const double error = design.left_out_error(penalty_of(step));
    if (error >= least) continue;
    least = error;
    best = penalty_of(step);
  }
  return best;
}

}  // namespace

std::vector<double> SplineRidge::basis(double x) const {
  const auto intervals = static_cast<double>(knots_ - 1);
  const double place = std::clamp((x - low_) / (high_ - low_), 0.0, 1.0) * intervals;
  const double interval = std::min(std::floor(place), intervals - 1);
  const double t = place - interval;
  const double rest = 1 - t;
  // Uniform cubic B-splines on one interval. Source: de Boor 1978.
  const double values[degree + 1] = {rest * rest * rest / 6,
                                     (3 * t * t * t - 6 * t * t + 4) / 6,
                                     (-3 * t * t * t + 3 * t * t + 3 * t + 1) / 6,
                                     t * t * t / 6};
  std::vector<double> all(knots_ + degree - 1, 0.0);
  const auto first = static_cast<std::size_t>(interval);
  for (std::size_t k = 0; k <= degree; ++k) all[first + k] = values[k];
  all.pop_back();
  return all;
}

std::optional<SplineRidge> SplineRidge::fit(std::span<const double> x,
                                            std::span<const double> y,
                                            std::size_t knots) {
  if (x.empty() || knots < 2) return std::nullopt;
  const auto [low, high] = std::ranges::minmax(x);
  if (!(high > low)) return std::nullopt;
  SplineRidge made(low, high, knots);
  Design design;
  for (const double place : x) design.rows.push_back(made.basis(place));
  const std::vector<double> means = centre(design.rows);
  const double level = *mean(y);
  for (const double value : y) design.response.push_back(value - level);
  fill_products(design);
  made.penalty_ = best_penalty(design);
  made.coefficients_ = design.coefficients(design.factor(made.penalty_));
  made.intercept_ = level - dot(means, made.coefficients_);
  return made;
}

double SplineRidge::at(double x) const {
  return intercept_ + dot(basis(x), coefficients_);
}

}  // namespace assay::stats
