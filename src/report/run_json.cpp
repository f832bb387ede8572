#include "report/run_json.hpp"

#include <chrono>
#include <utility>

namespace assay::report {

namespace {

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

}  // namespace

void append_run(JsonWriter& json, const RunTally& run) {
  json.key("run").begin_object();
  json.key("directory").string(run.directory).key("sealed").boolean(run.sealed);
  json.key("rows").number(run.rows).key("bad_rows").number(run.bad_rows);
  json.key("cost_nanousd").number(run.cost().nanos());
  json.key("policies").begin_array();
  for (const PolicyTally& tally : run.policies) append_policy_tally(json, tally);
  json.end_array().end_object();
}

}  // namespace assay::report
