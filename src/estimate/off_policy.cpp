#include "estimate/off_policy.hpp"

#include "estimate/weights.hpp"
#include "stats/cluster.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay::estimate {

namespace {

InfluenceEstimate finished(Figure estimate, std::vector<double> influence) {
  InfluenceEstimate out{.estimate = estimate, .se = stats::mean_error(influence)};
  out.n = influence.size();
  if (out.estimate && out.se) out.interval = stats::interval_around(*out.estimate, *out.se);
  out.influence = std::move(influence);
  return out;
}

InfluenceEstimate mean_of(std::vector<double> values) {
  const Figure mean = stats::mean(values);
  return finished(mean, std::move(values));
}

struct Complete {
  std::vector<std::size_t> rows;
  std::vector<double> reward;
  std::vector<double> weight;
};

Complete complete_of(const OptionalColumn& reward, const OptionalColumn& weight) {
  Complete out;
  for (std::size_t i = 0; i < reward.size(); ++i) {
    if (!reward[i] || !weight[i]) continue;
    out.rows.push_back(i);
    out.reward.push_back(*reward[i]);
    out.weight.push_back(*weight[i]);
  }
  return out;
}

std::vector<double> products(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out(a.size());
  std::ranges::transform(a, b, out.begin(), std::multiplies<>());
  return out;
}

InfluenceEstimate snips_of(std::span<const double> weight, std::span<const double> reward) {
  const double total = stats::sum(weight);
  if (!(total > 0)) return {.estimate = stats::undefined("all weights are zero")};
  const double value = stats::dot(weight, reward) / total;
  const double mean = total / static_cast<double>(weight.size());
  std::vector<double> influence(weight.size());
  for (std::size_t i = 0; i < weight.size(); ++i) {
    influence[i] = weight[i] / mean * (reward[i] - value);
  }
  return finished(value, std::move(influence));
}

// Each row left out in turn.
Figure snips_jackknife(std::span<const double> weight, std::span<const double> reward) {
  if (weight.size() < 2) return stats::undefined("fewer than two rows");
  const double total = stats::sum(weight);
  const double product = stats::dot(weight, reward);
  std::vector<double> left_out(weight.size());
  for (std::size_t i = 0; i < weight.size(); ++i) {
    if (!(total - weight[i] > 0)) return stats::undefined("one row holds all weight");
    left_out[i] = (product - weight[i] * reward[i]) / (total - weight[i]);
  }
  return std::sqrt(stats::jackknife_variance(left_out));
}

void add_models(OffPolicyEstimates& out,
                const Complete& complete,
                const OffPolicyColumns& columns) {
  std::vector<double> mu;
  std::vector<double> doubly;
  std::vector<double> residual;
  for (std::size_t i = 0; i < complete.rows.size(); ++i) {
    const std::size_t row = complete.rows[i];
    mu.push_back(columns.mu[row]);
    residual.push_back(complete.reward[i] - columns.q_logged[row]);
    doubly.push_back(mu.back() + complete.weight[i] * residual.back());
  }
  out.dr = mean_of(std::move(doubly));
  const InfluenceEstimate correction = snips_of(complete.weight, residual);
  if (correction.estimate && out.dr.estimate) {
    const double centre = *stats::mean(mu);
    std::vector<double> influence(mu.size());
    for (std::size_t i = 0; i < mu.size(); ++i) {
      influence[i] = mu[i] - centre + correction.influence[i];
    }
    out.sndr = finished(centre + *correction.estimate, std::move(influence));
  }
  out.direct_method = mean_of(std::move(mu));
}

}  // namespace

OffPolicyEstimates off_policy_estimates(const OffPolicyColumns& columns, double weight_cap) {
  const Complete complete = complete_of(columns.reward, columns.weight);
  OffPolicyEstimates out;
  out.rows = complete.rows;
  out.mean_logged_reward = mean_of(complete.reward);
  out.ips = mean_of(products(complete.weight, complete.reward));
  if (complete.rows.empty()) return out;
  out.snips = snips_of(complete.weight, complete.reward);
  out.snips_se_jackknife = snips_jackknife(complete.weight, complete.reward);
  std::vector<double> capped = complete.weight;
  for (double& weight : capped) weight = std::min(weight, weight_cap);
  out.ips_capped = mean_of(products(capped, complete.reward));
  const auto above =
      std::ranges::count_if(complete.weight, [&](double w) { return w > weight_cap; });
  out.share_capped = static_cast<double>(above) / static_cast<double>(complete.rows.size());
  out.ess = effective_size(complete.weight);
  if (!columns.mu.empty()) add_models(out, complete, columns);
  return out;
}

PairedComparison compare_snips(std::span<const std::optional<double>> reward,
                               std::span<const std::optional<double>> weight_a,
                               std::span<const std::optional<double>> weight_b) {
  std::vector<double> r;
  std::vector<double> a;
  std::vector<double> b;
  for (std::size_t i = 0; i < reward.size(); ++i) {
    if (!reward[i] || !weight_a[i] || !weight_b[i]) continue;
    r.push_back(*reward[i]);
    a.push_back(*weight_a[i]);
    b.push_back(*weight_b[i]);
  }
  PairedComparison out{.n = r.size()};
  if (r.empty()) return out;
  const InfluenceEstimate first = snips_of(a, r);
  const InfluenceEstimate second = snips_of(b, r);
  if (!first.estimate || !second.estimate) return out;
  std::vector<double> influence(r.size());
  std::ranges::transform(first.influence, second.influence, influence.begin(), std::minus<>());
  out.difference = *first.estimate - *second.estimate;
  out.se_paired = stats::mean_error(influence);
  if (!out.se_paired) return out;
  out.se_unpaired = std::hypot(*first.se, *second.se);
  out.interval = stats::interval_around(*out.difference, *out.se_paired);
  return out;
}

}  // namespace assay::estimate
