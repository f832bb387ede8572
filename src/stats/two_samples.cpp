#include "stats/two_samples.hpp"

#include "stats/distribution.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace assay::stats {

namespace {

// Sum of the mid-ranks of `a` in both, and the sum of t^3 - t over ties.
std::pair<double, double> ranks_of(std::span<const double> a, std::span<const double> b) {
  std::vector<std::pair<double, bool>> all;
  for (const double value : a) all.emplace_back(value, true);
  for (const double value : b) all.emplace_back(value, false);
  std::ranges::sort(all);
  double ranks = 0;
  double ties = 0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end].first == all[i].first) ++end;
    const auto t = static_cast<double>(end - i);
    const double rank = static_cast<double>(i + 1 + end) / 2;
    for (; i < end; ++i) {
      if (all[i].second) ranks += rank;
    }
    ties += t * t * t - t;
  }
  return {ranks, ties};
}

// 2 sum (-1)^(k-1) exp(-2 k^2 x^2).
double kolmogorov_survival(double x) {
  if (x < 0.2) return 1;  // differs from 1 by less than 1e-12
  double total = 0;
  for (int k = 1; k <= 100; ++k) {
    const double term = std::exp(-2.0 * k * k * x * x);
    total += k % 2 == 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return std::clamp(2 * total, 0.0, 1.0);
}

}  // namespace

MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return {undefined("an empty group"), undefined("an empty group")};
  const auto na = static_cast<double>(a.size());
  const auto nb = static_cast<double>(b.size());
  const auto [ranks, ties] = ranks_of(a, b);
  const double u = ranks - na * (na + 1) / 2;
  const double n = na + nb;
  const double variance = na * nb / 12 * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return {u, undefined("all values are equal")};
  const double z = std::max(0.0, std::abs(u - na * nb / 2) - 0.5) / std::sqrt(variance);
  return {u, std::min(1.0, normal_p(z))};
}

KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return {undefined("an empty group"), undefined("an empty group")};
  std::vector<double> x(a.begin(), a.end());
  std::vector<double> y(b.begin(), b.end());
  std::ranges::sort(x);
  std::ranges::sort(y);
  double distance = 0;
  for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
    const double value = std::min(x[i], y[j]);
    while (i < x.size() && x[i] == value) ++i;
    while (j < y.size() && y[j] == value) ++j;
    distance = std::max(distance,
                        std::abs(static_cast<double>(i) / static_cast<double>(x.size()) -
                                 static_cast<double>(j) / static_cast<double>(y.size())));
  }
  const double size = static_cast<double>(x.size()) * static_cast<double>(y.size()) /
                      static_cast<double>(x.size() + y.size());
  return {distance, kolmogorov_survival(distance * std::sqrt(size))};
}

Figure standardised_difference(std::span<const double> a, std::span<const double> b) {
  const Figure va = sample_variance(a);
  const Figure vb = sample_variance(b);
  if (!va || !vb) return undefined("fewer than two rows on a side");
  const double spread = std::sqrt((*va + *vb) / 2);
  if (!(spread > 0)) return undefined("no variation");
  return (*mean(a) - *mean(b)) / spread;
}

}  // namespace assay::stats
