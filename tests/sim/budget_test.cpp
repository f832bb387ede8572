// A cap is never exceeded by the provider's own bill, and is used well: data that needs 2.5 times
// the cap, answers lost after billing, usage absent, zero, negative or absurd, kills.

#include "world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>
#include <ostream>
#include <string>
#include <utility>

namespace assay::sim {
namespace {

enum class Capped : std::uint8_t { usd, tokens, requests };

std::ostream& operator<<(std::ostream& out, Capped capped) {
  constexpr const char* names[] = {"dollars", "tokens", "requests"};
  return out << names[static_cast<std::size_t>(capped)];
}

// A tenth of what the cap pays for is in flight at once, so that ten kills leave most of it.
constexpr std::size_t items = 25'000;

Scenario costly(std::uint64_t seed, Capped capped) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.items = items;
  scenario.bytes_min = 100;
  scenario.bytes_max = 300;
  scenario.tokens_per_byte = 0.25;
  scenario.terms.concurrency = 256;
  scenario.price = Price{200'000'000, 200'000'000};
  ProviderTerms& provider = scenario.providers[0];
  provider.headers = ProviderTerms::Headers::none;
  // 200 bytes each on the average, a quarter of it tokens, and one token of output.
  const auto tokens = static_cast<std::int64_t>(items * 51);
  if (capped == Capped::usd) scenario.caps.usd = NanoUsd{tokens * 200 * 2 / 5};
  if (capped == Capped::tokens) scenario.caps.tokens = TokenCount{tokens * 2 / 5};
  if (capped == Capped::requests) scenario.caps.requests = items * 2 / 5;
  return scenario;
}

void add_ghosts(Scenario& scenario) {
  ProviderTerms& provider = scenario.providers[0];
  provider.lost_billed = 0.02;
  provider.malformed = 0.01;
  provider.server_error = 0.02;
  provider.stale = 0.02;
  provider.usage_absent = 0.01;
  provider.usage_zero = 0.01;
  provider.usage_negative = 0.01;
}

// Parts of the cap.
struct Used {
  double billed;   // truly, of the cap less what nobody knows
  double unknown;  // of the cap
};

Used used(const World& world, const Scenario& scenario) {
  const pace::Amount& bill = world.provider().bill();
  const pace::Amount unknown = world.unknown();
  const auto share = [](std::int64_t billed, std::int64_t cap, std::int64_t lost) {
    return Used{static_cast<double>(billed) / static_cast<double>(cap - lost),
                static_cast<double>(lost) / static_cast<double>(cap)};
  };
  if (scenario.caps.usd) {
    return share(bill.usd.nanos(), scenario.caps.usd->nanos(), unknown.usd.nanos());
  }
  if (scenario.caps.tokens) {
    return share(bill.tokens.value, scenario.caps.tokens->value, unknown.tokens.value);
  }
  return share(bill.requests, *scenario.caps.requests, unknown.requests);
}

Used run(const Scenario& scenario) {
  World world(scenario);
  world.run();
  for (const std::string& complaint : world.complaints()) {
    BOOST_ERROR("seed " << scenario.seed << ": " << complaint);
  }
  const auto of_budget = [](const pace::Halt& halt) {
    return halt.cause == pace::Halt::Cause::budget;
  };
  BOOST_TEST(std::ranges::any_of(world.halts(), of_budget));
  return used(world, scenario);
}

const auto all_caps = boost::unit_test::data::make({Capped::usd, Capped::tokens, Capped::requests});

}  // namespace

BOOST_AUTO_TEST_SUITE(budget)

BOOST_DATA_TEST_CASE(a_quiet_run_uses_95_percent_of_its_cap, all_caps, capped) {
  const double share = run(costly(1, capped)).billed;
  std::cout << capped << ": used " << share << "\n";
  BOOST_TEST(share >= 0.95);
  BOOST_TEST(share <= 1.0);
}

BOOST_DATA_TEST_CASE(ghosts_and_ten_kills_never_exceed_the_cap, all_caps, capped) {
  double least = 2;
  double most_unknown = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Scenario scenario = costly(seed, capped);
    add_ghosts(scenario);
    Rng rng(seed);
    for (int kill = 0; kill < 10; ++kill) {
      scenario.crashes.push_back(std::chrono::milliseconds(50 + rng.below(1'000)));
    }
    const Used share = run(scenario);
    least = std::min(least, share.billed);
    most_unknown = std::max(most_unknown, share.unknown);
  }
  std::cout << capped << ", 50 seeds with 10 kills: used at least " << least
            << " of what is not unknown, which is at most " << most_unknown << "\n";
  BOOST_TEST(least >= 0.90);
}

// Twenty seeds for each axis: the run is not capped, each policy is.
BOOST_DATA_TEST_CASE(policies_keep_their_own_caps_through_ten_kills, all_caps, capped) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Scenario scenario = costly(seed, capped);
    add_ghosts(scenario);
    scenario.items = items / 2;
    scenario.policies = 2;
    scenario.policy_caps = {std::exchange(scenario.caps, {}), {}};
    scenario.policy_caps[1] = scenario.policy_caps[0];
    Rng rng(seed);
    for (int kill = 0; kill < 10; ++kill)
      scenario.crashes.push_back(std::chrono::milliseconds(50 + rng.below(1'000)));
    World world(scenario);
    world.run();
    for (const std::string& complaint : world.complaints())
      BOOST_ERROR("seed " << seed << ": " << complaint);
    BOOST_TEST(world.provider().bills().size() == 2u);
  }
}

// Rows of very different sizes: those that no longer fit are passed over, smaller ones fill the
// rest.
BOOST_AUTO_TEST_CASE(one_large_row_does_not_keep_smaller_ones_from_the_rest_of_the_cap) {
  Scenario scenario = costly(1, Capped::usd);
  scenario.items = 500;
  scenario.bytes_min = 10;
  scenario.bytes_max = 100'000;
  scenario.terms.concurrency = 4;
  scenario.caps.usd = NanoUsd{200 * 13'000 * 100};
  const double share = run(scenario).billed;
  std::cout << "rows of 10 to 100,000 bytes: used " << share << "\n";
  BOOST_TEST(share >= 0.99);
}

BOOST_AUTO_TEST_CASE(usage_above_the_bound_is_recorded_and_stops_the_endpoint) {
  Scenario scenario = costly(1, Capped::usd);
  scenario.providers[0].usage_above = 0.01;
  World world(scenario);
  world.run();
  for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
  BOOST_REQUIRE(!world.halts().empty());
  BOOST_TEST((world.halts().front().cause == pace::Halt::Cause::usage_above_bound));
  BOOST_TEST(world.committed().usd.nanos() >= 1'000'000 * 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
