#include "estimate/compat_policy.hpp"
#include "estimate/simcal.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace assay::estimate {

namespace {

// mean(w f_without_k(S)), the estimate under the map without fold k.
double ips_without(const CompatPolicy& policy, std::span<const double> weight, std::uint32_t k) {
  double total = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    total += weight[i] * policy.frame->without[k][i];
  }
  return total / static_cast<double>(weight.size());
}

void set_jackknife(CompatResult& result,
                   const CompatPolicy& policy,
                   std::span<const double> weight) {
  const auto replicates =
      oracle_replicates(policy, [&](std::uint32_t k) { return ips_without(policy, weight, k); });
  if (replicates) result.jackknife_variance = stats::jackknife_variance(*replicates);
}

double population_variance(std::span<const double> values) {
  const double sd = *stats::population_sd(values);
  return sd * sd;
}

// Influence against the other outer folds' own raw-weight estimate; empty when some have no weight.
std::optional<std::vector<double>> outer_influence(const CompatPolicy& policy,
                                                   std::span<const double> weight,
                                                   std::span<const double> reward,
                                                   std::span<const double> train_reward) {
  const Frame& frame = *policy.frame;
  std::array<double, fold_count> products{};
  std::array<double, fold_count> weights{};
  std::array<double, fold_count> rows{};
  for (std::size_t i = 0; i < frame.size(); ++i) {
    products[frame.outer[i]] += policy.weight[i] * train_reward[i];
    weights[frame.outer[i]] += policy.weight[i];
    rows[frame.outer[i]] += 1;
  }
  const double all_products = stats::sum(products);
  const double all_weights = stats::sum(weights);
  std::vector<double> influence(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::uint32_t v = frame.outer[i];
    const double weight_train = all_weights - weights[v];
    if (!(weight_train > 0)) return std::nullopt;
    const double psi = (all_products - products[v]) / weight_train;
    const double centre = weight_train / (static_cast<double>(frame.size()) - rows[v]);
    influence[i] = weight[i] * (reward[i] - psi) / centre;
  }
  return influence;
}

void set_weight_calibration(CompatResult& result,
                            const CompatPolicy& policy,
                            const SimcalWeights& fitted,
                            bool baseline) {
  WeightCalibration made;
  if (baseline) made.candidates.emplace_back("baseline");
  made.candidates.emplace_back("increasing");
  made.candidates.emplace_back("decreasing");
  made.mixture = fitted.mixture;
  made.gamma = fitted.gamma;
  made.variance_before = population_variance(policy.weight);
  made.variance_after = population_variance(fitted.weight);
  result.weight_calibration = std::move(made);
}

}  // namespace

CompatResult raw_ips(const CompatPolicy& policy, std::optional<double> clip, bool with_calibrator) {
  const Frame& frame = *policy.frame;
  std::vector<double> weight = policy.weight;
  if (clip) {
    for (double& w : weight) w = std::min(w, *clip);
    const double mean = *stats::mean(weight);
    for (double& w : weight) w /= mean;
  }
  CompatResult result;
  describe_weights(result, policy, weight);
  const double psi = stats::dot(weight, frame.reward) / stats::sum(weight);
  result.estimate = psi;
  const auto& reward = with_calibrator ? frame.influence_reward : frame.reward;
  std::vector<double> influence(frame.size());
  for (std::size_t i = 0; i < influence.size(); ++i) influence[i] = weight[i] * (reward[i] - psi);
  if (with_calibrator) {
    set_jackknife(result, policy, weight);
  }
  set_error(result, stats::mean_error(influence));
  return result;
}

CompatResult calibrated_ips(const CompatPolicy& policy, SimcalVariant variant) {
  const Frame& frame = *policy.frame;
  const bool by_score = variant == SimcalVariant::raw_score_index;
  const bool folded = variant != SimcalVariant::no_outer_folds;
  SimcalOptions options{.include_baseline = variant == SimcalVariant::baseline};
  if (variant == SimcalVariant::no_caps) options.ess_floor = options.var_cap = std::nullopt;
  SimcalInput input{.weight = policy.weight,
                    .index = by_score ? &frame.by_score : &frame.by_prediction,
                    .reward = by_score ? frame.reward : frame.out_of_fold,
                    .outer = {},
                    .inner = {},
                    .inner_seed = outer_seed};
  if (folded) input.outer = frame.outer;
  if (!by_score) input.inner = frame.fold;
  const SimcalWeights fitted = simcal(input, options);
  CompatResult result;
  describe_weights(result, policy, fitted.weight);
  set_weight_calibration(result, policy, fitted, options.include_baseline);
  const double psi = stats::dot(fitted.weight, frame.reward) / stats::sum(fitted.weight);
  result.estimate = psi;
  const auto& reward = by_score ? frame.reward : frame.influence_reward;
  if (!by_score) {
    set_jackknife(result, policy, fitted.weight);
  }
  if (folded) {
    result.clusters = fold_count;
    const auto influence =
        outer_influence(policy, fitted.weight, reward, by_score ? frame.reward : frame.out_of_fold);
    set_error(result,
              influence ? stats::cluster_error(*influence, frame.outer, fold_count)
                        : stats::Figure(stats::undefined("one fold holds all weight")));
  } else {
    std::vector<double> influence(frame.size());
    for (std::size_t i = 0; i < influence.size(); ++i) {
      influence[i] = fitted.weight[i] * (reward[i] - psi);
    }
    set_error(result, stats::mean_error(influence));
  }
  if (variant == SimcalVariant::refuse && result.gate->flagged) {
    result.gate->refused = true;
    result.estimate = result.se = stats::undefined("refused by the neighbour's own gate");
    result.interval.reset();
    result.df.reset();
    result.clusters.reset();
  }
  return result;
}

}  // namespace assay::estimate
