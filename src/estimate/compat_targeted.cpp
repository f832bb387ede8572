#include "estimate/compat_policy.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace assay::estimate {

namespace {

constexpr double probability_margin = 1e-7;
constexpr std::size_t newton_steps_max = 50;
constexpr double newton_tolerance = 1e-8;
constexpr double newton_step_max = 5;

double expit(double x) {
  return 1 / (1 + std::exp(-x));
}

double logit(double p) {
  const double inner = std::clamp(p, probability_margin, 1 - probability_margin);
  return std::log(inner / (1 - inner));
}

// The mean weight at each judge score within each fold, linear between scores.
std::array<stats::IsotonicMap, fold_count> clever_covariates(const Frame& frame,
                                                             std::span<const double> weight) {
  std::array<stats::IsotonicMap, fold_count> maps;
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    std::vector<double> score;
    std::vector<double> in_fold;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      if (frame.fold[i] != k) continue;
      score.push_back(frame.score[i]);
      in_fold.push_back(weight[i]);
    }
    maps[k] = stats::tie_means(score, in_fold);
  }
  return maps;
}

// Solves sum h (R - expit(logit g + eps h)) = 0.
Targeting solve_logit(const Frame& frame,
                      std::span<const double> logged,
                      std::span<const double> covariate) {
  Targeting found{.converged = false, .iterations = 0};
  while (found.iterations < newton_steps_max) {
    ++found.iterations;
    double score = 0;
    double information = 0;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const double m = expit(logit(logged[i]) + found.epsilon * covariate[i]);
      score += covariate[i] * (frame.reward[i] - m);
      information += covariate[i] * covariate[i] * m * (1 - m);
    }
    if (!(information > 0)) {  // every prediction has reached 0 or 1
      found.converged = score == 0;
      return found;
    }
    if (std::abs(score) / std::sqrt(information) <= newton_tolerance) {
      found.converged = true;
      return found;
    }
    found.epsilon += std::clamp(score / information, -newton_step_max, newton_step_max);
  }
  return found;
}

Targeting solve_identity(const Frame& frame,
                         std::span<const double> logged,
                         std::span<const double> covariate) {
  double products = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    products += covariate[i] * (frame.reward[i] - logged[i]);
  }
  const double squares = stats::dot(covariate, covariate);
  if (!(squares > 0)) return {.converged = false};
  return {.epsilon = products / squares};
}

}  // namespace

DrResult tmle(const CompatPolicy& policy, std::vector<double> weight, Link link) {
  const Frame& frame = *policy.frame;
  const OutcomeModel model = outcome_model(policy);
  const auto covariates = clever_covariates(frame, weight);
  std::vector<double> covariate(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    covariate[i] = covariates[frame.fold[i]].at(frame.score[i]);
  }
  Targeting targeting = link == Link::logit ? solve_logit(frame, model.logged, covariate)
                                            : solve_identity(frame, model.logged, covariate);
  auto update = [&](double prediction, double h) {
    return link == Link::logit ? expit(logit(prediction) + targeting.epsilon * h)
                               : std::clamp(prediction + targeting.epsilon * h, 0.0, 1.0);
  };
  const ScoreGrid& grid = policy.draws->grid();
  CrossFit::Table updated = model.on_draws;
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    std::vector<double> h(grid.size());
    covariates[k].at_each(grid.values(), h);
    std::ranges::transform(updated[k], h, updated[k].begin(), update);
  }
  DrParts parts{.weight = std::move(weight), .logged = {}, .drawn = {}, .cluster = frame.fold};
  for (std::size_t i = 0; i < frame.size(); ++i) {
    parts.logged.push_back(update(model.logged[i], covariate[i]));
    parts.drawn.push_back(policy.draws->mean(i, updated[frame.fold[i]]));
  }
  DrResult out = finish_dr(policy, parts);
  targeting.dm = *stats::mean(parts.drawn);
  targeting.shift = targeting.dm - *stats::mean(model.drawn);
  targeting.correction = *out.result.estimate - targeting.dm;
  out.result.targeting = targeting;
  out.result.augmentation.reset();
  return out;
}

}  // namespace assay::estimate
