#include "core/grouped.hpp"
#include "core/json_text.hpp"
#include "monitor/load_step.hpp"
#include "monitor/milliseconds.hpp"

#include <fmt/format.h>

namespace assay::monitor {
namespace {

std::string or_dash(const std::optional<double>& value, int digits = 1) {
  return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

std::string load_of(const LoadFigures& step) {
  if (step.kind == LoadKind::closed) return fmt::format("{:.0f} in flight", step.asked);
  return fmt::format("{:.1f}/s", step.asked);
}

std::string cells_of(const std::optional<Percentiles>& times) {
  if (!times) return fmt::format("{:>9} {:>9} {:>9} {:>9}", "-", "-", "-", "-");
  return fmt::format("{:>9.1f} {:>9.1f} {:>9.1f} {:>9.1f}",
                     milliseconds(times->p50),
                     milliseconds(times->p90),
                     milliseconds(times->p99),
                     milliseconds(times->max));
}

void write_times(JsonWriter& json, const char* name, const std::optional<Percentiles>& times) {
  json.key(name);
  if (!times) {
    json.null();
    return;
  }
  json.begin_object().key("p50").number(milliseconds(times->p50));
  json.key("p90").number(milliseconds(times->p90)).key("p99").number(milliseconds(times->p99));
  json.key("p999").number(milliseconds(times->p999)).key("max").number(milliseconds(times->max));
  json.end_object();
}

void write_optional(JsonWriter& json, const char* name, const std::optional<double>& value) {
  json.key(name);
  if (value) {
    json.number(*value);
  } else {
    json.null();
  }
}

void write_text(JsonWriter& json, const char* name, const std::string& text) {
  json.key(name);
  if (text.empty()) {
    json.null();
  } else {
    json.string(text);
  }
}

void write_step(JsonWriter& json, const LoadFigures& step) {
  json.begin_object();
  json.key("kind").string(step.kind == LoadKind::closed ? "closed" : "open");
  json.key(step.kind == LoadKind::closed ? "in_flight" : "asked_per_second").number(step.asked);
  json.key("good").number(step.good).key("failed").number(step.failed);
  json.key("unsent").number(step.unsent);
  write_optional(json, "rate_per_second", step.rate);
  write_optional(json, "tokens_per_second", step.tokens_per_second);
  write_times(json, "latency_ms", step.latency);
  write_times(json, "service_ms", step.service);
  json.key("errors").begin_object();
  for (const auto& [cls, count] : step.errors) json.key(cls).number(count);
  json.end_object();
  write_text(json, "bound_by", step.bound_by);
  json.end_object();
}

}  // namespace

std::string load_table(std::span<const LoadFigures> steps) {
  std::string out = fmt::format("{:<14} {:>8} {:>7} {:>9} {:>10}   {:^39}  {:^9}  {}\n",
                                "load",
                                "good",
                                "failed",
                                "answers/s",
                                "tokens/s",
                                "latency from when it was due, ms",
                                "service",
                                "held back by");
  out += fmt::format(
      "{:<52}   {:>9} {:>9} {:>9} {:>9}  {:>9}\n", "", "p50", "p90", "p99", "max", "p50");
  for (const LoadFigures& step : steps) {
    const std::optional<double> service =
        step.service ? std::optional(milliseconds(step.service->p50)) : std::nullopt;
    out += fmt::format("{:<14} {:>8} {:>7} {:>9} {:>10}   {}  {:>9}  {}\n",
                       load_of(step),
                       grouped(step.good),
                       grouped(step.failed),
                       or_dash(step.rate),
                       or_dash(step.tokens_per_second, 0),
                       cells_of(step.latency),
                       or_dash(service),
                       step.bound_by.empty() ? "nothing" : step.bound_by);
    if (step.unsent > 0) {
      out += fmt::format("{:<14} {} more were due and did not go out\n", "", grouped(step.unsent));
    }
    for (const auto& [cls, count] : step.errors) {
      out += fmt::format("{:<14} {} {}\n", "", grouped(count), cls);
    }
  }
  const LoadFindings found = findings_of(steps);
  out += '\n';
  if (found.unloaded) {
    out += fmt::format("Latency    {:.1f} ms unloaded (median service time)\n",
                       milliseconds(*found.unloaded));
  }
  if (found.rate_max) {
    out += fmt::format("Sustained  {:.1f} answers/s ({:.0f} a minute), held back by {}\n",
                       *found.rate_max,
                       60 * *found.rate_max,
                       found.bound_by.empty() ? "nothing we know of" : found.bound_by);
  }
  if (found.knee) {
    out += fmt::format("Knee       {:.0f} in flight: more brings less than a tenth of throughput\n",
                       steps[*found.knee].asked);
  }
  return out;
}

std::string load_json(std::span<const LoadFigures> steps) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("steps").begin_array();
  for (const LoadFigures& step : steps) write_step(json, step);
  json.end_array();
  const LoadFindings found = findings_of(steps);
  write_optional(json, "rate_max_per_second", found.rate_max);
  write_optional(json,
                 "unloaded_ms",
                 found.unloaded ? std::optional(milliseconds(*found.unloaded)) : std::nullopt);
  write_optional(
      json, "knee_in_flight", found.knee ? std::optional(steps[*found.knee].asked) : std::nullopt);
  write_text(json, "bound_by", found.bound_by);
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace assay::monitor
