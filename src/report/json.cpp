#include "report/json.hpp"

#include "report/compat_json.hpp"
#include "report/json_figure.hpp"

namespace assay::report {

namespace {

using namespace estimate;

void append_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& all) {
  json.key(name).begin_array();
  for (const std::string& text : all) json.string(text);
  json.end_array();
}

void append_line(JsonWriter& json, const Line& line, bool show_refused) {
  json.begin_object();
  json.key("policy").string(line.policy).key("method").string(line.method);
  json.key("reward").string(line.reward).key("rows").string(line.rows);
  json.key("n").number(static_cast<std::uint64_t>(line.n));
  json.key("status").string(line.refused ? "refused" : line.estimate ? "ok" : "undefined");
  if (line.refused && !show_refused) {
    json.key("estimate").null().key("se").null().key("ci95").null();
  } else {
    append_figure(json, "estimate", line.estimate);
    append_figure(json, "se", line.se);
    json.key("ci95");
    if (line.interval) {
      json.begin_array().number(line.interval->low).number(line.interval->high).end_array();
    } else {
      json.null();
    }
  }
  json.key("compatibility").boolean(line.compatibility);
  append_strings(json, "reasons", line.reasons);
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

void append_gate(JsonWriter& json, const std::string& policy, const GateVerdict& verdict) {
  json.begin_object().key("policy").string(policy);
  json.key("passes").boolean(verdict.passes());
  append_strings(json, "reasons", verdict.reasons);
  append_strings(json, "remarks", verdict.remarks);
  json.end_object();
}

void append_latency(JsonWriter& json, const LatencyTally& latency) {
  json.key("latency_ms").begin_object();
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}}) {
    json.key(name);
    if (const auto value = latency.quantile(share)) {
      json.number(std::chrono::duration<double, std::milli>(*value).count());
    } else {
      json.null();
    }
  }
  json.end_object();
}

void append_policy_tally(JsonWriter& json, const PolicyTally& tally) {
  json.begin_object().key("policy").string(tally.policy);
  json.key("ok").number(tally.ok).key("failed").number(tally.failed);
  json.key("not_attempted").number(tally.not_attempted).key("attempts").number(tally.attempts);
  json.key("grades").begin_object();
  json.key("A").number(tally.grades[0]).key("B").number(tally.grades[1]);
  json.key("C").number(tally.grades[2]).end_object();
  json.key("failures").begin_object();
  for (const auto& [name, count] : tally.failures) json.key(name).number(count);
  json.end_object();
  json.key("cost_nanousd").number(tally.cost.nanos());
  append_latency(json, tally.latency);
  json.end_object();
}

void append_run(JsonWriter& json, const RunTally& run) {
  json.key("run").begin_object();
  json.key("directory").string(run.directory).key("sealed").boolean(run.sealed);
  json.key("rows").number(run.rows).key("bad_rows").number(run.bad_rows);
  json.key("cost_nanousd").number(run.cost().nanos());
  json.key("policies").begin_array();
  for (const PolicyTally& tally : run.policies) append_policy_tally(json, tally);
  json.end_array().end_object();
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
  append_warnings(json, findings.warnings);
  json.key("estimates").begin_array();
  for (const Line& line : findings.lines) append_line(json, line, context.show_refused);
  json.end_array();
  json.key("gates").begin_array();
  for (std::size_t i = 0; i < findings.policies.size(); ++i) {
    append_gate(json, findings.figures.policies[i].policy, findings.policies[i].weights);
  }
  json.end_array();
  json.key("cells").begin_array();
  for (const CellCount& cells : findings.cells) append_cells(json, cells);
  json.end_array();
  json.key("closed_form");
  append_closed_form(json, findings);
  json.key("cje_cases");
  append_compat_cases(json, findings.compat);
  if (context.run) append_run(json, *context.run);
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace assay::report
