// A run that is killed within a provider's window and resumed: the window is never exceeded.

#include "world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string>

namespace assay::sim {
namespace {

const auto kinds = boost::unit_test::data::make({0, 1, 2});

Scenario killed_four_times(int kind) {
  Scenario scenario;
  scenario.items = 12'600;
  scenario.terms.requests_per_minute = 6'000;
  scenario.terms.concurrency = 128;
  ProviderTerms& provider = scenario.providers[0];
  provider.kind = static_cast<Limiter::Kind>(kind);
  provider.requests_per_minute = 6'000;
  provider.headers = ProviderTerms::Headers::none;
  for (const int at : {10, 15, 20, 25}) scenario.crashes.push_back(std::chrono::seconds(at));
  return scenario;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resume)

BOOST_DATA_TEST_CASE(a_killed_run_gains_no_fresh_window, kinds, kind) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Scenario scenario = killed_four_times(kind);
    scenario.seed = seed;
    World world(scenario);
    world.run();
    for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
    BOOST_TEST(world.provider().counts().refused == 0u);
    // 12,600 requests at 100 in a second, and what four restarts lost.
    BOOST_TEST((world.last_sent_at() - Instant{} < std::chrono::seconds(145)));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
