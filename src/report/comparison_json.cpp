#include "report/comparison_json.hpp"

#include "report/json_figure.hpp"

#include <expected>

namespace assay::report {

namespace {

using namespace estimate;

void append_side(JsonWriter& json, std::string_view name, const Line& line) {
  json.key(name).begin_object().key("method").string(line.method);
  json.key("reward").string(line.reward).end_object();
}

void append_expected(JsonWriter& json,
                     std::string_view name,
                     const std::expected<stats::Interval, stats::Undefined>& interval) {
  append_interval(json, name, interval ? std::optional(*interval) : std::nullopt);
  if (!interval) json.key(std::string(name) + "_undefined").string(interval.error().reason);
}

}  // namespace

void append_disagreements(JsonWriter& json, const Findings& findings) {
  json.key("disagreements").begin_array();
  for (const Disagreement& found : findings.disagreements) {
    json.begin_object().key("policy").string(found.policy);
    append_side(json, "first", findings.lines[found.first]);
    append_side(json, "second", findings.lines[found.second]);
    json.key("apart").number(found.apart).key("joint_error").number(found.joint_error);
    json.key("text").string(found.text).end_object();
  }
  json.end_array();
}

void append_comparisons(JsonWriter& json, const Findings& findings) {
  json.key("comparisons").begin_array();
  for (const Comparison& pair : findings.comparisons) {
    json.begin_object().key("method").string(pair.method);
    json.key("policy").string(pair.policy).key("other").string(pair.other);
    append_figure(json, "difference", pair.difference);
    append_figure(json, "se_paired", pair.se);
    append_interval(json, "ci95", pair.interval);
    append_optional(json, "p", pair.p);
    append_optional(json, "p_holm", pair.p_holm);
    append_optional(json, "p_bh", pair.p_bh);
    json.end_object();
  }
  json.end_array().key("not_compared").begin_array();
  for (const NotCompared& left : findings.not_compared) {
    json.begin_object().key("policy").string(left.policy);
    json.key("reason").string(left.reason).end_object();
  }
  json.end_array();
}

void append_bootstrap(JsonWriter& json, const Findings& findings) {
  json.key("bootstrap").begin_array();
  for (const DirectBootstrap& made : findings.bootstrap) {
    json.begin_object().key("policy").string(made.policy);
    json.key("estimate").number(made.estimate);
    append_count(json, "replicates", made.replicates.size());
    append_figure(json, "se", made.intervals.se);
    append_expected(json, "percentile95", made.intervals.percentile);
    append_expected(json, "basic95", made.intervals.basic);
    append_expected(json, "bca95", made.intervals.bca);
    json.end_object();
  }
  json.end_array();
}

}  // namespace assay::report
