#include "estimate/simcal.hpp"

#include "estimate/frame.hpp"
#include "stats/isotonic.hpp"
#include "stats/mersenne.hpp"
#include "stats/moments.hpp"
#include "stats/simplex.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace assay::estimate {

namespace {

constexpr double weight_floor = 1e-9;
constexpr std::size_t train_rows_min = 10;
constexpr std::size_t test_rows_min = 2;

// Weights that all vanished stay what they are.
void scale_to_mean_one(std::vector<double>& weights) {
  const double mean = stats::sum(weights) / static_cast<double>(weights.size());
  if (!(mean > 0)) return;
  for (double& weight : weights) weight /= mean;
}

// The values of one monotone fit at given rows, floored, mean one.
std::vector<double> fitted_at(const std::vector<double>& by_group,
                              const stats::IsotonicFit& fit,
                              const std::vector<std::size_t>& rows) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) values.push_back(by_group[fit.group_of()[row]]);
  scale_to_mean_one(values);
  return values;
}

// One candidate: its values per group of the index, or the raw weights themselves.
struct Candidate {
  std::vector<double> by_group;  // empty: raw weights
};

class Projection {
 public:
  Projection(const SimcalInput& input, const SimcalOptions& options)
      : input_(input), options_(options), fit_(*input.index) {}

  // Fits on `train`, writes the weights of `test`, notes mixture and shrinkage.
  void run(const std::vector<std::size_t>& train,
           const std::vector<std::size_t>& test,
           SimcalWeights& out) {
    const std::vector<Candidate> candidates = candidates_on(train);
    std::vector<std::vector<double>> columns;
    for (const Candidate& candidate : candidates) columns.push_back(values(candidate, train));
    const std::vector<double> mixture = choose(columns, train);
    const double gamma = shrinkage(columns, mixture);
    std::vector<std::vector<double>> at_test;
    for (const Candidate& candidate : candidates) at_test.push_back(values(candidate, test));
    std::vector<double> mixed = mix(at_test, mixture);
    for (double& weight : mixed) weight = 1 + (1 - gamma) * (weight - 1);
    scale_to_mean_one(mixed);
    for (std::size_t i = 0; i < test.size(); ++i) out.weight[test[i]] = mixed[i];
    if (out.mixture.empty()) out.mixture.assign(mixture.size(), 0.0);
    for (std::size_t i = 0; i < mixture.size(); ++i) out.mixture[i] += mixture[i];
    out.gamma += gamma;
  }

 private:
  [[nodiscard]] std::vector<Candidate> candidates_on(const std::vector<std::size_t>& train) const {
    std::vector<double> weight(input_.weight.begin(), input_.weight.end());
    std::vector<double> kept(weight.size(), 0.0);
    for (const std::size_t row : train) kept[row] = 1;
    double total = 0;
    for (const std::size_t row : train) total += weight[row];
    for (double& w : weight) w *= static_cast<double>(train.size()) / total;
    std::vector<Candidate> candidates;
    if (options_.include_baseline) candidates.push_back({});
    for (const auto direction : {stats::Direction::increasing, stats::Direction::decreasing}) {
      const stats::IsotonicMap map = fit_.map(weight, kept, direction);
      Candidate candidate{std::vector<double>(fit_.groups().size())};
      map.at_each(fit_.groups(), candidate.by_group);
      for (double& value : candidate.by_group) value = std::max(weight_floor, value);
      candidates.push_back(std::move(candidate));
    }
    return candidates;
  }

  [[nodiscard]] std::vector<double> values(const Candidate& candidate,
                                           const std::vector<std::size_t>& rows) const {
    if (!candidate.by_group.empty()) return fitted_at(candidate.by_group, fit_, rows);
    std::vector<double> raw;
    for (const std::size_t row : rows) raw.push_back(input_.weight[row]);
    scale_to_mean_one(raw);
    return raw;
  }

  [[nodiscard]] std::vector<std::uint32_t> inner_folds(
      const std::vector<std::size_t>& train) const {
    if (input_.inner.empty()) {
      return stats::shuffled_folds(train.size(), fold_count, input_.inner_seed);
    }
    std::vector<std::uint32_t> folds;
    for (const std::size_t row : train) folds.push_back(input_.inner[row]);
    return folds;
  }

  // The mixture with the least variance of its out-of-fold influence.
  [[nodiscard]] std::vector<double> choose(const std::vector<std::vector<double>>& columns,
                                           const std::vector<std::size_t>& train) const {
    const std::vector<std::uint32_t> folds = inner_folds(train);
    std::vector<std::vector<double>> influence;
    for (const auto& column : columns) influence.push_back(influence_of(column, train, folds));
    stats::SquareMatrix covariance = stats::covariances(influence);
    double trace = 0;
    for (std::size_t i = 0; i < covariance.size(); ++i) trace += covariance.at(i, i);
    for (std::size_t i = 0; i < covariance.size(); ++i) {
      covariance.at(i, i) += 1e-8 * trace / static_cast<double>(covariance.size());
    }
    return stats::least_variance_mixture(covariance, 1e-10);
  }

  [[nodiscard]] std::vector<double> influence_of(const std::vector<double>& column,
                                                 const std::vector<std::size_t>& train,
                                                 const std::vector<std::uint32_t>& folds) const {
    std::array<double, fold_count> weight_in{};
    std::array<double, fold_count> product_in{};
    std::array<double, fold_count> rows_in{};
    for (std::size_t i = 0; i < train.size(); ++i) {
      weight_in[folds[i]] += column[i];
      product_in[folds[i]] += column[i] * input_.reward[train[i]];
      rows_in[folds[i]] += 1;
    }
    const double weights = std::accumulate(weight_in.begin(), weight_in.end(), 0.0);
    const double products = std::accumulate(product_in.begin(), product_in.end(), 0.0);
    std::vector<double> influence(train.size());
    for (std::size_t i = 0; i < train.size(); ++i) {
      const std::uint32_t k = folds[i];
      const double weight = weights - weight_in[k];
      if (!(weight > 0)) continue;  // the other folds have no weight: nothing to hold it against
      const double psi = (products - product_in[k]) / weight;
      const double centre = weight / (static_cast<double>(train.size()) - rows_in[k]);
      // The last term counts the denominator twice; it is part of the rule that is met here.
      influence[i] =
          (column[i] * (input_.reward[train[i]] - psi) - psi * (column[i] - centre)) / centre;
    }
    return influence;
  }

  [[nodiscard]] static std::vector<double> mix(const std::vector<std::vector<double>>& columns,
                                               const std::vector<double>& mixture) {
    std::vector<double> mixed(columns.front().size(), 0.0);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] += mixture[c] * columns[c][i];
    }
    return mixed;
  }

  [[nodiscard]] double shrinkage(const std::vector<std::vector<double>>& columns,
                                 const std::vector<double>& mixture) const {
    const double sd = *stats::population_sd(mix(columns, mixture));
    double gamma = 0;
    auto limit = [&](double variance) {
      if (sd * sd > variance) gamma = std::max(gamma, 1 - std::sqrt(variance) / sd);
    };
    if (options_.ess_floor) limit(1 / *options_.ess_floor - 1);
    if (options_.var_cap) limit(*options_.var_cap);
    return std::clamp(gamma, 0.0, 1.0);
  }

  SimcalInput input_;
  SimcalOptions options_;
  const stats::IsotonicFit& fit_;
};

}  // namespace

SimcalWeights simcal(const SimcalInput& input, const SimcalOptions& options) {
  const std::size_t n = input.weight.size();
  SimcalWeights out{.weight = {input.weight.begin(), input.weight.end()}, .mixture = {}};
  Projection projection(input, options);
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (input.outer.empty()) {
    if (n >= train_rows_min) projection.run(all, all, out);
    return out;
  }
  double fits = 0;
  for (std::uint32_t fold = 0; fold < fold_count; ++fold) {
    std::vector<std::size_t> train;
    std::vector<std::size_t> test;
    for (const std::size_t row : all) (input.outer[row] == fold ? test : train).push_back(row);
    double mass = 0;
    for (const std::size_t row : train) mass += input.weight[row];
    if (train.size() < train_rows_min || test.size() < test_rows_min || !(mass > 0)) continue;
    projection.run(train, test, out);
    ++fits;
  }
  for (double& share : out.mixture) share /= std::max(1.0, fits);
  out.gamma /= std::max(1.0, fits);
  scale_to_mean_one(out.weight);
  return out;
}

}  // namespace assay::estimate
