#include "stats/simplex.hpp"

#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace assay::stats {

namespace {

// S z = 1 on the active rows, by elimination with pivoting; empty when singular.
std::optional<std::vector<double>> solve_ones(const SquareMatrix& s,
                                              const std::vector<std::size_t>& active) {
  const std::size_t n = active.size();
  std::vector<std::vector<double>> rows(n, std::vector<double>(n + 1, 1.0));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) rows[i][j] = s.at(active[i], active[j]);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const auto pivot = std::max_element(
        rows.begin() + static_cast<std::ptrdiff_t>(i),
        rows.end(),
        [i](const auto& a, const auto& b) { return std::abs(a[i]) < std::abs(b[i]); });
    if (!((*pivot)[i] != 0) || !std::isfinite((*pivot)[i])) return std::nullopt;
    std::swap(rows[i], *pivot);
    for (std::size_t r = 0; r < n; ++r) {
      if (r == i) continue;
      const double factor = rows[r][i] / rows[i][i];
      for (std::size_t c = i; c <= n; ++c) rows[r][c] -= factor * rows[i][c];
    }
  }
  std::vector<double> z(n);
  for (std::size_t i = 0; i < n; ++i) z[i] = rows[i][n] / rows[i][i];
  return z;
}

}  // namespace

SquareMatrix covariances(std::span<const std::vector<double>> columns) {
  std::vector<std::vector<double>> centred(columns.begin(), columns.end());
  for (auto& column : centred) {
    const double centre = *mean(column);
    for (double& value : column) value -= centre;
  }
  SquareMatrix out(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = i; j < columns.size(); ++j) {
      out.at(i, j) = out.at(j, i) =
          dot(centred[i], centred[j]) / static_cast<double>(centred[i].size() - 1);
    }
  }
  return out;
}

std::vector<double> least_variance_mixture(const SquareMatrix& covariance, double tolerance) {
  std::vector<std::size_t> active(covariance.size());
  std::iota(active.begin(), active.end(), std::size_t{0});
  std::vector<double> mixture(covariance.size(), 1.0 / static_cast<double>(covariance.size()));
  for (;;) {
    auto z = solve_ones(covariance, active);
    if (!z) return mixture;
    const double total = std::accumulate(z->begin(), z->end(), 0.0);
    for (double& share : *z) share /= total;
    const auto least = std::ranges::min_element(*z);
    if (*least >= -tolerance || active.size() == 1) {
      std::ranges::fill(mixture, 0.0);
      double kept = 0;
      for (const double share : *z) kept += std::max(0.0, share);
      for (std::size_t i = 0; i < active.size(); ++i) {
        mixture[active[i]] = std::max(0.0, (*z)[i]) / kept;
      }
      return mixture;
    }
    active.erase(active.begin() + (least - z->begin()));
  }
}

}  // namespace assay::stats
