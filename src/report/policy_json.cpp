#include "report/policy_json.hpp"

#include "report/json_figure.hpp"
#include "report/missing_json.hpp"

namespace assay::report {

namespace {

using namespace estimate;

void append_gate(JsonWriter& json, std::string_view name, const GateVerdict& verdict) {
  json.key(name).begin_object().key("passes").boolean(verdict.passes());
  append_strings(json, "reasons", verdict.reasons);
  append_strings(json, "remarks", verdict.remarks);
  json.end_object();
}

void append_audit(JsonWriter& json, const TransportAudit& audit) {
  json.key("transport_audit").begin_object();
  json.key("verdict").string(name_of(audit.verdict));
  append_count(json, "n", audit.n);
  json.key("effective_prompts").number(audit.prompts);
  append_figure(json, "offset", audit.offset);
  append_figure(json, "se", audit.se);
  append_interval(json, "ci", audit.interval);
  append_optional(json, "margin", audit.margin);
  json.end_object();
}

void append_boundary(JsonWriter& json, const std::optional<Boundary>& card) {
  json.key("boundary_card");
  if (!card) {
    json.null();
    return;
  }
  json.begin_object().key("status").string(name_of(card->status));
  append_count(json, "n", card->n);
  append_figure(json, "share_below_labelled_range", card->below);
  append_figure(json, "share_above_labelled_range", card->above);
  append_figure(json, "saturation", card->saturation);
  append_figure(json, "partial_id_width", card->identified_width);
  append_optional(json, "dr_ips_gap", card->gap);
  json.end_object();
}

void append_noise(JsonWriter& json, const Noise& noise) {
  json.key("noise").begin_object();
  append_figure(json, "log_ratio_variance", noise.variance);
  append_figure(json, "clone_ess_fraction", noise.ess_fraction);
  append_count(json, "n_rows", noise.rows);
  json.key("from");
  if (!noise.variance) {
    json.null();
  } else {
    json.string(noise.twin.empty() ? "replicates" : "twin");
  }
  json.key("twin");
  if (noise.twin.empty()) {
    json.null();
  } else {
    json.string(noise.twin);
  }
  json.end_object();
}

void append_plan(JsonWriter& json, const std::optional<LabelPlan>& plan) {
  json.key("plan");
  if (!plan) {
    json.null();
    return;
  }
  json.begin_object();
  append_count(json, "draws", plan->draws);
  append_count(json, "labels", plan->labels);
  json.key("half_width").number(plan->half_width).key("cost").number(plan->cost);
  json.key("detectable_difference").number(plan->detectable).end_object();
}

}  // namespace

void append_policies(JsonWriter& json, const Findings& findings, bool show_refused) {
  json.key("policies").begin_array();
  for (const PolicyFindings& policy : findings.policies) {
    json.begin_object().key("policy").string(policy.policy);
    json.key("gates").begin_object();
    append_gate(json, "weights", policy.weights);
    append_gate(json, "direct", policy.direct);
    json.end_object();
    append_audit(json, policy.audit);
    append_boundary(json, policy.boundary);
    append_noise(json, policy.noise);
    append_missing_view(json, policy.missing, policy.weights.passes() || show_refused);
    append_plan(json, policy.plan);
    json.end_object();
  }
  json.end_array();
}

void append_recommendations(JsonWriter& json, const Findings& findings) {
  json.key("recommendations").begin_array();
  for (const PolicyFindings& policy : findings.policies) {
    const Recommendation& best = policy.recommendation;
    json.begin_object().key("policy").string(policy.policy).key("estimate_index");
    if (best.line) {
      const Line& line = findings.lines[*best.line];
      json.number(static_cast<std::uint64_t>(*best.line));
      json.key("method").string(line.method).key("reward").string(line.reward);
      append_figure(json, "estimate", line.estimate);
      append_figure(json, "se", line.se);
      append_interval(json, "ci95", line.interval);
    } else {
      json.null();
    }
    json.key("why").string(best.why);
    append_strings(json, "would_help", best.would_help);
    json.end_object();
  }
  json.end_array();
}

}  // namespace assay::report
