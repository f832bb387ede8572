#include "estimate/compat_policy.hpp"
#include "estimate/simcal.hpp"
#include "stats/moments.hpp"
#include "stats/simplex.hpp"

#include <algorithm>
#include <cmath>

namespace assay::estimate {

namespace {

// mean over rows of the draws' mean under the map without fold k, plus the weighted residual.
double dr_without(const CompatPolicy& policy, const DrParts& parts, std::uint32_t k) {
  const Frame& frame = *policy.frame;
  double total = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    total += policy.drawn_without[k][i];
    total += parts.weight[i] * (frame.without[k][i] - parts.logged[i]);
  }
  return total / static_cast<double>(frame.size());
}

Augmentation augmentation_of(std::span<const double> drawn, std::span<const double> correction) {
  const double root = std::sqrt(static_cast<double>(drawn.size()));
  return {.score = stats::mean(correction),
          .score_se = *stats::population_sd(correction) / root,
          .dm = stats::mean(drawn),
          .dm_se = *stats::population_sd(drawn) / root,
          .correlation = stats::correlation(drawn, correction)};
}

// Fills the predictions of each row by the map without its fold.
void predict(OutcomeModel& model, const CompatPolicy& policy, std::span<const std::uint32_t> fold) {
  const Frame& frame = *policy.frame;
  CrossFit::Table on_rows;
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    on_rows[k] = evaluated(model.maps[k], frame.placed.grid);
    model.on_draws[k] = evaluated(model.maps[k], policy.draws->grid());
  }
  model.logged.resize(frame.size());
  model.drawn.resize(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    model.logged[i] = on_rows[fold[i]][frame.placed.place[i]];
    model.drawn[i] = policy.draws->mean(i, model.on_draws[fold[i]]);
  }
}

}  // namespace

std::vector<double> dr_weights(const CompatPolicy& policy) {
  const Frame& frame = *policy.frame;
  return simcal({.weight = policy.weight,
                 .index = &frame.by_prediction,
                 .reward = frame.out_of_fold,
                 .outer = frame.fold,
                 .inner = frame.fold})
      .weight;
}

DrResult finish_dr(const CompatPolicy& policy, const DrParts& parts) {
  const Frame& frame = *policy.frame;
  std::vector<double> correction(frame.size());
  std::vector<double> influence(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    correction[i] = parts.weight[i] * (frame.reward[i] - parts.logged[i]);
  }
  const double psi = *stats::mean(parts.drawn) + *stats::mean(correction);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    influence[i] = parts.drawn[i] + correction[i] - psi;
  }
  DrResult out{.result = {}, .influence = std::move(influence)};
  describe_weights(out.result, policy, parts.weight);
  out.result.affinity = policy.affinity_fresh;
  out.result.estimate = psi;
  out.result.clusters = fold_count;
  out.result.augmentation = augmentation_of(parts.drawn, correction);
  out.result.jackknife_variance = 0;
  if (parts.jackknife) {
    out.replicates =
        oracle_replicates(policy, [&](std::uint32_t k) { return dr_without(policy, parts, k); });
    if (out.replicates) out.result.jackknife_variance = stats::jackknife_variance(*out.replicates);
  }
  set_error(out.result, stats::cluster_error(out.influence, parts.cluster, fold_count));
  return out;
}

OutcomeModel outcome_model(const CompatPolicy& policy) {
  const Frame& frame = *policy.frame;
  OutcomeModel model;
  const TrainingRows& rows = frame.training;
  std::vector<double> kept(rows.score.size());
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    std::ranges::transform(rows.fold, kept.begin(), [k](auto f) { return f == k ? 0.0 : 1.0; });
    model.maps[k] = rows.by_score.map(rows.reward, kept);
  }
  predict(model, policy, frame.fold);
  return model;
}

OutcomeModel outcome_model(const CompatPolicy& policy,
                           std::span<const std::uint32_t> fold,
                           std::span<const double> omega) {
  const Frame& frame = *policy.frame;
  OutcomeModel model;
  std::vector<double> weight(frame.size());
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    for (std::size_t i = 0; i < frame.size(); ++i) weight[i] = fold[i] == k ? 0 : omega[i];
    model.maps[k] = frame.by_score.map(frame.reward, weight);
  }
  predict(model, policy, fold);
  return model;
}

DrResult dr_cpo(const CompatPolicy& policy, std::vector<double> weight) {
  const Frame& frame = *policy.frame;
  std::vector<double> drawn(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    drawn[i] = policy.drawn_without[frame.fold[i]][i];
  }
  return finish_dr(policy,
                   {.weight = std::move(weight),
                    .logged = frame.out_of_fold,
                    .drawn = std::move(drawn),
                    .cluster = frame.fold});
}

DrResult dr_isotonic_outcome(const CompatPolicy& policy) {
  const Frame& frame = *policy.frame;
  std::vector<double> weight = simcal({.weight = policy.weight,
                                       .index = &frame.by_score,
                                       .reward = frame.reward,
                                       .outer = frame.fold,
                                       .inner = {},
                                       .inner_seed = calibration_seed})
                                   .weight;
  OutcomeModel model = outcome_model(policy);
  return finish_dr(policy,
                   {.weight = std::move(weight),
                    .logged = std::move(model.logged),
                    .drawn = std::move(model.drawn),
                    .cluster = frame.fold,
                    .jackknife = false});
}

DrResult mrdr(const CompatPolicy& policy, std::vector<double> weight, Omega omega) {
  std::vector<double> omegas(weight.size());
  std::ranges::transform(weight, omegas.begin(), [omega](double w) {
    const double value = omega == Omega::weight           ? std::abs(w)
                         : omega == Omega::weight_squared ? w * w
                                                          : (w - 1) * (w - 1);
    return std::max(1e-8, value);
  });
  const auto& fold = policy.frame->row_shuffle;
  OutcomeModel model = outcome_model(policy, fold, omegas);
  DrResult out = finish_dr(policy,
                           {.weight = std::move(weight),
                            .logged = std::move(model.logged),
                            .drawn = std::move(model.drawn),
                            .cluster = fold});
  out.result.augmentation.reset();
  return out;
}

CompatResult stacked_dr(const CompatPolicy& policy,
                        const DrResult& cpo,
                        const DrResult& targeted,
                        const DrResult& robust) {
  const std::array parts{&cpo, &targeted, &robust};
  const std::array columns{cpo.influence, targeted.influence, robust.influence};
  stats::SquareMatrix covariance = stats::covariances(columns);
  for (std::size_t i = 0; i < parts.size(); ++i) covariance.at(i, i) += 1e-4;
  const auto alpha = stats::least_variance_mixture(covariance, 1e-12);
  CompatResult result = cpo.result;
  result.augmentation.reset();
  double psi = 0;
  std::vector<double> influence(policy.size(), 0.0);
  Replicates replicates{};
  constexpr std::array names{"dr-cpo", "tmle", "mrdr"};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    psi += alpha[i] * *parts[i]->result.estimate;
    for (std::size_t row = 0; row < influence.size(); ++row) {
      influence[row] += alpha[i] * parts[i]->influence[row];
    }
    for (std::uint32_t k = 0; k < fold_count; ++k) {
      replicates[k] += alpha[i] * parts[i]->replicates.value_or(Replicates{})[k];
    }
    result.stacking.emplace_back(names[i], alpha[i]);
  }
  result.estimate = psi;
  result.jackknife_variance = stats::jackknife_variance(replicates);
  set_error(result, stats::cluster_error(influence, policy.frame->fold, fold_count));
  return result;
}

}  // namespace assay::estimate
