#include "estimate/compat_policy.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <vector>

namespace assay::estimate {

namespace {

struct JudgedDraws {
  std::vector<double> score;
  PlacedScores placed;
  std::vector<std::uint32_t> prompt;
  std::size_t prompts = 0;
};

JudgedDraws judged_draws(const CompatPolicy& policy) {
  JudgedDraws found;
  if (policy.fresh == nullptr) return found;
  const ResponseTable& table = policy.fresh->responses;
  found.score = judge_scores(table);
  found.placed = placed(found.score);
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.judge.has(row)) found.prompt.push_back(table.prompt[row]);
  }
  found.prompts = stats::cluster_count(found.prompt);
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
  auto mean_under = [&](const stats::IsotonicMap& map) {
    const std::vector<double> on_grid = evaluated(map, draws.placed.grid);
    std::ranges::transform(
        draws.placed.place, value.begin(), [&](std::uint32_t place) { return on_grid[place]; });
    return *stats::mean(value);
  };
  const auto replicates = oracle_replicates(
      policy, [&](std::uint32_t k) { return mean_under(policy.calibration->without[k]); });
  mean_under(policy.calibration->all.map);
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
