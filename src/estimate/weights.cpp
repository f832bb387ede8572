#include "estimate/weights.hpp"

#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace assay::estimate {

namespace {

constexpr std::string_view no_rows = "no rows";
constexpr std::string_view overflow = "a weight exceeds the range of numbers";
constexpr std::string_view no_mass = "all weights are zero";

// The share of all weight that the `count` largest hold; moves those to the front of `weights`.
double top_share(std::span<double> weights, std::size_t count, double total) {
  const auto top = weights.begin() + static_cast<std::ptrdiff_t>(std::min(count, weights.size()));
  if (top != weights.end()) {
    std::nth_element(weights.begin(), top, weights.end(), std::greater<>());
  }
  return stats::sum({weights.begin(), top}) / total;
}

std::size_t share_count(std::size_t n, double share) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(n)));
}

WeightSummary undefined_summary() {
  const Figure none = stats::undefined(no_rows);
  return {.mean_weight = none,
          .max_weight = none,
          .ess = none,
          .ess_fraction = none,
          .max_weight_share = none,
          .top1pct_share = none,
          .top5pct_share = none,
          .cv = none,
          .hill_k5pct = none,
          .hellinger_affinity = none,
          .log_mean_weight = none};
}

double hellinger(std::span<const double> weights, double mean) {
  // The floor is part of the neighbouring tool's definition.
  std::vector<double> roots(weights.size());
  std::ranges::transform(
      weights, roots.begin(), [mean](double w) { return std::sqrt(std::max(w / mean, 1e-10)); });
  return *stats::mean(roots);
}

}  // namespace

std::vector<double> clipped(std::span<const double> log_ratio, double limit) {
  std::vector<double> kept(log_ratio.size());
  std::ranges::transform(
      log_ratio, kept.begin(), [limit](double l) { return std::clamp(l, -limit, limit); });
  return kept;
}

LogRatioSummary summarize_log_ratio(std::span<const double> log_ratio) {
  std::vector<double> sorted(log_ratio.begin(), log_ratio.end());
  std::ranges::sort(sorted);
  LogRatioSummary summary{
      .mean = stats::mean(log_ratio),
      .sd_ddof0 = stats::population_sd(log_ratio),
      .min = sorted.empty() ? stats::undefined(no_rows) : Figure(sorted.front()),
      .max = sorted.empty() ? stats::undefined(no_rows) : Figure(sorted.back()),
  };
  for (const double l : log_ratio) {
    if (l == 0) ++summary.exact_zeros;
    if (std::abs(l) > compatibility_clip_nats) ++summary.beyond_20;
  }
  constexpr std::array<double, 5> shares{0.05, 0.25, 0.5, 0.75, 0.95};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    summary.quantiles[i] = stats::sorted_quantile(sorted, shares[i]);
  }
  return summary;
}

Weights weights_of(std::vector<double> log_ratio) {
  Weights weights{std::move(log_ratio), {}, {}};
  if (weights.log_ratio.empty()) return weights;
  const double top = std::ranges::max(weights.log_ratio);
  weights.raw.reserve(weights.size());
  weights.shifted.reserve(weights.size());
  for (const double l : weights.log_ratio) {
    weights.raw.push_back(std::exp(l));
    weights.shifted.push_back(std::exp(l - top));
  }
  return weights;
}

Weights weights_from(std::span<const double> weight) {
  Weights weights{.log_ratio = std::vector<double>(weight.size()),
                  .raw = {weight.begin(), weight.end()},
                  .shifted = std::vector<double>(weight.size())};
  if (weight.empty()) return weights;
  const double top = std::ranges::max(weight);
  std::ranges::transform(weight, weights.log_ratio.begin(), [](double w) { return std::log(w); });
  std::ranges::transform(weight, weights.shifted.begin(), [top](double w) { return w / top; });
  return weights;
}

std::vector<double> hajek_weights(std::span<const double> log_ratio) {
  std::vector<double> weights(log_ratio.size());
  if (weights.empty()) return weights;
  const double top = std::ranges::max(log_ratio);
  std::ranges::transform(log_ratio, weights.begin(), [top](double l) { return std::exp(l - top); });
  const double scale = static_cast<double>(weights.size()) / stats::sum(weights);
  for (double& weight : weights) weight *= scale;
  return weights;
}

Figure effective_size(std::span<const double> weights) {
  if (weights.empty()) return stats::undefined(no_rows);
  const double total = stats::sum(weights);
  const double squares = stats::dot(weights, weights);
  if (!(squares > 0)) return stats::undefined(no_mass);
  return stats::finite_or(total * total / squares, overflow);
}

TailIndex hill_index(std::span<const double> log_weight) {
  const std::size_t n = log_weight.size();
  if (n < hill_rows_min) return {stats::undefined("fewer than 10 rows")};
  const auto twentieth = static_cast<std::size_t>(0.05 * static_cast<double>(n));
  const auto tenth = static_cast<std::size_t>(0.1 * static_cast<double>(n));
  const std::size_t k = std::min(std::max<std::size_t>(10, twentieth), tenth);
  std::vector<double> largest(log_weight.begin(), log_weight.end());
  const auto threshold = largest.begin() + static_cast<std::ptrdiff_t>(k);
  std::nth_element(largest.begin(), threshold, largest.end(), std::greater<>());
  std::vector<double> excess(k);
  std::transform(
      largest.begin(), threshold, excess.begin(), [&](double l) { return l - *threshold; });
  const double total = stats::sum(excess);
  if (total == 0) return {stats::undefined("infinite: the largest weights are equal"), true};
  return {stats::finite_or(static_cast<double>(k) / total, "a weight is zero")};
}

WeightSummary summarize_weights(const Weights& weights) {
  WeightSummary summary{.n = weights.size()};
  if (summary.n == 0) return undefined_summary();
  const auto n = static_cast<double>(summary.n);
  std::vector<double> mass = weights.shifted;
  const double total = stats::sum(mass);  // at least 1: the largest is exp(0)
  const double top = std::ranges::max(weights.log_ratio);
  summary.mean_weight = stats::finite_or(stats::sum(weights.raw) / n, overflow);
  summary.max_weight = stats::finite_or(std::ranges::max(weights.raw), overflow);
  summary.log_mean_weight = top + std::log(total / n);
  summary.ess = effective_size(weights.shifted);
  summary.ess_fraction = *summary.ess / n;
  summary.max_weight_share = 1 / total;
  const std::size_t twentieth = share_count(summary.n, 0.05);
  summary.top5pct_share = top_share(mass, twentieth, total);
  summary.top1pct_share =
      top_share(std::span(mass).first(twentieth), share_count(summary.n, 0.01), total);
  summary.cv = *stats::population_sd(weights.shifted) / (total / n);
  const TailIndex tail = hill_index(weights.log_ratio);
  summary.hill_k5pct = tail.value;
  summary.hill_infinite = tail.infinite;
  summary.near_zero = static_cast<std::size_t>(
      std::ranges::count_if(weights.raw, [](double w) { return w < 1e-10; }));
  summary.hellinger_affinity = hellinger(weights.shifted, total / n);
  return summary;
}

}  // namespace assay::estimate
