#include "report/calibration_json.hpp"

#include "report/json_figure.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::report {

namespace {

using namespace estimate;

// One way to calibrate, and what it made of the rows.
struct Fitted {
  const Calibration& all;
  const CrossFit* cross_fit;
  const std::optional<CalibrationQuality>& quality;
  Figure reward_mean;
  std::string_view mode;
};

void append_quality(JsonWriter& json, const std::optional<CalibrationQuality>& quality) {
  if (!quality) return;
  json.key("rmse").number(quality->rmse);
  json.key("oof_rmse").number(quality->rmse_out_of_fold);
  json.key("coverage").number(quality->within_tenth);
}

void append_map(JsonWriter& json, const std::vector<double>& scores, const Calibration& all) {
  json.key("map_f_all").begin_array();
  for (const double score : scores) {
    json.begin_array().number(score).number(all.at(score)).end_array();
  }
  json.end_array();
}

void append_maps_without(JsonWriter& json, const std::vector<double>& scores, const CrossFit& fit) {
  json.key("map_f_minus_fold").begin_object().key("scores").begin_array();
  for (const double score : scores) json.number(score);
  json.end_array().key("by_fold").begin_object();
  for (std::uint32_t k = 0; k < fold_count; ++k) {
    json.key(std::to_string(k)).begin_array();
    for (const double score : scores) json.number(fit.at_without(k, score));
    json.end_array();
  }
  json.end_object().end_object();
}

void append_fitted(JsonWriter& json, const Findings& findings, const Fitted& fitted) {
  const std::size_t rows = findings.figures.n_rows;
  json.key(fitted.mode).begin_object().key("method");
  json.string(fitted.all.full_coverage ? std::string("direct_oracle")
                                       : "cross_fitted_" + std::string(fitted.mode));
  append_count(json, "n_oracle", fitted.all.labelled);
  append_count(json, "n_total", rows);
  json.key("oracle_coverage")
      .number(static_cast<double>(fitted.all.labelled) / static_cast<double>(rows));
  append_quality(json, fitted.quality);
  json.key("selected_mode").null();
  json.key("f_min").number(fitted.all.at(fitted.all.score_low));
  json.key("f_max").number(fitted.all.at(fitted.all.score_high));
  append_map(json, findings.judge_scores, fitted.all);
  if (fitted.cross_fit != nullptr) {
    append_maps_without(json, findings.judge_scores, *fitted.cross_fit);
  }
  append_figure(json, "reward_mean_all_rows", fitted.reward_mean);
  json.end_object();
}

void append_all(JsonWriter& json, const Findings& findings) {
  json.begin_object();
  append_fitted(json,
                findings,
                {.all = *findings.calibration,
                 .cross_fit = findings.cross_fit ? &*findings.cross_fit : nullptr,
                 .quality = findings.quality,
                 .reward_mean = findings.figures.calibrated_reward_mean_all_rows,
                 .mode = "monotone"});
  if (const auto& two = findings.two_stage) {
    append_fitted(json,
                  findings,
                  {.all = two->cross_fit.all,
                   .cross_fit = &two->cross_fit,
                   .quality = two->quality,
                   .reward_mean = two->reward_mean,
                   .mode = "two_stage"});
    json.key("auto").begin_object();
    json.key("selected_mode").string(name_of(two->automatic)).end_object();
  }
  json.end_object();
}

}  // namespace

void append_calibration(JsonWriter& json, const Findings& findings) {
  json.key("calibration");
  if (findings.calibration) {
    append_all(json, findings);
  } else {
    json.null();
  }
  json.key("label_ignorability").begin_object();
  append_figure(json, "ks_distance", findings.ignorability.distance);
  append_figure(json, "p", findings.ignorability.p);
  json.end_object();
}

}  // namespace assay::report
