// Several endpoints of one policy: none gives an outcome before it measured as the first one does.

#include "world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

namespace assay::sim {
namespace {

Scenario of_two(std::int64_t first_concurrency, std::int64_t second_concurrency) {
  Scenario scenario;
  scenario.items = 4'000;
  scenario.providers.assign(2, {});
  for (ProviderTerms& provider : scenario.providers) {
    provider.headers = ProviderTerms::Headers::none;
  }
  scenario.providers[0].concurrency = first_concurrency;
  scenario.providers[1].concurrency = second_concurrency;
  return scenario;
}

void run(World& world) {
  world.run();
  for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
}

void run_to_the_end(World& world) {
  run(world);
  BOOST_TEST(world.unfinished() == 0u);
  BOOST_TEST(world.failed() == 0u);
}

std::uint64_t served(const World& world, std::size_t provider) {
  return world.provider(provider).counts().admitted;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failover)

BOOST_AUTO_TEST_CASE(equal_endpoints_share_the_load_after_eight_extra_requests) {
  World world(of_two(40, 40));
  run_to_the_end(world);
  BOOST_REQUIRE_EQUAL(world.checked().size(), 1u);
  BOOST_TEST(world.checked()[0].equal);
  BOOST_TEST(world.checked()[0].reason == "8 items agree to 0 nats");
  BOOST_TEST(served(world, 0) + served(world, 1) == 4'008u);
  BOOST_TEST(served(world, 1) >= 1'600u);
}

BOOST_AUTO_TEST_CASE(the_larger_one_bears_more) {
  World world(of_two(10, 40));
  run_to_the_end(world);
  const double share = static_cast<double>(served(world, 1)) / 4'008;
  BOOST_TEST(share >= 0.7);
  BOOST_TEST(share <= 0.85);
}

BOOST_AUTO_TEST_CASE(equal_limits_stick_to_the_first_while_it_has_room) {
  Scenario scenario = of_two(1'000, 1'000);
  scenario.terms.concurrency = 100;
  scenario.terms.requests_per_minute = 6'000;  // at 0.3 s each, 30 are in flight
  scenario.items = 1'000;
  scenario.policies = 1;
  for (ProviderTerms& provider : scenario.providers) provider.requests_per_minute = 6'000;
  World world(scenario);
  run_to_the_end(world);
  BOOST_TEST(served(world, 0) >= 500u);
  BOOST_TEST(served(world, 1) >= 300u);  // both limits are used
}

BOOST_AUTO_TEST_CASE(another_model_is_refused_and_gives_no_outcome) {
  Scenario scenario = of_two(40, 40);
  scenario.providers[1].other_weights = 0.2;
  World world(scenario);
  run_to_the_end(world);
  BOOST_REQUIRE_EQUAL(world.checked().size(), 1u);
  BOOST_TEST(!world.checked()[0].equal);
  BOOST_TEST((world.checked()[0].stand_in == pace::EndpointId{1}));
  BOOST_TEST(served(world, 1) <= 40u);
}

BOOST_AUTO_TEST_CASE(noise_of_both_is_no_difference) {
  Scenario scenario = of_two(40, 40);
  for (ProviderTerms& provider : scenario.providers) provider.noise = 0.01;
  World world(scenario);
  run_to_the_end(world);
  BOOST_REQUIRE_EQUAL(world.checked().size(), 1u);
  BOOST_TEST(world.checked()[0].equal);
}

BOOST_AUTO_TEST_CASE(a_small_difference_is_seen_through_the_noise) {
  Scenario scenario = of_two(40, 40);
  for (ProviderTerms& provider : scenario.providers) provider.noise = 0.01;
  scenario.providers[1].other_weights = 0.06;
  World world(scenario);
  run_to_the_end(world);
  BOOST_REQUIRE_EQUAL(world.checked().size(), 1u);
  BOOST_TEST(!world.checked()[0].equal);
}

BOOST_AUTO_TEST_CASE(a_compared_endpoint_goes_on_when_the_first_one_is_gone) {
  Scenario scenario = of_two(40, 40);
  scenario.providers[0].outages.push_back(
      {Instant{} + std::chrono::seconds(5), Instant{} + std::chrono::hours(2)});
  World world(scenario);
  run_to_the_end(world);
  BOOST_TEST((world.ended_at() - Instant{} < std::chrono::minutes(2)));
}

// The second is away until half of the work is done, and is compared when it is back.
BOOST_AUTO_TEST_CASE(an_endpoint_that_is_down_at_first_joins_later) {
  Scenario scenario = of_two(10, 40);
  scenario.providers[1].outages.push_back({Instant{}, Instant{} + std::chrono::seconds(50)});
  World world(scenario);
  run_to_the_end(world);
  BOOST_REQUIRE_EQUAL(world.checked().size(), 1u);
  BOOST_TEST(world.checked()[0].equal);
  BOOST_TEST(served(world, 1) >= 1'000u);
}

// Nobody can be compared with it any more.
BOOST_AUTO_TEST_CASE(without_the_first_one_an_uncompared_endpoint_ends_the_run) {
  Scenario scenario = of_two(40, 40);
  for (ProviderTerms& provider : scenario.providers) {
    provider.outages.push_back({Instant{}, Instant{} + std::chrono::hours(2)});
  }
  scenario.providers[1].outages[0].until = Instant{} + std::chrono::seconds(3);
  World world(scenario);
  run(world);
  BOOST_TEST(world.succeeded() == 0u);
  BOOST_REQUIRE(!world.halts().empty());
  BOOST_TEST((world.halts().back().scope == pace::Halt::Scope::run));
  BOOST_TEST((world.halts().back().cause == pace::Halt::Cause::unavailable));
}

BOOST_AUTO_TEST_CASE(kills_and_several_loops_change_nothing) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Scenario scenario = of_two(40, 40);
    scenario.seed = seed;
    scenario.items = 1'000;
    scenario.loops = 3;
    scenario.providers[0].lost_billed = 0.05;
    scenario.providers[1].mismatch = 0.05;
    scenario.providers[1].other_weights = seed % 2 == 0 ? 0.5 : 0;
    scenario.price = Price{200'000'000, 200'000'000};
    scenario.caps.requests = 2'500;
    for (int kill = 0; kill < 4; ++kill) scenario.crashes.push_back(std::chrono::seconds(2));
    World world(scenario);
    run(world);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
