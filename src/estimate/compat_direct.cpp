#include "estimate/compat_policy.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace assay::estimate {

namespace {

struct JudgedDraws {
  std::vector<double> score;
  std::vector<std::uint32_t> prompt;
  std::size_t prompts = 0;
};

JudgedDraws judged_draws(const CompatPolicy& policy) {
  JudgedDraws found;
  if (policy.fresh == nullptr) return found;
  const ResponseTable& table = policy.fresh->responses;
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (const auto score = table.judge.at(row)) {
      found.score.push_back(*score);
      found.prompt.push_back(table.prompt[row]);
    }
  }
  found.prompts = std::set(found.prompt.begin(), found.prompt.end()).size();
  return found;
}

CompatResult direct_of(const CompatPolicy& policy,
                       const JudgedDraws& draws,
                       std::span<const double> value) {
  CompatResult result;
  result.policy = policy.policy;
  result.n = value.size();
  result.ess_fraction = result.max_weight = 1.0;
  result.estimate = stats::mean(value);
  result.clusters = draws.prompts;
  return result;
}

}  // namespace

CompatResult direct_cluster(const CompatPolicy& policy) {
  const JudgedDraws draws = judged_draws(policy);
  std::vector<double> value(draws.score.size());
  auto mean_under = [&](auto predict) {
    std::ranges::transform(draws.score, value.begin(), predict);
    return *stats::mean(value);
  };
  const auto replicates = oracle_replicates(policy, [&](std::uint32_t k) {
    return mean_under([&](double s) { return policy.calibration->at_without(k, s); });
  });
  std::ranges::transform(
      draws.score, value.begin(), [&](double s) { return policy.calibration->at(s); });
  CompatResult result = direct_of(policy, draws, value);
  if (replicates) result.jackknife_variance = stats::jackknife_variance(*replicates);
  result.df = std::min<double>(static_cast<double>(draws.prompts) - 1, fold_count - 1);
  set_error(result, stats::cluster_error(value, draws.prompt, policy.matrix->prompts.size()));
  return result;
}

CompatResult direct_naive(const CompatPolicy& policy) {
  const JudgedDraws draws = judged_draws(policy);
  CompatResult result = direct_of(policy, draws, draws.score);
  result.df = static_cast<double>(draws.prompts) - 1;
  set_error(result, stats::cluster_error(draws.score, draws.prompt, policy.matrix->prompts.size()));
  return result;
}

}  // namespace assay::estimate
