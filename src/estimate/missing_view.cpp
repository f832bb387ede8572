#include "estimate/missing_view.hpp"

#include "estimate/strata.hpp"
#include "estimate/weights.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <utility>

namespace assay::estimate {

namespace {

constexpr std::size_t missing_strata = 5;
constexpr Range reward_range{0, 1};

OptionalColumn rewards_of(const Matrix& matrix, const std::optional<Calibration>& calibration) {
  OptionalColumn rewards;
  rewards.reserve(matrix.rows());
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    rewards.push_back(calibration ? calibrated_reward(*calibration, matrix.logged, row)
                                  : matrix.logged.judge.at(row));
  }
  return rewards;
}

OptionalColumn weights_by_row(const Matrix& matrix, const ScoreColumn& target) {
  const Cases cases = cases_of(matrix, target, available_rows(matrix, target));
  const std::vector<double> weight = hajek_weights(cases.log_ratio);
  OptionalColumn column(matrix.rows());
  for (std::size_t i = 0; i < cases.size(); ++i) column[cases.rows[i]] = weight[i];
  return column;
}

// SNIPS over the rows that `use` says; undefined without weight.
template <class Use>
Figure snips_over(const OptionalColumn& weight, const OptionalColumn& reward, Use use) {
  double products = 0;
  double weights = 0;
  for (std::size_t row = 0; row < weight.size(); ++row) {
    if (!weight[row] || !reward[row] || !use(row)) continue;
    products += *weight[row] * *reward[row];
    weights += *weight[row];
  }
  if (!(weights > 0)) return stats::undefined("no row has weight and reward");
  return products / weights;
}

// Strata of judge scores; rows without one are a stratum of their own.
std::vector<std::uint32_t> row_strata(const Matrix& matrix) {
  std::vector<double> scores;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    if (const auto score = matrix.logged.judge.at(row)) scores.push_back(*score);
  }
  const auto of_judged = strata_of(scores, missing_strata);
  std::vector<std::uint32_t> stratum(matrix.rows(), missing_strata + 1);
  std::size_t next = 0;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    if (matrix.logged.judge.has(row)) stratum[row] = of_judged[next++];
  }
  return stratum;
}

// What is the same for all policies.
struct Shared {
  OptionalColumn reward;
  std::vector<bool> complete;
  std::vector<std::uint32_t> stratum;
  Figure reference;
};

Shared shared_of(const Matrix& matrix, const std::optional<Calibration>& calibration) {
  Shared shared{rewards_of(matrix, calibration), std::vector<bool>(matrix.rows()), {}, {}};
  for (const std::size_t row : complete_rows(matrix)) shared.complete[row] = true;
  shared.stratum = row_strata(matrix);
  std::vector<double> seen;
  for (const auto& reward : shared.reward) {
    if (reward) seen.push_back(*reward);
  }
  shared.reference = stats::mean(seen);
  return shared;
}

void fill_worst(MissingView& view,
                const Matrix& matrix,
                const Shared& shared,
                const OptionalColumn& weight) {
  for (const auto& w : weight) {
    if (w) view.weight_max = std::max(view.weight_max, *w);
  }
  const BoundsInput input{weight, shared.reward, reward_range, {0, view.weight_max}};
  view.worst = snips_bounds(input);
  view.worst_se = snips_bound_errors(input, matrix.logged.prompt, matrix.prompts.size());
  view.by_stratum = adjust_by_stratum(weight, shared.reward, shared.stratum);
  if (view.worst.low && view.worst.high && view.worst_se.low && view.worst_se.high) {
    view.imbens_manski =
        imbens_manski(*view.worst.low, *view.worst.high, *view.worst_se.low, *view.worst_se.high);
  }
  if (view.available_case && view.reference) {
    const double missing =
        static_cast<double>(view.n_rows - view.n_available) / static_cast<double>(view.n_rows);
    view.tipping_delta = (*view.reference - *view.available_case) / missing;
  }
}

std::optional<MeanBounds> draw_bounds(const Draws* draws,
                                      const std::optional<Calibration>& calibration) {
  if (draws == nullptr) return std::nullopt;
  const ResponseTable& table = draws->responses;
  if (table.judge.count() == table.size()) return std::nullopt;
  OptionalColumn reward;
  for (std::size_t row = 0; row < table.size(); ++row) {
    auto score = table.judge.at(row);
    if (score && calibration) score = calibration->at(*score);
    reward.push_back(score);
  }
  return mean_bounds(reward, reward_range);
}

MissingView view_of(const Matrix& matrix, const Shared& shared, const ScoreColumn& target) {
  const OptionalColumn weight = weights_by_row(matrix, target);
  MissingView view{.policy = target.policy(), .n_rows = matrix.rows()};
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    if (!weight[row] || !shared.reward[row]) continue;
    ++view.n_available;
    if (shared.complete[row]) ++view.n_complete;
  }
  view.complete_case = snips_over(
      weight, shared.reward, [&](std::size_t row) { return bool(shared.complete[row]); });
  view.available_case = snips_over(weight, shared.reward, [](std::size_t) { return true; });
  view.reference = shared.reference;
  if (view.n_available < view.n_rows) {
    fill_worst(view, matrix, shared, weight);
  } else {
    const auto none = stats::undefined("nothing is missing");
    view.worst = view.worst_se = {none, none};
    view.by_stratum = {none, none};
    view.tipping_delta = none;
  }
  return view;
}

}  // namespace

std::vector<MissingView> missing_views(const Matrix& matrix,
                                       const std::optional<Calibration>& calibration) {
  const Shared shared = shared_of(matrix, calibration);
  std::vector<MissingView> views;
  for (const ScoreColumn& target : matrix.targets) {
    views.push_back(view_of(matrix, shared, target));
    views.back().draws = draw_bounds(matrix.fresh_of(target.policy()), calibration);
  }
  return views;
}

std::vector<PairBounds> pair_bounds(const Matrix& matrix,
                                    const std::optional<Calibration>& calibration) {
  const OptionalColumn reward = rewards_of(matrix, calibration);
  std::vector<PairBounds> found;
  if (std::ranges::all_of(reward, [](const auto& r) { return r.has_value(); })) return found;
  std::vector<OptionalColumn> weight;
  for (const ScoreColumn& target : matrix.targets) weight.push_back(weights_by_row(matrix, target));
  for (std::size_t a = 0; a < weight.size(); ++a) {
    for (std::size_t b = a + 1; b < weight.size(); ++b) {
      PairBounds pair{.policy = matrix.targets[a].policy(), .other = matrix.targets[b].policy()};
      for (std::size_t row = 0; row < matrix.rows(); ++row) {
        if (weight[a][row] && weight[b][row] && !reward[row]) ++pair.n_missing;
      }
      if (pair.n_missing == 0) continue;
      pair.difference = difference_bounds(weight[a], weight[b], reward, reward_range);
      found.push_back(std::move(pair));
    }
  }
  return found;
}

}  // namespace assay::estimate
