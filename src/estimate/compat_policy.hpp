#pragma once

// What all compatibility estimators of one policy share; internal to the compat_* files.

#include "estimate/compat.hpp"
#include "stats/cluster.hpp"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::estimate {

struct CompatPolicy {
  const Matrix* matrix = nullptr;
  const CrossFit* calibration = nullptr;
  const Frame* frame = nullptr;
  const Draws* fresh = nullptr;
  std::string policy;
  std::vector<double> weight;  // self-normalised, mean one
  double near_zero_share = 0;  // raw weights below 1e-10
  Figure hellinger;
  Figure ttc;
  Figure affinity_logs;
  Figure affinity_fresh;
  std::expected<FrameDraws, std::string_view> draws = std::unexpected("no fresh draws");
  // Of each row's draws, the mean of the map without each fold; empty without draws.
  std::array<std::vector<double>, fold_count> drawn_without = {};
  BoundaryCard card;
  [[nodiscard]] std::size_t size() const { return frame->size(); }
};

[[nodiscard]] CompatPolicy compat_policy(const Matrix& matrix,
                                         const CrossFit& calibration,
                                         const Frame& frame,
                                         const ScoreColumn& target);

// Fills what depends on the estimator's own weights: ESS, maximum, tail, gate, status.
void describe_weights(CompatResult& result,
                      const CompatPolicy& policy,
                      std::span<const double> weight);

// The gate and the status of figures already filled in.
void judge(CompatResult& result, const CompatPolicy& policy, const WeightSummary& own);

// Square root of the influence part squared plus the jackknife's; interval by z or t.
void set_error(CompatResult& result, const Figure& influence_error);

// The estimates with the calibration of each fold left out in turn; empty at full label coverage,
// where there is nothing to leave out. `replicate(k)` is the estimate under the map without fold k.
using Replicates = std::array<double, fold_count>;
template <class Replicate>
[[nodiscard]] std::optional<Replicates> oracle_replicates(const CompatPolicy& policy,
                                                          Replicate replicate) {
  if (policy.calibration->all.full_coverage) return std::nullopt;
  Replicates replicates{};
  for (std::uint32_t k = 0; k < fold_count; ++k) replicates[k] = replicate(k);
  return replicates;
}

// The influence-function part of the IPS family, in compat_ips.cpp.
[[nodiscard]] CompatResult raw_ips(const CompatPolicy& policy,
                                   std::optional<double> clip,
                                   bool with_calibrator);
enum class SimcalVariant { standard, no_outer_folds, no_caps, baseline, raw_score_index, refuse };
[[nodiscard]] CompatResult calibrated_ips(const CompatPolicy& policy, SimcalVariant variant);

// The DR family, in compat_dr.cpp and compat_targeted.cpp.
struct DrParts {
  std::vector<double> weight;
  std::vector<double> logged;  // g, prediction for the logged row
  std::vector<double> drawn;   // G, mean prediction for its draws
  std::span<const std::uint32_t> cluster;
  bool jackknife = true;
};
struct DrResult {
  CompatResult result;
  std::vector<double> influence;
  std::optional<Replicates> replicates = {};
};
[[nodiscard]] DrResult finish_dr(const CompatPolicy& policy, const DrParts& parts);
[[nodiscard]] std::vector<double> dr_weights(const CompatPolicy& policy);

// Isotonic reward on score, fitted outside each fold: on the frame's training rows, or on the
// frame itself over the folds `fold` with weights `omega`.
struct OutcomeModel {
  std::array<stats::IsotonicMap, fold_count> maps = {};
  std::vector<double> logged = {};
  CrossFit::Table on_draws = {};  // the maps on the draws' grid, limited to [0, 1]
  std::vector<double> drawn = {};
};
[[nodiscard]] OutcomeModel outcome_model(const CompatPolicy& policy);
[[nodiscard]] OutcomeModel outcome_model(const CompatPolicy& policy,
                                         std::span<const std::uint32_t> fold,
                                         std::span<const double> omega);

[[nodiscard]] DrResult dr_cpo(const CompatPolicy& policy, std::vector<double> weight);
[[nodiscard]] DrResult dr_isotonic_outcome(const CompatPolicy& policy);
enum class Link { logit, identity };
[[nodiscard]] DrResult tmle(const CompatPolicy& policy, std::vector<double> weight, Link link);
enum class Omega { weight, weight_squared, snips };
[[nodiscard]] DrResult mrdr(const CompatPolicy& policy, std::vector<double> weight, Omega omega);
[[nodiscard]] CompatResult stacked_dr(const CompatPolicy& policy,
                                      const DrResult& cpo,
                                      const DrResult& targeted,
                                      const DrResult& robust);

// The direct method, in compat_direct.cpp.
[[nodiscard]] CompatResult direct_cluster(const CompatPolicy& policy);
[[nodiscard]] CompatResult direct_naive(const CompatPolicy& policy);

}  // namespace assay::estimate
