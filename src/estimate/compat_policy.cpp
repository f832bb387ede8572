#include "estimate/compat_policy.hpp"

#include "estimate/overlap.hpp"
#include "stats/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::estimate {

namespace {

constexpr double df_of_folds = fold_count - 1;

BoundaryCard card_of(const CrossFit& calibration, const Frame& frame) {
  BoundaryCard card{.score_low = calibration.all.score_low,
                    .score_high = calibration.all.score_high};
  const auto& knots = calibration.all.map.knots();
  const double low = std::clamp(knots.front().y, 0.0, 1.0);
  const double high = std::clamp(knots.back().y, 0.0, 1.0);
  const double edge = 0.05 * (high - low);
  const auto n = static_cast<double>(frame.size());
  card.out_of_range =
      static_cast<double>(std::ranges::count_if(
          frame.score, [&](double s) { return s < card.score_low || s > card.score_high; })) /
      n;
  card.saturation =
      static_cast<double>(std::ranges::count_if(
          frame.reward, [&](double r) { return r <= low + edge || r >= high - edge; })) /
      n;
  card.status = card.out_of_range >= 0.05 ? "REFUSE-LEVEL"
                : card.saturation >= 0.20 ? "CAUTION"
                                          : "OK";
  return card;
}

// 0 good, 1 warning, 2 critical.
int level(const Figure& figure, double good, double warning) {
  if (!figure) return 0;
  return *figure >= good ? 0 : *figure >= warning ? 1 : 2;
}

}  // namespace

CompatPolicy compat_policy(const Matrix& matrix,
                           const CrossFit& calibration,
                           const Frame& frame,
                           const ScoreColumn& target) {
  const Cases cases = cases_of(matrix, target, frame.rows);
  const Weights weights = weights_of(cases.log_ratio);
  const WeightSummary summary = summarize_weights(weights);
  CompatPolicy policy;
  policy.matrix = &matrix;
  policy.calibration = &calibration;
  policy.frame = &frame;
  policy.fresh = matrix.fresh_of(target.policy());
  policy.policy = target.policy();
  policy.weight = hajek_weights(cases.log_ratio);
  policy.near_zero_share = static_cast<double>(summary.near_zero) / static_cast<double>(summary.n);
  policy.hellinger = summary.hellinger_affinity;
  policy.ttc = typicality_of(matrix, target, cases, weights.shifted, LengthUnit::tokens);
  if (!policy.ttc) {
    policy.ttc = typicality_of(matrix, target, cases, weights.shifted, LengthUnit::chars);
  }
  policy.affinity_logs = judge_affinity_weighted(matrix, cases, weights);
  if (policy.fresh != nullptr) {
    policy.affinity_fresh = judge_affinity_fresh(matrix, frame.rows, *policy.fresh);
  }
  policy.draws = FrameDraws::match(matrix, frame, policy.fresh);
  if (policy.draws) {
    const CrossFit::Table table = calibration.without_on(policy.draws->grid());
    for (std::uint32_t k = 0; k < fold_count; ++k) {
      policy.drawn_without[k].resize(frame.size());
      for (std::size_t i = 0; i < frame.size(); ++i) {
        policy.drawn_without[k][i] = policy.draws->mean(i, table[k]);
      }
    }
  }
  policy.card = card_of(calibration, frame);
  return policy;
}

void describe_weights(CompatResult& result,
                      const CompatPolicy& policy,
                      std::span<const double> weight) {
  const WeightSummary own = summarize_weights(weights_from(weight));
  result.policy = policy.policy;
  result.n = policy.size();
  result.ess_fraction = own.ess_fraction;
  result.max_weight = own.max_weight;
  result.hill = TailIndex{own.hill_k5pct, own.hill_infinite};
  result.hellinger = policy.hellinger;
  result.ttc = policy.ttc;
  result.affinity = policy.affinity_logs;
  result.card = policy.card;
  judge(result, policy, own);
}

void judge(CompatResult& result, const CompatPolicy& policy, const WeightSummary& own) {
  CompatGate gate;
  if (*own.ess_fraction < 0.30) {
    gate.reasons.push_back(fmt::format("ESS={:.1f}%", 100 * *own.ess_fraction));
  }
  if (policy.near_zero_share > 0.85) {
    gate.reasons.push_back(fmt::format("raw_near_zero={:.1f}%", 100 * policy.near_zero_share));
  }
  if (*own.top5pct_share > 0.30 && *own.cv > 2) {
    gate.reasons.push_back(
        fmt::format("top_5%={:.1f}% with CV={:.1f}", 100 * *own.top5pct_share, *own.cv));
  }
  gate.flagged = !gate.reasons.empty();
  result.gate = std::move(gate);
  const int worst = std::max({level(own.ess_fraction, 0.30, 0.10),
                              level(own.hill_k5pct, 2, 1),
                              level(policy.ttc, 0.70, 0.30),
                              level(policy.affinity_logs, 0.85, 0.50)});
  result.status = worst == 0 ? "good" : worst == 1 ? "warning" : "critical";
}

void set_error(CompatResult& result, const Figure& influence_error) {
  result.se_influence = influence_error;
  if (!influence_error || !result.estimate) {
    result.se = influence_error;
    return;
  }
  const double jackknife = result.jackknife_variance.value_or(0);
  result.se = std::sqrt(*influence_error * *influence_error + jackknife);
  if (result.clusters && !result.df) result.df = df_of_folds;
  result.interval = stats::interval_around(*result.estimate, *result.se, result.df);
}

}  // namespace assay::estimate
