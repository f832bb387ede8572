#pragma once

// What a run will take, from what is known before it: plain arithmetic on values.

#include "assay/money.hpp"
#include "assay/time.hpp"
#include "config/config.hpp"
#include "config/price_table.hpp"
#include "crawl/work_measure.hpp"
#include "pace/amount.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

// A figure that will lie between `low` and `high`, and never above `bound`.
template <class T>
struct Range {
  T low{};
  T high{};
  T bound{};
};

// Tokens per byte of text: measured on the run's own answers, or assumed.
struct TokenRate {
  double low = 0;
  double high = 0;
  std::uint64_t answers = 0;  // it was measured on; 0: assumed
};
[[nodiscard]] TokenRate token_rate(const crawl::ObservedUsage& observed);

struct PolicyForecast {
  std::string policy;
  std::string model;
  crawl::PolicyWork work;
  Range<std::int64_t> tokens;          // input and output
  std::optional<Range<NanoUsd>> cost;  // absent: the price is unknown
  config::Quote quote;                 // at its preferred endpoint
};

struct EndpointForecast {
  std::string endpoint;
  std::uint64_t requests = 0;
  Duration low{};                // not faster than this
  std::optional<Duration> high;  // absent: no limit is known
  std::string bound_by;          // "requests_per_minute 600 (configuration)"
};

struct Forecast {
  std::vector<PolicyForecast> policies;
  std::vector<EndpointForecast> endpoints;
  Range<std::int64_t> tokens;
  std::optional<Range<NanoUsd>> cost;  // absent: of some model the price is unknown
  std::uint64_t requests = 0;
  std::uint64_t disk_bytes = 0;  // to be written: journal and results
};

// Before retries: a run with failing answers takes more of everything but the caps.
[[nodiscard]] Forecast forecast(const config::Config& config,
                                const std::vector<crawl::PolicyWork>& work,
                                const crawl::ObservedUsage& observed,
                                std::uint64_t cells);

// How far a cap lets the run get.
struct CapForecast {
  std::string policy;  // empty: the run's
  pace::BudgetAxis axis = pace::BudgetAxis::usd;
  std::int64_t cap = 0;
  std::int64_t committed = 0;  // by earlier sessions
  Range<std::int64_t> needed;  // for the rest
  [[nodiscard]] std::int64_t left() const { return cap > committed ? cap - committed : 0; }
};
[[nodiscard]] std::vector<CapForecast> cap_forecasts(const config::Config& config,
                                                     const Forecast& forecast,
                                                     const std::vector<pace::Amount>& committed);

}  // namespace assay::cli
