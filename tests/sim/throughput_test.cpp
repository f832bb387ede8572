// Limits used to the full and not beyond. Allowed is burst + rate x span; what a fixed window or a
// sliding log holds at its start is taken as it comes, window by window.

#include "world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <ostream>
#include <string>

namespace assay::sim {

std::ostream& operator<<(std::ostream& out, Limiter::Kind kind) {
  constexpr const char* names[] = {"bucket", "window", "log"};
  return out << names[static_cast<std::size_t>(kind)];
}

std::ostream& operator<<(std::ostream& out, ProviderTerms::Headers headers) {
  constexpr const char* names[] = {"no headers", "truthful headers", "generous headers"};
  return out << names[static_cast<std::size_t>(headers)];
}

namespace {

struct Figures {
  double used = 0;     // of what was allowed
  double refused = 0;  // 429 among all requests
};

// What a provider would have given at most until `span_s`: its windows are counted in full once
// they have begun long enough to be used.
double allowed(Limiter::Kind kind, double per_minute, double burst, double span_s) {
  if (kind == Limiter::Kind::bucket) return burst + per_minute / 60 * span_s;
  return per_minute / 60 * span_s;
}

Figures measure(const Scenario& scenario) {
  World world(scenario);
  world.run();
  for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
  const Provider& provider = world.provider();
  const ProviderTerms& terms = scenario.providers[0];
  const double span =
      std::chrono::duration<double>(world.last_sent_at().time_since_epoch()).count();
  Figures figures;
  if (terms.requests_per_minute) {
    figures.used =
        std::max(figures.used,
                 provider.taken_requests() /
                     allowed(terms.kind, *terms.requests_per_minute, terms.requests_burst, span));
  }
  if (terms.tokens_per_minute) {
    figures.used =
        std::max(figures.used,
                 provider.taken_tokens() /
                     allowed(terms.kind, *terms.tokens_per_minute, terms.tokens_burst, span));
  }
  figures.refused = static_cast<double>(provider.counts().refused) /
                    static_cast<double>(provider.counts().arrived);
  std::cout << boost::unit_test::framework::current_test_unit().full_name() << ": used "
            << figures.used << ", refused " << figures.refused << " (" << provider.counts().refused
            << " of " << provider.counts().arrived << "), span " << span << " s\n";
  return figures;
}

const auto kinds = boost::unit_test::data::make(
    {Limiter::Kind::bucket, Limiter::Kind::window, Limiter::Kind::log});
const auto headers =
    boost::unit_test::data::make({ProviderTerms::Headers::none, ProviderTerms::Headers::truthful});

Scenario requests_scenario(Limiter::Kind kind, double burst) {
  Scenario scenario;
  scenario.items = 12'600;
  scenario.providers[0].kind = kind;
  scenario.providers[0].requests_per_minute = 6'000;
  scenario.providers[0].requests_burst = burst;
  return scenario;
}

Scenario tokens_scenario(Limiter::Kind kind) {
  Scenario scenario;
  scenario.items = 5'000;
  scenario.bytes_min = 400;
  scenario.bytes_max = 8'000;
  scenario.providers[0].kind = kind;
  scenario.providers[0].tokens_per_minute = 2'000'000;
  scenario.providers[0].tokens_burst = 33'000;
  return scenario;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(throughput)

BOOST_DATA_TEST_CASE(configured_requests_are_used_to_99_percent_without_a_refusal,
                     kinds* headers,
                     kind,
                     with_headers) {
  Scenario scenario = requests_scenario(kind, 10);
  scenario.providers[0].headers = with_headers;
  scenario.terms.requests_per_minute = 6'000;
  const Figures figures = measure(scenario);
  BOOST_TEST(figures.used >= 0.99);
  BOOST_TEST(figures.refused == 0);
}

BOOST_AUTO_TEST_CASE(a_large_burst_that_headers_show_is_used) {
  Scenario scenario = requests_scenario(Limiter::Kind::bucket, 1'000);
  scenario.terms.requests_per_minute = 6'000;
  const Figures figures = measure(scenario);
  BOOST_TEST(figures.used >= 0.99);
  BOOST_TEST(figures.refused == 0);
}

BOOST_DATA_TEST_CASE(learnt_requests_are_used_to_95_percent, kinds, kind) {
  const Figures figures = measure(requests_scenario(kind, 10));
  BOOST_TEST(figures.used >= 0.95);
  BOOST_TEST(figures.refused < 0.01);
}

BOOST_AUTO_TEST_CASE(a_learnt_large_burst_is_used) {
  const Figures figures = measure(requests_scenario(Limiter::Kind::bucket, 1'000));
  BOOST_TEST(figures.used >= 0.95);
  BOOST_TEST(figures.refused < 0.01);
}

BOOST_DATA_TEST_CASE(configured_tokens_are_used_to_97_percent, kinds* headers, kind, with_headers) {
  Scenario scenario = tokens_scenario(kind);
  scenario.providers[0].headers = with_headers;
  scenario.terms.tokens_per_minute = 2'000'000;
  const Figures figures = measure(scenario);
  BOOST_TEST(figures.used >= 0.97);
  BOOST_TEST(figures.refused <= 0.005);
}

BOOST_DATA_TEST_CASE(configured_requests_and_tokens_are_used_to_97_percent, kinds, kind) {
  Scenario scenario = tokens_scenario(kind);
  scenario.providers[0].requests_per_minute = 1'900;
  scenario.providers[0].requests_burst = 10;
  scenario.terms.requests_per_minute = 1'900;
  scenario.terms.tokens_per_minute = 2'000'000;
  const Figures figures = measure(scenario);
  BOOST_TEST(figures.used >= 0.97);
  BOOST_TEST(figures.refused <= 0.005);
}

BOOST_DATA_TEST_CASE(learnt_tokens_are_used_to_95_percent, kinds, kind) {
  const Figures figures = measure(tokens_scenario(kind));
  BOOST_TEST(figures.used >= 0.95);
  BOOST_TEST(figures.refused < 0.01);
}

// A provider at the end of its strength reads what was sent in no order at all.
BOOST_DATA_TEST_CASE(requests_that_overtake_each_other_do_little_harm,
                     boost::unit_test::data::make({Limiter::Kind::window, Limiter::Kind::log}),
                     kind) {
  Scenario scenario = tokens_scenario(kind);
  scenario.terms.tokens_per_minute = 2'000'000;
  scenario.providers[0].way_spread = std::chrono::seconds(2);
  const Figures figures = measure(scenario);
  BOOST_TEST(figures.used >= 0.85);
  BOOST_TEST(figures.refused <= 0.005);
}

BOOST_DATA_TEST_CASE(late_headers_do_no_harm, kinds, kind) {
  Scenario scenario = requests_scenario(kind, 10);
  scenario.providers[0].stated_late = true;
  const Figures figures = measure(scenario);
  BOOST_TEST(figures.used >= 0.95);
  BOOST_TEST(figures.refused < 0.01);
}

BOOST_DATA_TEST_CASE(generous_headers_do_little_harm, kinds, kind) {
  Scenario scenario = requests_scenario(kind, 10);
  scenario.providers[0].headers = ProviderTerms::Headers::generous;
  const Figures figures = measure(scenario);
  BOOST_TEST(figures.used >= 0.85);
  BOOST_TEST(figures.refused < 0.02);
}

BOOST_DATA_TEST_CASE(a_hidden_concurrency_limit_is_found,
                     boost::unit_test::data::make({true, false}),
                     retry_after) {
  Scenario scenario;
  scenario.items = 12'000;
  scenario.providers[0].concurrency = 40;
  scenario.providers[0].headers = ProviderTerms::Headers::none;
  scenario.providers[0].retry_after = retry_after;
  World world(scenario);
  world.run();
  for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
  const double span =
      std::chrono::duration<double>(world.last_sent_at().time_since_epoch()).count();
  const double share = world.provider().busy_seconds() / (40 * span);
  const double refused = static_cast<double>(world.provider().counts().refused) /
                         static_cast<double>(world.provider().counts().arrived);
  std::cout << "concurrency: used " << share << ", refused " << refused << ", span " << span
            << "\n";
  BOOST_TEST(share >= 0.95);
  BOOST_TEST(refused < 0.01);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
