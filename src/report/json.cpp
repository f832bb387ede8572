#include "report/json.hpp"

#include "report/calibration_json.hpp"
#include "report/comparison_json.hpp"
#include "report/compat_json.hpp"
#include "report/json_figure.hpp"
#include "report/missing_json.hpp"
#include "report/policy_json.hpp"
#include "report/run_json.hpp"

namespace assay::report {

namespace {

using namespace estimate;

void append_line(JsonWriter& json, const Line& line, bool show_refused) {
  json.begin_object();
  json.key("policy").string(line.policy).key("method").string(line.method);
  json.key("reward").string(line.reward).key("rows").string(line.rows);
  json.key("n").number(static_cast<std::uint64_t>(line.n));
  json.key("status").string(line.refused ? "refused" : line.estimate ? "ok" : "undefined");
  if (line.refused && !show_refused) {
    json.key("estimate").null().key("se").null().key("ci95").null().key("df").null();
  } else {
    append_figure(json, "estimate", line.estimate);
    append_figure(json, "se", line.se);
    append_interval(json, "ci95", line.interval);
    append_optional(json, "df", line.df);
  }
  json.key("error_by").string(line.error);
  json.key("compatibility").boolean(line.compatibility);
  append_strings(json, "reasons", line.reasons);
  append_strings(json, "remarks", line.remarks);
  json.end_object();
}

void append_cells(JsonWriter& json, const CellCount& cells) {
  json.begin_object();
  json.key("policy").string(cells.policy);
  json.key("present").number(static_cast<std::uint64_t>(cells.present));
  json.key("missing").begin_object();
  for (const auto& [label, count] : cells.missing) {
    json.key(label).number(static_cast<std::uint64_t>(count));
  }
  json.end_object();
  json.key("method");
  if (cells.method) {
    json.string(assay::name_of(*cells.method));
  } else {
    json.null();
  }
  json.end_object();
}

void append_warnings(JsonWriter& json, const std::vector<Warning>& warnings) {
  json.key("warnings").begin_array();
  for (const Warning& warning : warnings) {
    json.begin_object().key("code").string(warning.code).key("policy");
    if (warning.policy.empty()) {
      json.null();
    } else {
      json.string(warning.policy);
    }
    json.key("text").string(warning.text).end_object();
  }
  json.end_array();
}

}  // namespace

std::string to_json(const Findings& findings, const Context& context) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("schema").string("assay.estimate/1").key("version").string(context.version);
  json.key("source").string(context.source).key("provenance").string(context.provenance);
  json.key("logging_policy").string(context.logging_policy);
  append_strings(json, "announcements", context.announcements);
  append_disagreements(json, findings);
  append_recommendations(json, findings);
  json.key("estimates").begin_array();
  for (const Line& line : findings.lines) append_line(json, line, context.show_refused);
  json.end_array();
  append_policies(json, findings, context.show_refused);
  append_comparisons(json, findings);
  append_bootstrap(json, findings);
  append_calibration(json, findings);
  append_missingness(json, findings.missingness);
  append_pair_bounds(json, findings.pair_bounds, context.show_refused);
  append_warnings(json, findings.warnings);
  json.key("cells").begin_array();
  for (const CellCount& cells : findings.cells) append_cells(json, cells);
  json.end_array();
  json.key("closed_form");
  append_closed_form(json, findings);
  json.key("cje_cases");
  append_compat_cases(json, findings.compat);
  if (findings.two_stage) {
    json.key("cje_cases_two_stage");
    append_compat_cases(json, findings.two_stage->compat);
  }
  if (context.run) append_run(json, *context.run);
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace assay::report
