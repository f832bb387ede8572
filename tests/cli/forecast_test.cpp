#include "cli/forecast.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using namespace assay::cli;

namespace {

config::Config config_of(std::optional<NanoUsd> price = NanoUsd{1'000'000'000}) {
  config::Config config;
  config.network.connections_max = 1'000;
  config::Endpoint endpoint;
  endpoint.name = "local";
  endpoint.base_url = "https://127.0.0.1/v1";
  endpoint.input_usd_per_million = price;
  endpoint.output_usd_per_million = price;
  config.endpoints.push_back(endpoint);
  config::Policy policy;
  policy.name = "base";
  policy.model = "m";
  policy.endpoints = {"local"};
  config.policies.push_back(policy);
  return config;
}

// 600 items of 1,000 bytes, with one token of output each.
crawl::PolicyWork work() {
  return {.items = 600,
          .requests = 600,
          .unsent = 0,
          .text_bytes = 600'000,
          .bound = {TokenCount{604'800}, TokenCount{600}},
          .largest = TokenCount{1'009}};
}

Forecast forecast_of(const config::Config& config, const crawl::ObservedUsage& observed = {}) {
  return forecast(config, {work()}, observed, 600);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(forecast)

BOOST_AUTO_TEST_CASE(without_answers_the_rate_is_assumed_and_the_bound_is_what_is_reserved) {
  const Forecast plan = forecast_of(config_of());
  BOOST_TEST(token_rate({}).answers == 0u);
  BOOST_TEST(plan.tokens.low == 100'600);
  BOOST_TEST(plan.tokens.high == 300'600);
  BOOST_TEST(plan.tokens.bound == 605'400);
  BOOST_TEST(plan.cost->bound.nanos() == 605'400'000);
}

BOOST_AUTO_TEST_CASE(the_run_s_own_answers_narrow_the_rate) {
  const crawl::ObservedUsage observed{
      .answers = 100, .tokens = 25'000, .bytes = 100'000, .timed = 0, .latency = {}};
  const Forecast plan = forecast_of(config_of(), observed);
  BOOST_TEST(plan.tokens.low == 600'000 * 0.225 + 600, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(plan.tokens.high == 600'000 * 0.275 + 600, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(an_unknown_price_gives_no_cost) {
  BOOST_TEST(!forecast_of(config_of(std::nullopt)).cost.has_value());
}

BOOST_AUTO_TEST_CASE(the_limit_that_takes_longest_binds) {
  config::Config config = config_of();
  config.endpoints[0].limits.requests_per_minute.fixed = 60;     // 10 minutes
  config.endpoints[0].limits.tokens_per_minute.fixed = 100'000;  // 1 to 3 minutes
  const Forecast plan = forecast_of(config);
  BOOST_REQUIRE_EQUAL(plan.endpoints.size(), 1u);
  BOOST_TEST(plan.endpoints[0].bound_by == "requests_per_minute 60 (configuration)");
  BOOST_TEST((plan.endpoints[0].low == std::chrono::minutes(10)));
  BOOST_TEST((plan.endpoints[0].high == std::chrono::minutes(10)));
}

BOOST_AUTO_TEST_CASE(each_of_several_requests_of_an_item_counts) {
  config::Config config = config_of();
  config.endpoints[0].limits.requests_per_minute.fixed = 60;
  config.budget.requests = 600;
  crawl::PolicyWork by_ids = work();
  by_ids.requests = 3 * by_ids.items;
  const Forecast plan = cli::forecast(config, {by_ids}, {}, 600);
  BOOST_TEST(plan.requests == 1'800u);
  BOOST_TEST((plan.endpoints[0].low == std::chrono::minutes(30)));
  const auto caps = cap_forecasts(config, plan, {pace::Amount{}, pace::Amount{}});
  BOOST_REQUIRE_EQUAL(caps.size(), 1u);
  BOOST_TEST(caps[0].needed.bound == 1'800);
}

BOOST_AUTO_TEST_CASE(without_any_limit_there_is_no_longest_time) {
  const Forecast plan = forecast_of(config_of());
  BOOST_TEST(!plan.endpoints[0].high.has_value());
  BOOST_TEST(plan.endpoints[0].bound_by.find("learnt") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(caps_are_held_against_what_is_left_to_spend) {
  config::Config config = config_of();
  config.budget.usd = NanoUsd{400'000'000};
  config.policies[0].budget.requests = 100;
  const auto caps =
      cap_forecasts(config, forecast_of(config), {{NanoUsd{300'000'000}, TokenCount{0}, 0}, {}});
  BOOST_REQUIRE_EQUAL(caps.size(), 2u);
  BOOST_TEST(caps[0].left() == 100'000'000);
  BOOST_TEST(caps[0].needed.low == 100'600'000);
  BOOST_TEST(caps[1].policy == "base");
  BOOST_TEST(caps[1].needed.bound == 600);
}

BOOST_AUTO_TEST_SUITE_END()
