// The failure report for a person and for a program.

#include "cli/failure_report.hpp"
#include "core/grouped.hpp"
#include "core/json_text.hpp"
#include "core/printable.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

constexpr std::size_t reason_bytes_max = 200;
constexpr std::size_t id_bytes_max = 80;
constexpr double related_below = 0.01;

std::string time_text(const std::optional<WallTime>& time) {
  if (!time) return "time not kept";
  const auto day = std::chrono::floor<std::chrono::days>(*time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(*time - day));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count());
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string p_text(double p) {
  return p < 0.0001 ? std::string("p < 0.0001") : fmt::format("p = {:.4f}", p);
}

void append_group(std::string& text,
                  std::size_t number,
                  const FailureGroup& group,
                  const FailureReport& report,
                  const std::string& run) {
  const Advice advice = advice_for(group.cls, run);
  text += fmt::format(
      "{}) {}   {} {}, {} of all   {}",
      number,
      name_of(group.cls),
      grouped(group.rows),
      group.rows == 1 ? "row" : "rows",
      percent(group.rows, report.rows()),
      group.sent == 0 ? "nothing sent" : fmt::format("spent {}", assay::to_text(group.spent)));
  if (group.unknown > NanoUsd{})
    text += fmt::format(", and up to {} unknown", assay::to_text(group.unknown));
  text += fmt::format("\n   first {}, last {}   for example '{}'\n",
                      time_text(group.first),
                      time_text(group.last),
                      printable(group.example_id, id_bytes_max));
  text += fmt::format("   {}\n", printable(group.example_reason, reason_bytes_max));
  text += fmt::format("   A retry {}: {}.\n   -> {}\n",
                      advice.retry_helps ? "can help" : "does not help as it is",
                      advice.why,
                      advice.command);
}

void append_policies(std::string& text, const FailureReport::Selection& selection) {
  text += "  policy            ";
  for (std::size_t i = 0; i < selection.policies.size(); ++i) {
    const auto& share = selection.policies[i];
    text += fmt::format("{}{} {}",
                        i == 0 ? "" : ", ",
                        share.policy,
                        percent(share.failed, share.failed + share.ok));
  }
  text += " failed: ";
  if (!selection.policy_p) {
    text += fmt::format("{}\n", selection.policy_p.error().reason);
  } else if (*selection.policy_p < related_below) {
    text += fmt::format("related ({}); policies are compared on different rows\n",
                        p_text(*selection.policy_p));
  } else {
    text += fmt::format("no sign of a relation ({})\n", p_text(*selection.policy_p));
  }
}

void append_lengths(std::string& text, const FailureReport::Selection& selection) {
  text += "  response length   ";
  if (!selection.length_p) {
    text += fmt::format("{}\n", selection.length_p.error().reason);
    return;
  }
  text += fmt::format("median about {:.0f} bytes where failed, {:.0f} elsewhere: ",
                      selection.median_failed,
                      selection.median_ok);
  if (*selection.length_p < related_below) {
    const bool longer = selection.median_failed >= selection.median_ok;
    text += fmt::format("related ({}); what is left favours {} responses\n",
                        p_text(*selection.length_p),
                        longer ? "short" : "long");
  } else {
    text += fmt::format("no sign of a relation ({})\n", p_text(*selection.length_p));
  }
}

}  // namespace

std::string to_text(const FailureReport& report, const std::string& run) {
  std::string text = fmt::format("{}: {} of {} rows failed ({}), {} not attempted\n",
                                 run,
                                 grouped(report.failed()),
                                 grouped(report.rows()),
                                 percent(report.failed(), report.rows()),
                                 grouped(report.not_attempted()));
  if (report.failed() == 0) return text;
  std::size_t number = 0;
  for (const FailureGroup& group : report.groups()) {
    text += '\n';
    append_group(text, ++number, group, report, run);
  }
  text += "\nAre the failed rows like the others?\n";
  const FailureReport::Selection selection = report.selection();
  append_policies(text, selection);
  append_lengths(text, selection);
  text +=
      "  A failed row has no number and must get none: `assay estimate` says what the missing "
      "rows could change.\n";
  return text;
}

namespace {

void append_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time) {
  json.key(name);
  time ? json.number(static_cast<std::int64_t>(time->time_since_epoch().count())) : json.null();
}

void append_figure(JsonWriter& json, std::string_view name, const stats::Figure& figure) {
  json.key(name);
  figure ? json.number(*figure) : json.null();
  if (!figure) json.key(std::string(name) + "_why").string(figure.error().reason);
}

}  // namespace

std::string to_json(const FailureReport& report, const std::string& run) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("run").string(run).key("rows").number(report.rows());
  json.key("failed").number(report.failed()).key("not_attempted").number(report.not_attempted());
  json.key("causes").begin_array();
  for (const FailureGroup& group : report.groups()) {
    const Advice advice = advice_for(group.cls, run);
    json.begin_object().key("class").string(name_of(group.cls)).key("rows").number(group.rows);
    json.key("share").number(static_cast<double>(group.rows) / static_cast<double>(report.rows()));
    append_time(json, "first_ms", group.first);
    append_time(json, "last_ms", group.last);
    json.key("example_id").string(group.example_id).key("reason").string(group.example_reason);
    json.key("spent_nanousd").number(group.spent.nanos());
    json.key("unknown_nanousd").number(group.unknown.nanos());
    json.key("tokens").number(group.tokens.value);
    json.key("retry_helps").boolean(advice.retry_helps).key("why").string(advice.why);
    json.key("command").string(advice.command).end_object();
  }
  json.end_array();
  const FailureReport::Selection selection = report.selection();
  json.key("selection").begin_object().key("policies").begin_array();
  for (const auto& share : selection.policies) {
    json.begin_object().key("policy").string(share.policy).key("failed").number(share.failed);
    json.key("ok").number(share.ok).end_object();
  }
  json.end_array();
  append_figure(json, "policy_p", selection.policy_p);
  append_figure(json, "length_p", selection.length_p);
  json.end_object().end_object();
  text += '\n';
  return text;
}

}  // namespace assay::cli
