#include "report/calibration_json.hpp"

#include "report/json_figure.hpp"

namespace assay::report {

namespace {

using namespace estimate;

void append_quality(JsonWriter& json, const Findings& findings) {
  if (!findings.quality) return;
  json.key("rmse").number(findings.quality->rmse);
  json.key("oof_rmse").number(findings.quality->rmse_out_of_fold);
  json.key("coverage").number(findings.quality->within_tenth);
}

void append_map(JsonWriter& json, const Findings& findings) {
  json.key("map_f_all").begin_array();
  for (const double score : findings.judge_scores) {
    json.begin_array().number(score).number(findings.calibration->at(score)).end_array();
  }
  json.end_array();
}

void append_maps_without(JsonWriter& json, const Findings& findings) {
  json.key("map_f_minus_fold").begin_object().key("scores").begin_array();
  for (const double score : findings.judge_scores) json.number(score);
  json.end_array().key("by_fold").begin_object();
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    json.key(std::to_string(k)).begin_array();
    for (const double score : findings.judge_scores) {
      json.number(findings.cross_fit->at_without(k, score));
    }
    json.end_array();
  }
  json.end_object().end_object();
}

void append_monotone(JsonWriter& json, const Findings& findings) {
  const Calibration& calibration = *findings.calibration;
  const std::size_t rows = findings.figures.n_rows;
  json.begin_object().key("method");
  json.string(calibration.full_coverage ? "direct_oracle" : "cross_fitted_monotone");
  append_count(json, "n_oracle", calibration.labelled);
  append_count(json, "n_total", rows);
  json.key("oracle_coverage")
      .number(static_cast<double>(calibration.labelled) / static_cast<double>(rows));
  append_quality(json, findings);
  json.key("selected_mode").null();
  json.key("f_min").number(calibration.at(calibration.score_low));
  json.key("f_max").number(calibration.at(calibration.score_high));
  append_map(json, findings);
  if (findings.cross_fit) append_maps_without(json, findings);
  append_figure(json, "reward_mean_all_rows", findings.figures.calibrated_reward_mean_all_rows);
  json.end_object();
}

}  // namespace

void append_calibration(JsonWriter& json, const Findings& findings) {
  json.key("calibration");
  if (findings.calibration) {
    json.begin_object().key("monotone");
    append_monotone(json, findings);
    json.end_object();
  } else {
    json.null();
  }
  json.key("label_ignorability").begin_object();
  append_figure(json, "ks_distance", findings.ignorability.distance);
  append_figure(json, "p", findings.ignorability.p);
  json.end_object();
}

}  // namespace assay::report
