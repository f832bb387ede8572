#include "report/compat_json.hpp"

#include "report/json_figure.hpp"
#include "stats/distribution.hpp"

#include <cmath>

namespace assay::report {

namespace {

using namespace estimate;

// A residual part smaller than this is rounding. Its ratios say nothing; they are given because the
// neighbouring tool gives them, and marked.
constexpr double rounding = 1e-12;

// Where there is none the reference holds two nulls.
void append_compat_interval(JsonWriter& json, const CompatResult& result) {
  if (result.interval) return append_interval(json, "ci95", result.interval);
  json.key("ci95").begin_array().null().null().end_array();
}

void append_degrees(JsonWriter& json, const CompatResult& result) {
  if (result.df) {
    json.key("df").number(*result.df);
    json.key("t_critical").number(stats::student_quantile(0.975, *result.df));
  }
  if (result.clusters) {
    json.key("n_clusters").number(static_cast<std::uint64_t>(*result.clusters));
  }
}

void append_tail(JsonWriter& json, const TailIndex& tail) {
  if (tail.infinite) {
    json.key("hill_tail_index").string("Infinity");
  } else {
    append_figure(json, "hill_tail_index", tail.value);
  }
}

void append_gate(JsonWriter& json, const CompatGate& gate) {
  json.key("gate").begin_object();
  json.key("flagged").boolean(gate.flagged).key("refused").boolean(gate.refused);
  json.key("reasons").begin_array();
  for (const std::string& reason : gate.reasons) json.string(reason);
  json.end_array().end_object();
}

void append_card(JsonWriter& json, const BoundaryCard& card) {
  json.key("boundary_card").begin_object().key("status").string(card.status);
  json.key("out_of_range").number(card.out_of_range).key("saturation").number(card.saturation);
  json.key("partial_id_width").null().key("oracle_s_range").begin_array();
  json.number(card.score_low).number(card.score_high).end_array().end_object();
}

void append_weight_calibration(JsonWriter& json, const WeightCalibration& made) {
  json.key("weight_calibration").begin_object().key("mixture_weights").begin_array();
  for (const double share : made.mixture) json.number(share);
  json.end_array().key("candidates").begin_array();
  for (const std::string& name : made.candidates) json.string(name);
  json.end_array().key("gamma").number(made.gamma);
  json.key("ess_before_frac").number(1 / (1 + made.variance_before));
  json.key("ess_after_frac").number(1 / (1 + made.variance_after));
  json.key("var_before").number(made.variance_before);
  json.key("var_after").number(made.variance_after).end_object();
}

void append_orthogonality(JsonWriter& json, const Augmentation& parts) {
  const double score = *parts.score;
  const double se = *parts.score_se;
  const stats::Figure z =
      se > 0 ? stats::Figure(score / se) : stats::undefined("no residual differs from zero");
  const auto reach = stats::interval_around(score, se);
  json.key("orthogonality").begin_object();
  append_figure(json, "score", parts.score);
  append_figure(json, "se", parts.score_se);
  append_figure(json, "z_statistic", z);
  append_figure(json, "p_value", z ? stats::Figure(stats::normal_p(*z)) : z);
  json.key("ci_lower").number(reach.low).key("ci_upper").number(reach.high);
  json.key("passes_test").boolean(reach.contains(0));
  json.key("residual_is_rounding").boolean(se < rounding).end_object();
}

void append_parts(JsonWriter& json, const Augmentation& parts) {
  const double dm = *parts.dm;
  const double ips = *parts.score;
  const double whole = std::abs(dm) + std::abs(ips);
  auto share = [whole](double part) {
    return whole > 0 ? stats::Figure(std::abs(part) / whole)
                     : stats::Figure(stats::undefined("both parts are zero"));
  };
  json.key("dm_ips").begin_object();
  json.key("dm_component").number(dm).key("ips_augmentation").number(ips);
  json.key("total").number(dm + ips);
  append_figure(json, "dm_se", parts.dm_se);
  append_figure(json, "ips_se", parts.score_se);
  append_figure(json, "dm_contribution", share(dm));
  append_figure(json, "ips_contribution", share(ips));
  append_figure(json, "correlation", parts.correlation);
  json.end_object();
}

void append_targeting(JsonWriter& json, const Targeting& targeting) {
  json.key("targeting").begin_object().key("epsilon").number(targeting.epsilon);
  json.key("converged").boolean(targeting.converged);
  json.key("iters").number(static_cast<std::uint64_t>(targeting.iterations));
  json.key("dm").number(targeting.dm).key("ips_correction").number(targeting.correction);
  json.key("targeting_shift").number(targeting.shift).end_object();
}

void append_result(JsonWriter& json, const CompatResult& result) {
  json.key(result.policy).begin_object();
  append_figure(json, "estimate", result.estimate);
  append_figure(json, "se", result.se);
  append_compat_interval(json, result);
  json.key("n_used").number(static_cast<std::uint64_t>(result.n));
  append_degrees(json, result);
  append_figure(json, "ess_fraction", result.ess_fraction);
  append_figure(json, "max_weight", result.max_weight);
  if (result.hill) {
    append_tail(json, *result.hill);
    append_figure(json, "hellinger_affinity_raw_weights", result.hellinger);
    append_figure(json, "ttc", result.ttc);
    append_figure(json, "bhattacharyya_judge_space", result.affinity);
    json.key("status").string(result.status);
  }
  if (result.gate) append_gate(json, *result.gate);
  if (result.card) append_card(json, *result.card);
  if (result.jackknife_variance) {
    json.key("oracle_jackknife_var").number(*result.jackknife_variance);
  }
  append_figure(json, "se_if", result.se_influence);
  if (result.weight_calibration) append_weight_calibration(json, *result.weight_calibration);
  if (result.augmentation) {
    append_orthogonality(json, *result.augmentation);
    append_parts(json, *result.augmentation);
  }
  if (result.targeting) append_targeting(json, *result.targeting);
  if (!result.stacking.empty()) {
    json.key("stacking_weights").begin_object();
    for (const auto& [name, share] : result.stacking) json.key(name).number(share);
    json.end_object();
  }
  json.end_object();
}

}  // namespace

void append_compat_cases(JsonWriter& json, const std::vector<CompatCase>& cases) {
  json.begin_array();
  for (const CompatCase& one : cases) {
    json.begin_object().key("estimator").string(one.estimator).key("results").begin_object();
    for (const CompatResult& result : one.results) append_result(json, result);
    json.end_object().end_object();
  }
  json.end_array();
}

}  // namespace assay::report
