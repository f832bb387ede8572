#include "stats/rank_sum.hpp"

#include "assay/ensure.hpp"
#include "stats/distribution.hpp"

#include <cmath>
#include <numeric>

namespace assay::stats {
namespace {

double total(std::span<const std::uint64_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

}  // namespace

Figure rank_sum_p(std::span<const std::uint64_t> first, std::span<const std::uint64_t> second) {
  ensure(first.size() == second.size(), "both samples have the same bins");
  const double n = total(first);
  const double m = total(second);
  if (n == 0 || m == 0) return undefined("a sample is empty");
  double below = 0;  // of both samples, in lower bins
  double rank_sum = 0;
  double ties = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto tied = static_cast<double>(first[i] + second[i]);
    rank_sum += static_cast<double>(first[i]) * (below + (tied + 1) / 2);
    ties += tied * (tied * tied - 1);
    below += tied;
  }
  const double count = n + m;
  const double mean = n * (count + 1) / 2;
  const double variance = n * m / 12 * (count + 1 - ties / (count * (count - 1)));
  if (!(variance > 0)) return undefined("all values are tied");
  return normal_p((rank_sum - mean) / std::sqrt(variance));
}

}  // namespace assay::stats
