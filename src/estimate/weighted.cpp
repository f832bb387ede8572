#include "estimate/weighted.hpp"

#include "estimate/weights.hpp"
#include "stats/cluster.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace assay::estimate {

namespace {

struct Used {
  std::vector<std::size_t> row;
  std::vector<double> weight;  // mean one
  std::vector<double> reward;
  std::vector<std::uint32_t> prompt;
};

Used used_rows(const WeightedInput& input) {
  Used used;
  std::vector<double> log_ratio;
  for (std::size_t i = 0; i < input.cases->size(); ++i) {
    if (!input.reward[i]) continue;
    const std::size_t row = input.cases->rows[i];
    used.row.push_back(row);
    used.reward.push_back(*input.reward[i]);
    used.prompt.push_back(input.matrix->logged.prompt[row]);
    log_ratio.push_back(input.cases->log_ratio[i]);
  }
  used.weight = hajek_weights(log_ratio);
  return used;
}

double oracle_variance(const WeightedInput& input, const Used& used) {
  const ScoreGrid& grid = input.oracle->grid();
  std::vector<double> mass(grid.size(), 0.0);
  const auto n = static_cast<double>(used.row.size());
  for (std::size_t i = 0; i < used.row.size(); ++i) {
    if (const auto score = input.matrix->logged.judge.at(used.row[i])) {
      mass[grid.place_of(*score)] += used.weight[i] / n;
    }
  }
  return input.oracle->variance(mass);
}

}  // namespace

double joint_degrees(double variance_a, double df_a, double variance_b, double df_b) {
  const double total = variance_a + variance_b;
  const double spread = variance_a * variance_a / df_a + variance_b * variance_b / df_b;
  return spread > 0 ? total * total / spread : std::min(df_a, df_b);
}

WeightedEstimate weighted_mean(const WeightedInput& input) {
  const Used used = used_rows(input);
  WeightedEstimate out{.n = used.row.size()};
  if (out.n == 0)
    return {.estimate = stats::undefined("no rows"), .se = stats::undefined("no rows")};
  const auto n = static_cast<double>(out.n);
  const double value = stats::dot(used.weight, used.reward) / n;
  std::vector<double> influence(out.n);
  for (std::size_t i = 0; i < out.n; ++i) influence[i] = used.weight[i] * (used.reward[i] - value);
  out.estimate = value;
  out.se = stats::cluster_error(influence, used.prompt, input.matrix->prompts.size());
  if (!out.se) return out;
  out.df = std::max(1.0, std::floor(*effective_size(used.weight)) - 1);
  if (input.oracle != nullptr) {
    const double sampling = *out.se * *out.se;
    const double learning = oracle_variance(input, used);
    out.se = std::sqrt(sampling + learning);
    out.df = joint_degrees(sampling, out.df, learning, input.oracle->degrees_of_freedom());
  }
  out.interval = stats::interval_around(value, *out.se, out.df);
  return out;
}

}  // namespace assay::estimate
