#include "cli/plan_report.hpp"

#include "core/grouped.hpp"
#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::cli {
namespace {

std::string count_text(std::int64_t count) {
  return grouped(static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0)));
}

// Three digits are more than a forecast knows.
std::string about(std::int64_t count) {
  if (count < 1'000) return count_text(count);
  const double digit = std::pow(10.0, std::floor(std::log10(static_cast<double>(count))) - 2);
  return count_text(
      static_cast<std::int64_t>(std::round(static_cast<double>(count) / digit) * digit));
}

std::string range_text(const std::string& low, const std::string& high) {
  return low == high ? low : fmt::format("{} to {}", low, high);
}

std::string tokens_text(const Range<std::int64_t>& tokens) {
  return range_text(about(tokens.low), about(tokens.high));
}

std::string cost_text(const std::optional<Range<NanoUsd>>& cost) {
  if (!cost) return "unknown";
  return range_text(assay::to_text(cost->low), assay::to_text(cost->high));
}

std::string time_text(const EndpointForecast& endpoint) {
  if (!endpoint.high) return fmt::format("at least {}", assay::to_text(endpoint.low));
  return range_text(assay::to_text(endpoint.low), assay::to_text(*endpoint.high));
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::string_view units[] = {"bytes", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < std::size(units); ++unit) value /= 1000;
  return fmt::format("{:.3g} {}", value, units[unit]);
}

std::string how_text(const TokenRate& rate) {
  if (rate.answers == 0) {
    return fmt::format(
        "assumed at {:.2f} to {:.2f} per byte: there is no tokenizer here and no "
        "answer yet; output is exact",
        rate.low,
        rate.high);
  }
  return fmt::format(
      "estimated at {:.3f} to {:.3f} per byte from {} answers of this run; output is "
      "exact",
      rate.low,
      rate.high,
      grouped(rate.answers));
}

void append_work(std::string& text, const PlanReport& report) {
  const crawl::WorkPlan& work = report.work;
  text += fmt::format("Work       {} rows x {} {} = {} items, {} distinct\n",
                      grouped(report.rows),
                      report.config.policies.size(),
                      report.config.policies.size() == 1 ? "policy" : "policies",
                      grouped(work.items),
                      grouped(work.distinct));
  text += fmt::format(
      "           {} done before in {}, {} to do{}\n",
      grouped(work.done),
      report.config.run.dir,
      grouped(work.to_do),
      work.unusable > 0 ? fmt::format(", {} of bad rows", grouped(work.unusable)) : std::string());
}

std::string canaries_text(const crawl::PolicyWork& work) {
  if (work.canaries == 0) return {};
  return fmt::format(" ({} of them canaries)", grouped(work.canaries));
}

void append_policies(std::string& text, const PlanReport& report) {
  std::size_t width = 0;
  for (const PolicyForecast& policy : report.forecast.policies)
    width = std::max(width, policy.policy.size());
  for (const PolicyForecast& policy : report.forecast.policies) {
    text += fmt::format("  {:<{}}  {} requests{}   {} tokens   {}{}\n",
                        policy.policy,
                        width,
                        grouped(policy.work.requests),
                        canaries_text(policy.work),
                        tokens_text(policy.tokens),
                        cost_text(policy.cost),
                        policy.work.unsent > 0
                            ? fmt::format("   {} cannot be sent", grouped(policy.work.unsent))
                            : std::string());
  }
}

void append_prices(std::string& text, const PlanReport& report) {
  text +=
      config::price_lines(config::quotes_of(report.config, config::bundled_prices()), report.today);
}

std::string axis_text(pace::BudgetAxis axis, std::int64_t value) {
  if (axis == pace::BudgetAxis::usd) return assay::to_text(NanoUsd{value});
  return fmt::format("{} {}", count_text(value), pace::name_of(axis));
}

int percent(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return 100;
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return static_cast<int>(std::min(100.0, share));
}

std::string reach_text(const CapForecast& cap) {
  if (cap.needed.bound <= cap.left()) return "enough, whatever the provider counts";
  if (cap.needed.high <= cap.left()) return "enough by the estimate";
  if (cap.left() == 0) return "used up: nothing more is sent";
  const int low = percent(cap.left(), cap.needed.high);
  const int high = percent(cap.left(), cap.needed.low);
  return fmt::format(
      "enough for about {} of what is left; then the run takes what is in flight, "
      "saves, and exits with 4",
      low == high ? fmt::format("{} %", low) : fmt::format("{} to {} %", low, high));
}

void append_caps(std::string& text, const PlanReport& report) {
  for (const CapForecast& cap : report.caps) {
    text += fmt::format("Cap        {}{}{}: {}\n",
                        axis_text(cap.axis, cap.cap),
                        cap.policy.empty() ? "" : fmt::format(" for {}", cap.policy),
                        cap.committed > 0
                            ? fmt::format(", {} of it used", axis_text(cap.axis, cap.committed))
                            : std::string(),
                        reach_text(cap));
  }
  if (report.caps.empty())
    text += "Cap        none: set one with --max-cost, --max-total-tokens or --max-requests\n";
  if (report.config.budget.wall) {
    text += fmt::format("           after {} it saves and exits with 5; the same command goes on\n",
                        assay::to_text(*report.config.budget.wall));
  }
}

}  // namespace

std::string to_text(const PlanReport& report) {
  const Forecast& forecast = report.forecast;
  std::string text = "Nothing was sent.\n";
  append_work(text, report);
  append_policies(text, report);
  text += fmt::format("Tokens     {}, certainly at most {}\n           {}\n",
                      tokens_text(forecast.tokens),
                      about(forecast.tokens.bound),
                      how_text(report.rate));
  text +=
      fmt::format("Cost       {}{}\n",
                  cost_text(forecast.cost),
                  forecast.cost ? fmt::format(", certainly at most {}; retries of billed answers "
                                              "come on top",
                                              assay::to_text(forecast.cost->bound))
                                : std::string(": a price is unknown; state it under price: or "
                                              "with --input-price and --output-price"));
  append_prices(text, report);
  for (const EndpointForecast& endpoint : forecast.endpoints) {
    text += fmt::format("Time       {} at {}: {} requests, bound by {}\n",
                        time_text(endpoint),
                        endpoint.endpoint,
                        grouped(endpoint.requests),
                        endpoint.bound_by);
  }
  text += fmt::format("Disk       about {} in {}, {} free{}\n",
                      bytes_text(forecast.disk_bytes),
                      report.config.run.dir,
                      bytes_text(report.disk_free),
                      forecast.disk_bytes > report.disk_free ? ": NOT ENOUGH" : "");
  append_caps(text, report);
  text += fmt::format("Run        {}\n", report.command);
  if (!report.command_beyond.empty()) text += fmt::format("Beyond     {}\n", report.command_beyond);
  return text;
}

namespace {

void append_range(JsonWriter& json, std::string_view name, const Range<std::int64_t>& range) {
  json.key(name).begin_object().key("low").number(range.low).key("high").number(range.high);
  json.key("bound").number(range.bound).end_object();
}

void append_cost(JsonWriter& json, const std::optional<Range<NanoUsd>>& cost) {
  if (cost) {
    append_range(
        json,
        "cost_nanousd",
        {.low = cost->low.nanos(), .high = cost->high.nanos(), .bound = cost->bound.nanos()});
  } else {
    json.key("cost_nanousd").null();
  }
}

void append_policies(JsonWriter& json, const PlanReport& report) {
  json.key("policies").begin_array();
  for (const PolicyForecast& policy : report.forecast.policies) {
    json.begin_object().key("policy").string(policy.policy).key("model").string(policy.model);
    json.key("requests").number(policy.work.requests);
    json.key("canaries").number(policy.work.canaries);
    json.key("cannot_be_sent").number(policy.work.unsent);
    json.key("text_bytes").number(policy.work.text_bytes);
    append_range(json, "tokens", policy.tokens);
    append_cost(json, policy.cost);
    json.key("price").string(to_text(policy.quote));
    const std::string warning = warning_of(policy.quote, report.today);
    json.key("price_warning");
    warning.empty() ? json.null() : json.string(warning);
    json.end_object();
  }
  json.end_array();
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void append_endpoints(JsonWriter& json, const PlanReport& report) {
  json.key("endpoints").begin_array();
  for (const EndpointForecast& endpoint : report.forecast.endpoints) {
    json.begin_object().key("endpoint").string(endpoint.endpoint);
    json.key("requests").number(endpoint.requests);
    json.key("seconds_low").number(seconds(endpoint.low)).key("seconds_high");
    endpoint.high ? json.number(seconds(*endpoint.high)) : json.null();
    json.key("bound_by").string(endpoint.bound_by).end_object();
  }
  json.end_array();
}

void append_caps(JsonWriter& json, const PlanReport& report) {
  json.key("caps").begin_array();
  for (const CapForecast& cap : report.caps) {
    json.begin_object()
        .key("policy")
        .string(cap.policy)
        .key("axis")
        .string(pace::name_of(cap.axis));
    json.key("cap").number(cap.cap).key("committed").number(cap.committed);
    append_range(json, "needed", cap.needed);
    json.key("enough").boolean(cap.needed.high <= cap.left()).end_object();
  }
  json.end_array();
}

}  // namespace

std::string to_json(const PlanReport& report) {
  const Forecast& forecast = report.forecast;
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("rows").number(report.rows).key("items").number(report.work.items);
  json.key("distinct").number(report.work.distinct).key("done").number(report.work.done);
  json.key("to_do").number(report.work.to_do).key("unusable").number(report.work.unusable);
  json.key("requests").number(forecast.requests);
  append_range(json, "tokens", forecast.tokens);
  json.key("tokens_from").string(report.rate.answers == 0 ? "assumed" : "answers");
  json.key("tokens_from_answers").number(report.rate.answers);
  append_cost(json, forecast.cost);
  append_policies(json, report);
  append_endpoints(json, report);
  json.key("disk_bytes")
      .number(forecast.disk_bytes)
      .key("disk_free_bytes")
      .number(report.disk_free);
  append_caps(json, report);
  json.key("command").string(report.command).key("command_beyond");
  report.command_beyond.empty() ? json.null() : json.string(report.command_beyond);
  json.end_object();
  text += '\n';
  return text;
}

}  // namespace assay::cli
