#include "cli/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::cli {
namespace {

// Byte-level tokenizers make about a quarter of a token per byte of English, half of one where
// words are rare; bytes themselves are the bound.
constexpr TokenRate assumed_rate{.low = 1.0 / 6, .high = 0.5, .answers = 0};
// The first rows of a data set are not all of it.
constexpr double measured_slack = 0.10;
constexpr std::uint64_t answers_min = 20;

// An answer's time where none was measured.
constexpr double latency_low_s = 0.2;
constexpr double latency_high_s = 3;

// Bytes of a journal line, of a line of results.jsonl with its row of results.csv, and of a token
// at higher detail: measured on the embedded provider, rounded up.
constexpr std::uint64_t line_bytes = 480;
constexpr std::uint64_t results_bytes = 520;
constexpr std::uint64_t token_bytes = 22;
constexpr std::uint64_t body_token_bytes = 90;

std::int64_t scaled(std::int64_t bytes, double rate) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(bytes) * rate));
}

Range<std::int64_t> input_of(const crawl::PolicyWork& work, const TokenRate& rate) {
  const std::int64_t bound = work.bound.input.value;
  return {.low = std::min(scaled(work.text_bytes, rate.low), bound),
          .high = std::min(scaled(work.text_bytes, rate.high), bound),
          .bound = bound};
}

PolicyForecast policy_forecast(const config::Config& config,
                               const config::Policy& policy,
                               const crawl::PolicyWork& work,
                               const TokenRate& rate) {
  const auto input = input_of(work, rate);
  const TokenCount output = work.bound.output;
  PolicyForecast forecast{
      .policy = policy.name,
      .model = policy.model,
      .work = work,
      .tokens = {.low = input.low + output.value,
                 .high = input.high + output.value,
                 .bound = input.bound + output.value},
      .cost = std::nullopt,
      .quote = config::quote(
          config::bundled_prices(), *config.endpoint(policy.endpoints.front()), policy.model)};
  if (const auto& price = forecast.quote.price) {
    const auto cost = [&](std::int64_t tokens) { return cost_of(*price, {tokens}, output); };
    forecast.cost = Range<NanoUsd>{
        .low = cost(input.low), .high = cost(input.high), .bound = cost(input.bound)};
  }
  return forecast;
}

struct Axis {
  double low_s = 0;
  std::optional<double> high_s;
  std::string name;
};

Duration seconds(double value) {
  return std::chrono::round<Duration>(std::chrono::duration<double>(std::min(value, 3e8)));
}

// What each limit of an endpoint makes of the work, in seconds.
std::vector<Axis> axes_of(const config::Config& config,
                          const config::Endpoint& endpoint,
                          double requests,
                          const Range<double>& tokens,
                          const crawl::ObservedUsage& observed) {
  std::vector<Axis> axes;
  const auto rate = [&](const config::AutoCount& limit,
                        double low,
                        double high,
                        double span_s,
                        const char* name) {
    if (!limit.fixed) return;
    const auto per_span = static_cast<double>(*limit.fixed);
    axes.push_back({.low_s = low / per_span * span_s,
                    .high_s = high / per_span * span_s,
                    .name = fmt::format("{} {} (configuration)", name, *limit.fixed)});
  };
  rate(endpoint.limits.requests_per_minute, requests, requests, 60, "requests_per_minute");
  rate(endpoint.limits.requests_per_day, requests, requests, 86'400, "requests_per_day");
  rate(endpoint.limits.tokens_per_minute, tokens.low, tokens.high, 60, "tokens_per_minute");
  const auto input = [&](const config::AutoCount& limit, double span_s, const char* name) {
    rate(limit, tokens.low, tokens.high, span_s, name);  // scoring makes next to no output
  };
  input(endpoint.limits.input_tokens_per_minute, 60, "input_tokens_per_minute");
  input(endpoint.limits.input_tokens_per_second, 1, "input_tokens_per_second");
  const double mean = observed.timed == 0
                          ? 0
                          : std::chrono::duration<double>(observed.latency).count() /
                                static_cast<double>(observed.timed);
  const double low = observed.timed == 0 ? latency_low_s : 0.8 * mean;
  const double high = observed.timed == 0 ? latency_high_s : 1.25 * mean;
  const std::string said = observed.timed == 0
                               ? fmt::format("answers of {:g} to {:g} s assumed", low, high)
                               : fmt::format("answers of {:.2g} s measured", mean);
  const auto& wanted = endpoint.limits.concurrency.fixed;
  const auto at_once = static_cast<double>(
      std::min(wanted.value_or(config.network.connections_max), config.network.connections_max));
  axes.push_back(
      {.low_s = requests * low / at_once,
       .high_s = wanted ? std::optional(requests * high / at_once) : std::nullopt,
       .name = wanted ? fmt::format("concurrency {} (configuration), {}", *wanted, said)
                      : fmt::format("the provider: its limits are learnt on the way, {}", said)});
  return axes;
}

EndpointForecast endpoint_forecast(const config::Config& config,
                                   const config::Endpoint& endpoint,
                                   const std::vector<PolicyForecast>& policies,
                                   const crawl::ObservedUsage& observed) {
  EndpointForecast forecast{.endpoint = endpoint.name, .high = std::nullopt, .bound_by = {}};
  Range<double> tokens;
  for (const PolicyForecast& policy : policies) {
    if (policy.quote.endpoint != endpoint.name) continue;
    forecast.requests += policy.work.requests;
    tokens.low += static_cast<double>(policy.tokens.low);
    tokens.high += static_cast<double>(policy.tokens.high);
  }
  const auto axes =
      axes_of(config, endpoint, static_cast<double>(forecast.requests), tokens, observed);
  const auto worst_of = [](const Axis& axis) { return axis.high_s.value_or(axis.low_s); };
  const Axis* binding = &axes.front();
  double low = 0;
  std::optional<double> high;
  for (const Axis& axis : axes) {
    low = std::max(low, axis.low_s);
    if (axis.high_s) high = std::max(high.value_or(0), *axis.high_s);
    if (worst_of(axis) > worst_of(*binding)) binding = &axis;
  }
  forecast.low = seconds(low);
  if (high) forecast.high = seconds(std::max(*high, low));
  forecast.bound_by = binding->name;
  return forecast;
}

std::uint64_t disk_of(const config::Config& config, const Forecast& forecast, std::uint64_t cells) {
  std::uint64_t bytes = cells * results_bytes;
  for (const PolicyForecast& policy : forecast.policies) {
    const auto tokens = static_cast<std::uint64_t>(policy.tokens.high);
    bytes += (policy.work.items + policy.work.unsent) * line_bytes;
    if (config.run.detail >= config::Detail::detailed) bytes += tokens * token_bytes;
    if (config.run.detail >= config::Detail::debug) bytes += tokens * body_token_bytes;
  }
  return bytes;
}

template <class T>
void add(Range<T>& sum, const Range<T>& part) {
  sum.low += part.low;
  sum.high += part.high;
  sum.bound += part.bound;
}

Range<std::int64_t> needed_on(pace::BudgetAxis axis,
                              const Range<std::int64_t>& tokens,
                              const std::optional<Range<NanoUsd>>& cost,
                              std::uint64_t requests) {
  const auto count = static_cast<std::int64_t>(requests);
  switch (axis) {
    case pace::BudgetAxis::usd:
      if (!cost) return {};
      return {.low = cost->low.nanos(), .high = cost->high.nanos(), .bound = cost->bound.nanos()};
    case pace::BudgetAxis::tokens:
      return tokens;
    case pace::BudgetAxis::requests:
      return {.low = count, .high = count, .bound = count};
  }
  return {};
}

std::optional<std::int64_t> cap_on(const config::Budget& budget, pace::BudgetAxis axis) {
  switch (axis) {
    case pace::BudgetAxis::usd:
      return budget.usd ? std::optional(budget.usd->nanos()) : std::nullopt;
    case pace::BudgetAxis::tokens:
      return budget.tokens;
    case pace::BudgetAxis::requests:
      return budget.requests;
  }
  return std::nullopt;
}

}  // namespace

TokenRate token_rate(const crawl::ObservedUsage& observed) {
  if (observed.answers < answers_min || observed.bytes == 0) return assumed_rate;
  const double rate = static_cast<double>(observed.tokens) / static_cast<double>(observed.bytes);
  return {.low = rate * (1 - measured_slack),
          .high = rate * (1 + measured_slack),
          .answers = observed.answers};
}

Forecast forecast(const config::Config& config,
                  const std::vector<crawl::PolicyWork>& work,
                  const crawl::ObservedUsage& observed,
                  std::uint64_t cells) {
  Forecast forecast;
  const TokenRate rate = token_rate(observed);
  forecast.cost.emplace();
  for (std::size_t i = 0; i < config.policies.size(); ++i) {
    forecast.policies.push_back(policy_forecast(config, config.policies[i], work[i], rate));
    const PolicyForecast& policy = forecast.policies.back();
    add(forecast.tokens, policy.tokens);
    forecast.requests += policy.work.requests;
    if (!policy.cost) forecast.cost.reset();
    if (forecast.cost) add(*forecast.cost, *policy.cost);
  }
  for (const config::Endpoint& endpoint : config.endpoints) {
    auto made = endpoint_forecast(config, endpoint, forecast.policies, observed);
    if (made.requests > 0) forecast.endpoints.push_back(std::move(made));
  }
  forecast.disk_bytes = disk_of(config, forecast, cells);
  return forecast;
}

std::vector<CapForecast> cap_forecasts(const config::Config& config,
                                       const Forecast& forecast,
                                       const std::vector<pace::Amount>& committed) {
  std::vector<CapForecast> caps;
  const auto add_caps = [&](const std::string& policy,
                            const config::Budget& budget,
                            const pace::Amount& past,
                            const auto& needed) {
    for (const auto axis :
         {pace::BudgetAxis::usd, pace::BudgetAxis::tokens, pace::BudgetAxis::requests}) {
      const auto cap = cap_on(budget, axis);
      if (!cap) continue;
      caps.push_back({.policy = policy,
                      .axis = axis,
                      .cap = *cap,
                      .committed = on_axis(past, axis),
                      .needed = needed(axis)});
    }
  };
  add_caps("", config.budget, committed[0], [&](pace::BudgetAxis axis) {
    return needed_on(axis, forecast.tokens, forecast.cost, forecast.requests);
  });
  for (std::size_t i = 0; i < config.policies.size(); ++i) {
    const PolicyForecast& policy = forecast.policies[i];
    add_caps(
        policy.policy, config.policies[i].budget, committed[1 + i], [&](pace::BudgetAxis axis) {
          return needed_on(axis, policy.tokens, policy.cost, policy.work.requests);
        });
  }
  return caps;
}

}  // namespace assay::cli
