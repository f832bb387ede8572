#include "cli/run_summary.hpp"

#include "cli/exit_code.hpp"
#include "cli/go_on.hpp"
#include "core/grouped.hpp"
#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace assay::cli {
namespace {

std::size_t bucket_of(Duration latency) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(
      1, std::chrono::duration_cast<std::chrono::microseconds>(latency).count()));
  const auto power = static_cast<std::size_t>(std::bit_width(us)) - 1;
  const std::size_t sixteenth = power >= 4 ? (us >> (power - 4)) & 15 : (us << (4 - power)) & 15;
  return std::min<std::size_t>(power * 16 + sixteenth, 40 * 16 - 1);
}

Duration middle_of(std::size_t bucket) {
  const double us = std::ldexp(1.0 + (static_cast<double>(bucket % 16) + 0.5) / 16.0,
                               static_cast<int>(bucket / 16));
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::micro>(us));
}

template <class Count>
std::uint64_t sum_of(const std::vector<RunSummary::PolicyCounts>& policies, Count count) {
  return std::accumulate(
      policies.begin(),
      policies.end(),
      std::uint64_t{0},
      [&](std::uint64_t sum, const auto& policy) { return sum + policy.*count; });
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  // Never round a run with holes up to 100 %.
  if (part < whole && share > 99.99) return "99.99 %";
  return fmt::format("{:.2f} %", share);
}

std::string grades_text(const RunSummary::PolicyCounts& policy) {
  return fmt::format("A {}  B {}  C {}",
                     grouped(policy.grades[0]),
                     grouped(policy.grades[1]),
                     grouped(policy.grades[2]));
}

std::map<FailureClass, std::uint64_t> failures_of(const RunSummary& summary) {
  std::map<FailureClass, std::uint64_t> all;
  for (const auto& policy : summary.policies()) {
    for (const auto& [cls, count] : policy.failures) all[cls] += count;
  }
  return all;
}

std::string failures_text(const RunSummary& summary) {
  std::vector<std::pair<FailureClass, std::uint64_t>> causes;
  for (const auto& cause : failures_of(summary)) causes.push_back(cause);
  std::stable_sort(causes.begin(), causes.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  std::string text;
  for (const auto& [cls, count] : causes) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(cls), grouped(count));
  }
  return text;
}

// The caps of the run, one clause each.
void append_cap(std::string& text, const std::string& spent, const std::string& cap) {
  text += fmt::format("{}{} of {}", text.empty() ? "" : "   ", spent, cap);
}

std::string cost_text(const crawl::RunReport& report, const SummaryFrame& frame) {
  const auto count = [](std::int64_t number) {
    return grouped(static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0)));
  };
  const config::Budget& budget = frame.budget;
  std::string caps;
  if (budget.usd)
    append_cap(caps, assay::to_text(report.spent.usd), assay::to_text(*budget.usd) + " cap");
  if (budget.tokens)
    append_cap(caps, count(report.spent.tokens.value), count(*budget.tokens) + " tokens");
  if (budget.requests)
    append_cap(caps, count(report.spent.requests), count(*budget.requests) + " requests");
  if (caps.empty()) {
    caps = fmt::format("{}   {} tokens in {} requests",
                       assay::to_text(report.spent.usd),
                       count(report.spent.tokens.value),
                       count(report.spent.requests));
  }
  std::string text = "Cost       " + caps;
  if (report.unknown != pace::Amount{}) {
    text += fmt::format("   unknown up to {}, {} tokens, {} requests",
                        assay::to_text(report.unknown.usd),
                        count(report.unknown.tokens.value),
                        count(report.unknown.requests));
  }
  text += '\n';
  return text + config::price_lines(frame.quotes, frame.today);
}

}  // namespace

RunSummary::RunSummary(std::vector<Policy> policies) : flags_(policies.size()) {
  for (Policy& policy : policies) {
    PolicyCounts counts;
    counts.name = std::move(policy.name);
    policies_.push_back(std::move(counts));
  }
}

void RunSummary::add(const journal::ResultRow& row) {
  flags_.add(row);
  PolicyCounts& counts = policies_[row.policy];
  switch (row.status) {
    case journal::ResultStatus::ok: {
      const Score& score = *row.record->outcome.score();
      ++counts.ok;
      ++counts.grades[static_cast<std::size_t>(score.certificate.grade())];
      break;
    }
    case journal::ResultStatus::failed:
      ++counts.failed;
      ++counts.failures[row.failure->cls];
      break;
    case journal::ResultStatus::not_attempted:
      ++counts.not_attempted;
      break;
  }
  // A record shared by several rows counts on the row that asked first.
  const bool asked_first = row.record != nullptr && row.row->has_value() &&
                           row.record->row == (*row.row)->row && row.record->policy == counts.name;
  if (asked_first && row.record->delivery.latency) {
    ++latencies_[bucket_of(*row.record->delivery.latency)];
    ++latencies_counted_;
  }
}

std::uint64_t RunSummary::ok() const {
  return sum_of(policies_, &PolicyCounts::ok);
}
std::uint64_t RunSummary::failed() const {
  return sum_of(policies_, &PolicyCounts::failed);
}
std::uint64_t RunSummary::not_attempted() const {
  return sum_of(policies_, &PolicyCounts::not_attempted);
}
std::uint64_t RunSummary::total() const {
  return ok() + failed() + not_attempted();
}

std::optional<Duration> RunSummary::latency_quantile(double share) const {
  if (latencies_counted_ == 0) return std::nullopt;
  const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(latencies_counted_ - 1));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < latencies_.size(); ++bucket) {
    seen += latencies_[bucket];
    if (seen > rank) return middle_of(bucket);
  }
  return std::nullopt;
}

namespace {

// "Canaries   24 scored; the model is still the same"; empty without any.
std::string canaries_text(const crawl::RunReport& report) {
  if (report.canaries + report.canaries_unscored == 0) return {};
  const bool drifted = report.stop && report.stop->cause == crawl::StopCause::drift;
  std::string text = fmt::format("Canaries   {} scored", grouped(report.canaries));
  if (report.canaries_unscored > 0)
    text += fmt::format(", {} without a value", grouped(report.canaries_unscored));
  if (report.canaries > 0 && !drifted) text += "; the model is still the same";
  return text + "\n";
}

// "Bound by   RPM 6,000, from config (98 %), cool-down (2 %)": what held for a hundredth at least.
std::string bound_text(const crawl::RunReport& report) {
  std::string text;
  for (const pace::BoundTime::Share& bound : report.bound_by) {
    if (bound.share < 0.01) continue;
    text += fmt::format(
        "{}{} ({:.0f} %)", text.empty() ? "\nBound by   " : "; ", bound.limit, 100 * bound.share);
  }
  return text;
}

}  // namespace

std::string to_text(const RunSummary& summary,
                    const crawl::RunReport& report,
                    const SummaryFrame& frame) {
  std::string text;
  const bool complete = summary.not_attempted() == 0;
  text += fmt::format("{} in {}.  Exit {}.\n",
                      complete ? "Done" : "Stopped",
                      assay::to_text(report.elapsed),
                      frame.exit_code);
  if (report.stop) {
    const std::string cls = report.stop->cls ? fmt::format("{}: ", name_of(*report.stop->cls)) : "";
    text += fmt::format("Why        {}{}\n", cls, report.stop->reason);
  }
  for (const std::string& reason : report.halted) {
    if (!report.stop || reason != report.stop->reason)
      text += fmt::format("Gave up    {}\n", reason);
  }
  for (const std::string& sentence : report.compared) {
    text += fmt::format("Failover   {}\n", sentence);
  }
  text += fmt::format("Scores     {} of {} ({})   failed {}   not attempted {}\n",
                      grouped(summary.ok()),
                      grouped(summary.total()),
                      percent(summary.ok(), summary.total()),
                      grouped(summary.failed()),
                      grouped(summary.not_attempted()));
  std::size_t width = 0;
  for (const auto& policy : summary.policies()) width = std::max(width, policy.name.size());
  for (std::size_t i = 0; i < summary.policies().size(); ++i) {
    const auto& policy = summary.policies()[i];
    const std::string remarks = to_text(summary.flags().of(i));
    text += fmt::format("  {:<{}}  {} ok   grade {}{}\n",
                        policy.name,
                        width,
                        grouped(policy.ok),
                        grades_text(policy),
                        remarks.empty() ? "" : "   look at: " + remarks);
  }
  if (const std::string failures = failures_text(summary); !failures.empty()) {
    text += fmt::format("Failures   {}\n", failures);
  }
  text += canaries_text(report);
  if (frame.unverified)
    text += "Unverified nothing shows that these values can be believed: ask `assay doctor`\n";
  text += cost_text(report, frame);
  const double seconds = std::chrono::duration<double>(report.elapsed).count();
  const std::uint64_t outcomes = report.scored + report.failed;
  text += fmt::format("Speed      {} requests ({} retries), {:.0f} outcomes/s",
                      grouped(report.requests),
                      grouped(report.retries),
                      seconds > 0 ? static_cast<double>(outcomes) / seconds : 0.0);
  if (const auto p50 = summary.latency_quantile(0.5)) {
    text += fmt::format("   latency p50 {}, p99 {}",
                        assay::to_text(*p50),
                        assay::to_text(*summary.latency_quantile(0.99)));
  }
  text += bound_text(report);
  text += fmt::format(
      "\nFiles      {0}/results.jsonl  {0}/results.csv  {0}/failures.jsonl  {0}/summary.json\n",
      frame.run_directory);
  if (summary.failed() > 0)
    text += fmt::format("Details    assay failures {}\n", shell_word(frame.run_directory));
  if (!frame.go_on.empty()) text += fmt::format("Go on      {}\n", frame.go_on);
  return text;
}

namespace {

void append_policies(JsonWriter& json, const RunSummary& summary) {
  json.key("policies").begin_array();
  for (std::size_t i = 0; i < summary.policies().size(); ++i) {
    const auto& policy = summary.policies()[i];
    json.begin_object();
    json.key("name").string(policy.name);
    json.key("ok").number(policy.ok);
    json.key("failed").number(policy.failed);
    json.key("not_attempted").number(policy.not_attempted);
    json.key("grades").begin_object();
    json.key("A")
        .number(policy.grades[0])
        .key("B")
        .number(policy.grades[1])
        .key("C")
        .number(policy.grades[2]);
    json.end_object();
    json.key("flags").begin_object();
    for (std::size_t remark = 0; remark < remark_count; ++remark) {
      json.key(name_of(static_cast<Remark>(remark))).number(summary.flags().of(i)[remark]);
    }
    json.end_object();
    json.key("failures").begin_object();
    for (const auto& [cls, count] : policy.failures) json.key(name_of(cls)).number(count);
    json.end_object();
    json.end_object();
  }
  json.end_array();
}

void append_latency(JsonWriter& json, std::string_view name, std::optional<Duration> latency) {
  json.key(name);
  if (!latency) {
    json.null();
    return;
  }
  json.number(std::round(std::chrono::duration<double, std::milli>(*latency).count() * 1000.0) /
              1000.0);
}

std::string_view name_of(crawl::StopCause cause) {
  switch (cause) {
    case crawl::StopCause::interrupted:
      return "interrupted";
    case crawl::StopCause::time:
      return "time";
    case crawl::StopCause::budget:
      return "budget";
    case crawl::StopCause::refused:
      return "refused";
    case crawl::StopCause::unavailable:
      return "unavailable";
    case crawl::StopCause::storage:
      return "storage";
    case crawl::StopCause::input:
      return "input";
    case crawl::StopCause::drift:
      return "drift";
    case crawl::StopCause::first_failure:
      return "first_failure";
  }
  return "unknown";
}

void append_stop(JsonWriter& json, const crawl::RunReport& report) {
  json.key("stop");
  if (!report.stop) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("cause").string(name_of(report.stop->cause));
  json.key("reason").string(report.stop->reason);
  json.key("class");
  report.stop->cls ? json.string(assay::name_of(*report.stop->cls)) : json.null();
  json.end_object();
}

void append_amount(JsonWriter& json, std::string_view name, const pace::Amount& amount) {
  json.key(name).begin_object().key("nanousd").number(amount.usd.nanos());
  json.key("tokens").number(amount.tokens.value).key("requests").number(amount.requests);
  json.end_object();
}

void append_budget(JsonWriter& json, const crawl::RunReport& report, const SummaryFrame& frame) {
  json.key("budget").begin_object().key("cap").begin_object();
  if (frame.budget.usd) json.key("nanousd").number(frame.budget.usd->nanos());
  if (frame.budget.tokens) json.key("tokens").number(*frame.budget.tokens);
  if (frame.budget.requests) json.key("requests").number(*frame.budget.requests);
  json.end_object();
  append_amount(json, "spent", report.spent);
  append_amount(json, "unknown", report.unknown);
  json.end_object();
}

void append_prices(JsonWriter& json, const SummaryFrame& frame) {
  json.key("prices").begin_array();
  for (const config::Quote& quote : frame.quotes) {
    json.begin_object().key("endpoint").string(quote.endpoint).key("model").string(quote.model);
    json.key("input_nanousd_per_million");
    quote.price ? json.number(quote.price->input_nanousd_per_million) : json.null();
    json.key("output_nanousd_per_million");
    quote.price ? json.number(quote.price->output_nanousd_per_million) : json.null();
    json.key("said_by").string(to_text(quote));
    const std::string warning = warning_of(quote, frame.today);
    json.key("warning");
    warning.empty() ? json.null() : json.string(warning);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string to_json(const RunSummary& summary,
                    const crawl::RunReport& report,
                    const SummaryFrame& frame) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("exit_code").number(frame.exit_code);
  json.key("complete").boolean(summary.not_attempted() == 0);
  json.key("unverified").boolean(frame.unverified);
  json.key("resumable")
      .boolean(frame.exit_code != exit_complete && frame.exit_code != exit_usage &&
               frame.exit_code != exit_unverified);
  json.key("outcomes").number(summary.total());
  json.key("ok").number(summary.ok());
  json.key("failed").number(summary.failed());
  json.key("not_attempted").number(summary.not_attempted());
  append_policies(json, summary);
  append_stop(json, report);
  json.key("distinct_items").number(report.plan.distinct);
  json.key("session").begin_object();
  json.key("scored").number(report.scored);
  json.key("failed").number(report.failed);
  json.key("canaries").number(report.canaries);
  json.key("canaries_unscored").number(report.canaries_unscored);
  json.key("requests").number(report.requests);
  json.key("retries").number(report.retries);
  json.key("seconds").number(std::chrono::duration<double>(report.elapsed).count());
  json.end_object();
  json.key("bound_by").begin_array();
  for (const pace::BoundTime::Share& bound : report.bound_by) {
    json.begin_object();
    json.key("limit").string(bound.limit);
    json.key("share_of_time").number(bound.share);
    json.end_object();
  }
  json.end_array();
  const auto sentences = [&json](std::string_view name, const std::vector<std::string>& all) {
    json.key(name).begin_array();
    for (const std::string& sentence : all) json.string(sentence);
    json.end_array();
  };
  sentences("gave_up", report.halted);
  sentences("failover", report.compared);
  json.key("cost_nanousd").number(report.spent.usd.nanos());
  json.key("cost_unknown_nanousd").number(report.unknown.usd.nanos());
  append_budget(json, report, frame);
  append_prices(json, frame);
  json.key("go_on");
  frame.go_on.empty() ? json.null() : json.string(frame.go_on);
  json.key("latency_ms").begin_object();
  append_latency(json, "p50", summary.latency_quantile(0.5));
  append_latency(json, "p90", summary.latency_quantile(0.9));
  append_latency(json, "p99", summary.latency_quantile(0.99));
  json.end_object();
  json.end_object();
  text += '\n';
  return text;
}

}  // namespace assay::cli
