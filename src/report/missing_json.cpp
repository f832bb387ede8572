#include "report/missing_json.hpp"

#include "report/json_figure.hpp"

namespace assay::report {

namespace {

using namespace estimate;

void append_draw_bounds(JsonWriter& json, const std::optional<MeanBounds>& bounds) {
  json.key("direct_bounds");
  if (!bounds) {
    json.null();
    return;
  }
  json.begin_object();
  append_count(json, "n", bounds->n);
  append_count(json, "n_observed", bounds->n_observed);
  append_figure(json, "complete_case_mean", bounds->complete_case_mean);
  append_figure(json, "lower", bounds->low);
  append_figure(json, "upper", bounds->high);
  append_figure(json, "se_lower", bounds->se_low);
  append_figure(json, "se_upper", bounds->se_high);
  append_figure(json, "imbens_manski_c", bounds->im_factor);
  append_interval(json, "imbens_manski95", bounds->im_interval);
  json.end_object();
}

void append_snips_views(JsonWriter& json, const MissingView& view) {
  append_figure(json, "complete_case", view.complete_case);
  append_figure(json, "available_case", view.available_case);
  append_figure(json, "ipw_by_stratum", view.by_stratum.snips);
  append_figure(json, "lower", view.worst.low);
  append_figure(json, "upper", view.worst.high);
  append_figure(json, "se_lower", view.worst_se.low);
  append_figure(json, "se_upper", view.worst_se.high);
  append_optional(json,
                  "imbens_manski_c",
                  view.imbens_manski ? std::optional(view.imbens_manski->factor) : std::nullopt);
  append_interval(json,
                  "imbens_manski95",
                  view.imbens_manski ? std::optional(view.imbens_manski->interval) : std::nullopt);
  append_figure(json, "reference", view.reference);
  append_figure(json, "tipping_delta", view.tipping_delta);
}

void append_rate(JsonWriter& json, const MissingRate& rate) {
  json.begin_object().key("level").string(rate.level);
  append_count(json, "n_missing", rate.missing);
  append_count(json, "n_observed", rate.observed);
  json.key("rate").number(rate.rate);
  append_interval(json, "wilson95", rate.wilson);
  json.end_object();
}

void append_covariate(JsonWriter& json, const CovariateCheck& check) {
  json.begin_object().key("name").string(check.name);
  if (check.test) {
    json.key("levels").begin_array();
    for (const MissingRate& rate : check.levels) append_rate(json, rate);
    json.end_array();
    append_figure(json, "chi2", check.test->statistic);
    append_count(json, "df", check.test->df);
    append_figure(json, "min_expected", check.test->expected_min);
  } else {
    append_figure(json, "standardised_difference", check.standardised_difference);
  }
  append_optional(json, "p", check.p);
  append_optional(json, "p_holm", check.p_holm);
  json.end_object();
}

}  // namespace

void append_missing_view(JsonWriter& json, const MissingView& view, bool show_numbers) {
  json.key("missing_scores").begin_object();
  append_count(json, "n_rows", view.n_rows);
  append_count(json, "n_available", view.n_available);
  append_count(json, "n_complete", view.n_complete);
  json.key("status").string(show_numbers ? "ok" : "refused");
  json.key("weight_max").number(view.weight_max);
  if (show_numbers) append_snips_views(json, view);
  append_draw_bounds(json, view.draws);
  json.end_object();
}

void append_missingness(JsonWriter& json, const std::optional<MissingnessReport>& report) {
  json.key("missingness");
  if (!report) {
    json.null();
    return;
  }
  json.begin_object();
  append_count(json, "n", report->n);
  append_count(json, "n_missing", report->n_missing);
  json.key("rate").number(report->rate);
  append_interval(json, "overall_wilson95", report->wilson);
  json.key("covariates").begin_array();
  for (const CovariateCheck& check : report->covariates) append_covariate(json, check);
  json.end_array().end_object();
}

void append_pair_bounds(JsonWriter& json, const std::vector<PairBounds>& pairs, bool show_refused) {
  json.key("difference_bounds").begin_array();
  for (const PairBounds& pair : pairs) {
    json.begin_object().key("policy").string(pair.policy).key("other").string(pair.other);
    append_count(json, "n_missing", pair.n_missing);
    json.key("status").string(pair.refused ? "refused" : "ok");
    if (!pair.refused || show_refused) {
      append_figure(json, "lower", pair.difference.low);
      append_figure(json, "upper", pair.difference.high);
    }
    json.end_object();
  }
  json.end_array();
}

}  // namespace assay::report
