#include "stats/bootstrap.hpp"

#include "stats/distribution.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::stats {

namespace {

std::expected<double, Undefined> bias_correction(double estimate, std::span<const double> sorted) {
  const auto below = std::ranges::lower_bound(sorted, estimate) - sorted.begin();
  const auto upto = std::ranges::upper_bound(sorted, estimate) - sorted.begin();
  const double share = (static_cast<double>(below) + 0.5 * static_cast<double>(upto - below)) /
                       static_cast<double>(sorted.size());
  if (share <= 0 || share >= 1) return undefined("the estimate lies beyond all replicates");
  return normal_quantile(share);
}

std::expected<double, Undefined> acceleration(std::span<const double> left_out) {
  const Figure centre = mean(left_out);
  if (!centre) return std::unexpected(centre.error());
  double cubes = 0;
  double squares = 0;
  for (const double value : left_out) {
    const double u = *centre - value;
    cubes += u * u * u;
    squares += u * u;
  }
  if (!(squares > 0)) return undefined("leaving rows out changes nothing");
  return cubes / (6 * std::pow(squares, 1.5));
}

std::expected<Interval, Undefined> bca_interval(double estimate,
                                                std::span<const double> sorted,
                                                std::span<const double> left_out,
                                                double level) {
  const auto z0 = bias_correction(estimate, sorted);
  if (!z0) return std::unexpected(z0.error());
  const auto a = acceleration(left_out);
  if (!a) return std::unexpected(a.error());
  auto quantile = [&](double z) {
    const double shifted = *z0 + z;
    return *sorted_quantile(sorted, normal_cdf(*z0 + shifted / (1 - *a * shifted)));
  };
  const double z = normal_quantile(0.5 + level / 2);
  return Interval{quantile(-z), quantile(z)};
}

}  // namespace

BootstrapIntervals bootstrap_intervals(double estimate,
                                       std::span<const double> replicates,
                                       std::span<const double> left_out,
                                       double level) {
  BootstrapIntervals out;
  if (replicates.size() < 2) return out;
  std::vector<double> sorted(replicates.begin(), replicates.end());
  std::ranges::sort(sorted);
  const double low = *sorted_quantile(sorted, 0.5 - level / 2);
  const double high = *sorted_quantile(sorted, 0.5 + level / 2);
  out.percentile = Interval{low, high};
  out.basic = Interval{2 * estimate - high, 2 * estimate - low};
  out.bca = bca_interval(estimate, sorted, left_out, level);
  out.se = sample_sd(replicates);
  return out;
}

}  // namespace assay::stats
