#include "estimate/bounds.hpp"

#include "stats/cluster.hpp"
#include "stats/distribution.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::estimate {

namespace {

enum class Side { low, high };

// A missing value at the end of its range that is asked about: a bound, never an estimate.
double filled(const std::optional<double>& reward, Range range, Side side) {
  if (reward) return *reward;
  return side == Side::high ? range.high : range.low;
}

double weight_or(const std::optional<double>& weight, double end_of_range) {
  return weight ? *weight : end_of_range;
}

// Rows without a weight, those whose rewards pull hardest first.
std::vector<std::size_t> by_pull(const BoundsInput& input, Side side) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < input.reward.size(); ++i) {
    if (!input.weight[i]) rows.push_back(i);
  }
  std::ranges::stable_sort(rows, [&](std::size_t a, std::size_t b) {
    const double of_a = filled(input.reward[a], input.reward_range, side);
    const double of_b = filled(input.reward[b], input.reward_range, side);
    return side == Side::high ? of_a > of_b : of_a < of_b;
  });
  return rows;
}

// The extreme of sum w r / sum w over the missing weights: the rewards that pull hardest get the
// large weight, so one cut in their order decides.
struct Extreme {
  Figure value = stats::undefined("all weights are zero");
  std::size_t cut = 0;  // how many of by_pull() have the large weight
};
Extreme extreme_of(const BoundsInput& input, Side side, std::span<const std::size_t> pulling) {
  double products = 0;
  double weights = 0;
  for (std::size_t i = 0; i < input.reward.size(); ++i) {
    const double weight = weight_or(input.weight[i], input.weight_range.low);
    products += weight * filled(input.reward[i], input.reward_range, side);
    weights += weight;
  }
  Extreme best;
  const double step = input.weight_range.high - input.weight_range.low;
  for (std::size_t cut = 0;; ++cut) {
    const double value = products / weights;
    const bool better =
        weights > 0 &&
        (!best.value || (side == Side::high ? value > *best.value : value < *best.value));
    if (better) best = {value, cut};
    if (cut == pulling.size()) return best;
    products += step * filled(input.reward[pulling[cut]], input.reward_range, side);
    weights += step;
  }
}

Figure snips_side(const BoundsInput& input, Side side) {
  return extreme_of(input, side, by_pull(input, side)).value;
}

Figure snips_side_error(const BoundsInput& input,
                        Side side,
                        std::span<const std::uint32_t> cluster,
                        std::size_t clusters) {
  const auto pulling = by_pull(input, side);
  const Extreme extreme = extreme_of(input, side, pulling);
  if (!extreme.value) return extreme.value;
  std::vector<double> weight(input.weight.size());
  for (std::size_t i = 0; i < weight.size(); ++i) {
    weight[i] = weight_or(input.weight[i], input.weight_range.low);
  }
  for (std::size_t k = 0; k < extreme.cut; ++k) weight[pulling[k]] = input.weight_range.high;
  const double mean = *stats::mean(weight);
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double reward = filled(input.reward[i], input.reward_range, side);
    weight[i] = weight[i] / mean * (reward - *extreme.value);
  }
  return stats::cluster_error(weight, cluster, clusters);
}

Figure ips_side(const BoundsInput& input, Side side) {
  if (input.reward.empty()) return stats::undefined("no rows");
  double total = 0;
  for (std::size_t i = 0; i < input.reward.size(); ++i) {
    const double reward = filled(input.reward[i], input.reward_range, side);
    const bool helps = (reward > 0) == (side == Side::high);
    const double weight =
        weight_or(input.weight[i], helps ? input.weight_range.high : input.weight_range.low);
    total += weight * reward;
  }
  return total / static_cast<double>(input.reward.size());
}

}  // namespace

Bounds snips_bounds(const BoundsInput& input) {
  return {snips_side(input, Side::low), snips_side(input, Side::high)};
}

Bounds snips_bound_errors(const BoundsInput& input,
                          std::span<const std::uint32_t> cluster,
                          std::size_t clusters) {
  return {snips_side_error(input, Side::low, cluster, clusters),
          snips_side_error(input, Side::high, cluster, clusters)};
}

Bounds ips_bounds(const BoundsInput& input) {
  return {ips_side(input, Side::low), ips_side(input, Side::high)};
}

Bounds difference_bounds(std::span<const std::optional<double>> weight_a,
                         std::span<const std::optional<double>> weight_b,
                         std::span<const std::optional<double>> reward,
                         Range range) {
  double total_a = 0;
  double total_b = 0;
  for (std::size_t i = 0; i < reward.size(); ++i) {
    if (!weight_a[i] || !weight_b[i]) continue;
    total_a += *weight_a[i];
    total_b += *weight_b[i];
  }
  if (!(total_a > 0) || !(total_b > 0)) {
    return {stats::undefined("all weights are zero"), stats::undefined("all weights are zero")};
  }
  double low = 0;
  double high = 0;
  for (std::size_t i = 0; i < reward.size(); ++i) {
    if (!weight_a[i] || !weight_b[i]) continue;
    const double pull = *weight_a[i] / total_a - *weight_b[i] / total_b;
    high += pull * filled(reward[i], range, pull > 0 ? Side::high : Side::low);
    low += pull * filled(reward[i], range, pull > 0 ? Side::low : Side::high);
  }
  return {low, high};
}

MeanBounds mean_bounds(std::span<const std::optional<double>> reward, Range range) {
  MeanBounds out{.n = reward.size()};
  std::vector<double> observed;
  std::vector<double> lower;
  std::vector<double> upper;
  for (const auto& value : reward) {
    if (value) observed.push_back(*value);
    lower.push_back(filled(value, range, Side::low));
    upper.push_back(filled(value, range, Side::high));
  }
  out.n_observed = observed.size();
  out.complete_case_mean = stats::mean(observed);
  out.low = stats::mean(lower);
  out.high = stats::mean(upper);
  out.se_low = stats::mean_error(lower);
  out.se_high = stats::mean_error(upper);
  if (!out.se_low || !out.se_high) return out;
  const ImbensManski interval = imbens_manski(*out.low, *out.high, *out.se_low, *out.se_high);
  out.im_factor = interval.factor;
  out.im_interval = interval.interval;
  return out;
}

ImbensManski imbens_manski(double low, double high, double se_low, double se_high, double level) {
  const double error = std::max(se_low, se_high);
  const double gap = high > low ? (high - low) / error : 0;  // infinite without error
  // The coverage rises in C; it is exact at the ends of this bracket's level.
  double below = 0;
  double above = stats::normal_quantile(0.5 + level / 2) + 1;
  for (int step = 0; step < 200; ++step) {
    const double middle = (below + above) / 2;
    const double coverage = stats::normal_cdf(middle + gap) - stats::normal_cdf(-middle);
    (coverage < level ? below : above) = middle;
  }
  return {above, {low - above * se_low, high + above * se_high}};
}

StratumAdjusted adjust_by_stratum(std::span<const std::optional<double>> weight,
                                  std::span<const std::optional<double>> reward,
                                  std::span<const std::uint32_t> stratum) {
  if (stratum.empty()) return {stats::undefined("no rows"), stats::undefined("no rows")};
  struct Count {
    double all = 0;
    double observed = 0;
  };
  std::vector<Count> counts(*std::ranges::max_element(stratum) + 1);
  for (std::size_t i = 0; i < reward.size(); ++i) {
    ++counts[stratum[i]].all;
    if (reward[i] && weight[i]) ++counts[stratum[i]].observed;
  }
  for (const Count& count : counts) {
    if (count.all > 0 && count.observed == 0) {
      const auto none = stats::undefined("a stratum has no observed row");
      return {none, none};
    }
  }
  double products = 0;
  double weights = 0;
  double rewards = 0;
  double rows = 0;
  for (std::size_t i = 0; i < reward.size(); ++i) {
    if (!reward[i] || !weight[i]) continue;
    const Count& count = counts[stratum[i]];
    const double scale = count.all / count.observed;
    products += scale * *weight[i] * *reward[i];
    weights += scale * *weight[i];
    rewards += scale * *reward[i];
    rows += scale;
  }
  if (!(weights > 0)) return {stats::undefined("all weights are zero"), rewards / rows};
  return {products / weights, rewards / rows};
}

Figure tipping_delta(const MeanBounds& bounds, double reference) {
  if (!bounds.complete_case_mean) return bounds.complete_case_mean;
  if (bounds.n_observed == bounds.n) return stats::undefined("nothing is missing");
  const double missing =
      static_cast<double>(bounds.n - bounds.n_observed) / static_cast<double>(bounds.n);
  return (reference - *bounds.complete_case_mean) / missing;
}

Figure delta_adjusted(const MeanBounds& bounds, double delta) {
  if (!bounds.complete_case_mean) return bounds.complete_case_mean;
  const double missing =
      static_cast<double>(bounds.n - bounds.n_observed) / static_cast<double>(bounds.n);
  return *bounds.complete_case_mean + missing * delta;
}

}  // namespace assay::estimate
