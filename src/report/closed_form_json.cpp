#include "report/json.hpp"
#include "report/json_figure.hpp"

namespace assay::report {

namespace {

using namespace estimate;

void append_log_ratio(JsonWriter& json, const LogRatioSummary& summary) {
  json.key("log_ratio").begin_object();
  append_figure(json, "mean", summary.mean);
  append_figure(json, "sd_ddof0", summary.sd_ddof0);
  append_figure(json, "min", summary.min);
  append_figure(json, "max", summary.max);
  append_count(json, "n_exact_zero", summary.exact_zeros);
  append_count(json, "n_abs_gt_20", summary.beyond_20);
  json.key("p05_p25_p50_p75_p95").begin_array();
  for (const Figure& quantile : summary.quantiles) {
    if (quantile) {
      json.number(*quantile);
    } else {
      json.null();
    }
  }
  json.end_array().end_object();
}

void append_weights(JsonWriter& json, const WeightSummary& weights) {
  json.key("weights").begin_object();
  append_count(json, "n", weights.n);
  append_figure(json, "mean_weight", weights.mean_weight);
  append_figure(json, "max_weight", weights.max_weight);
  append_figure(json, "ess", weights.ess);
  append_figure(json, "ess_fraction", weights.ess_fraction);
  append_figure(json, "max_weight_share", weights.max_weight_share);
  append_figure(json, "top1pct_share", weights.top1pct_share);
  append_figure(json, "top5pct_share", weights.top5pct_share);
  append_figure(json, "cv", weights.cv);
  if (weights.hill_infinite) {
    json.key("hill_k5pct").string("Infinity");
  } else {
    append_figure(json, "hill_k5pct", weights.hill_k5pct);
  }
  append_count(json, "n_raw_below_1e-10", weights.near_zero);
  append_figure(json, "hellinger_affinity", weights.hellinger_affinity);
  append_figure(json, "log_mean_weight", weights.log_mean_weight);
  json.end_object();
}

void append_ratio(JsonWriter& json, std::string_view name, const RatioEstimates& figures) {
  json.key(name).begin_object();
  append_figure(json, "ips", figures.ips);
  append_figure(json, "ips_se", figures.ips_se);
  append_figure(json, "snips", figures.snips);
  append_figure(json, "snips_se_delta_ddof1", figures.snips_se_delta_ddof1);
  append_figure(json, "snips_se_sandwich", figures.snips_se_sandwich);
  append_count(json, "n", figures.n);
  append_figure(json, "ess", figures.ess);
  json.end_object();
}

void append_weight_view(JsonWriter& json, std::string_view name, const WeightView& view) {
  json.key(name).begin_object();
  append_weights(json, view.weights);
  append_ratio(json, "reward=judge_score", view.judge_score);
  if (view.calibrated) append_ratio(json, "reward=calibrated_isotonic", *view.calibrated);
  if (view.label) append_ratio(json, "reward=oracle_label_labelled_rows_only", *view.label);
  json.end_object();
}

void append_case_view(JsonWriter& json, std::string_view name, const CaseView& view) {
  json.key(name).begin_object();
  append_log_ratio(json, view.log_ratio);
  append_weight_view(json, "no_clip", view.no_clip);
  append_weight_view(json, "clip_20", view.clip_20);
  append_figure(json, "ttc_per_char", view.ttc_per_char);
  append_figure(json, "ttc_per_token", view.ttc_per_token);
  append_figure(
      json, "bhattacharyya_judge_space_logs_only", view.bhattacharyya_judge_space_logs_only);
  json.end_object();
}

void append_direct(JsonWriter& json, const DirectEstimates& direct) {
  json.key("direct").begin_object();
  append_count(json, "n_draws", direct.n_draws);
  append_count(json, "n_draws_unjudged", direct.n_unjudged);
  append_figure(json, "judge_mean", direct.judge_mean);
  append_figure(json, "judge_se", direct.judge_se);
  append_figure(json, "plugin_calibrated_mean", direct.plugin_calibrated_mean);
  append_figure(json, "plugin_se_iid", direct.plugin_se_iid);
  append_figure(json, "bhattacharyya_judge_space_fresh", direct.bhattacharyya_judge_space_fresh);
  append_figure(json, "score_mass_outside_oracle_range", direct.score_mass_outside_oracle_range);
  append_figure(json, "probe_residual_mean", direct.probe_residual_mean);
  append_figure(json, "probe_residual_se", direct.probe_residual_se);
  append_count(json, "n_probe", direct.n_probe);
  append_figure(json, "probe_corrected_mean", direct.probe_corrected_mean);
  append_figure(json, "probe_corrected_se", direct.probe_corrected_se);
  json.end_object();
}

void append_policy(JsonWriter& json, const PolicyView& view) {
  json.key(view.policy).begin_object();
  append_count(json, "n_pairwise_available", view.n_available);
  append_case_view(json, "complete_case", view.complete_case);
  if (view.available_case) {
    append_case_view(json, "per_policy_available", *view.available_case);
  } else {
    json.key("per_policy_available").string("same rows as complete_case");
  }
  if (view.direct) append_direct(json, *view.direct);
  json.end_object();
}

void append_isotonic_map(JsonWriter& json, const Calibration& calibration) {
  json.key("isotonic_map").begin_array();
  for (const auto& knot : calibration.map.knots()) {
    json.begin_array().number(knot.x).number(knot.y).end_array();
  }
  json.end_array();
}

}  // namespace

void append_closed_form(JsonWriter& json, const Findings& findings) {
  const ClosedForm& figures = findings.figures;
  json.begin_object();
  append_count(json, "n_rows", figures.n_rows);
  append_count(json, "n_labelled", figures.n_labelled);
  if (findings.calibration) append_isotonic_map(json, *findings.calibration);
  append_figure(json, "calibrated_reward_mean_all_rows", figures.calibrated_reward_mean_all_rows);
  append_figure(json, "judge_mean_all_rows", figures.judge_mean_all_rows);
  append_figure(json, "oracle_mean_labelled_rows", figures.oracle_mean_labelled_rows);
  json.key("policies").begin_object();
  for (const PolicyView& view : figures.policies) append_policy(json, view);
  json.end_object();
  append_count(json, "n_complete_case", figures.n_complete_case);
  json.end_object();
}

}  // namespace assay::report
