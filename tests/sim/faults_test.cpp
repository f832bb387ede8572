// Seeds: each draws a world of its own (limits, faults, outages, lies, caps, crashes), and the
// truths that World checks must hold in every one. A seed that fails is printed, and replays alike.

#include "world.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>

namespace assay::sim {
namespace {

Duration drawn_ms(Rng& rng, std::int64_t min, std::int64_t max) {
  const auto spread = static_cast<std::uint64_t>(max - min + 1);
  return std::chrono::milliseconds(min + static_cast<std::int64_t>(rng.below(spread)));
}

ProviderTerms drawn_provider(Rng& rng) {
  const auto maybe = [&rng](double share) { return rng.uniform() < share; };
  ProviderTerms terms;
  terms.kind = static_cast<Limiter::Kind>(rng.below(3));
  if (maybe(0.6)) terms.requests_per_minute = 600 + static_cast<double>(rng.below(12'000));
  if (maybe(0.5)) terms.tokens_per_minute = 60'000 + static_cast<double>(rng.below(1'000'000));
  if (maybe(0.4)) terms.concurrency = 2 + static_cast<std::int64_t>(rng.below(60));
  terms.requests_burst = 1 + static_cast<double>(rng.below(200));
  terms.tokens_burst = 5'000 + static_cast<double>(rng.below(50'000));
  terms.headers = static_cast<ProviderTerms::Headers>(rng.below(3));
  terms.stated_late = maybe(0.3);
  terms.retry_after = maybe(0.7);
  terms.latency_min = drawn_ms(rng, 5, 300);
  terms.latency_spread = drawn_ms(rng, 0, 600);
  terms.way_spread = drawn_ms(rng, 0, 40);
  const auto share = [&] { return maybe(0.5) ? 0.1 * rng.uniform() : 0.0; };
  terms.server_error = share();
  terms.overloaded = share();
  terms.lost_billed = share();
  terms.malformed = share();
  terms.mismatch = share();
  terms.stale = share();
  terms.usage_absent = share();
  terms.usage_zero = share();
  terms.usage_negative = share();
  if (maybe(0.3)) {
    const Instant from = Instant{} + drawn_ms(rng, 0, 20'000);
    terms.outages.push_back(
        {from, from + drawn_ms(rng, 500, 90'000), static_cast<ProviderTerms::Down>(rng.below(3))});
  }
  if (maybe(0.2)) terms.changes.push_back({Instant{} + drawn_ms(rng, 0, 20'000), 0.5});
  return terms;
}

Scenario drawn_scenario(std::uint64_t seed) {
  Rng rng(seed * 7919 + 1);
  const auto maybe = [&rng](double share) { return rng.uniform() < share; };
  Scenario scenario;
  scenario.seed = seed;
  scenario.policies = 1 + rng.below(3);
  scenario.items = 20 + rng.below(200);
  scenario.loops = 1 + rng.below(3);
  scenario.prompts_per_request = maybe(0.3) ? 1 + rng.below(8) : 1;
  scenario.bytes_min = 50;
  scenario.bytes_max = 50 + static_cast<std::int64_t>(rng.below(4'000));
  scenario.providers.assign(1 + rng.below(2), {});
  for (ProviderTerms& terms : scenario.providers) terms = drawn_provider(rng);
  const ProviderTerms& first = scenario.providers.front();
  if (maybe(0.4) && first.requests_per_minute) {
    scenario.terms.requests_per_minute = static_cast<std::int64_t>(*first.requests_per_minute);
  }
  if (maybe(0.3)) scenario.terms.concurrency = 1 + static_cast<std::int64_t>(rng.below(100));
  if (maybe(0.9)) scenario.price = Price{200'000'000, 400'000'000};
  // About what all of it costs, times a factor: below 1 the cap is reached.
  const auto tokens = static_cast<double>(scenario.items * scenario.policies) *
                      static_cast<double>(scenario.bytes_min + scenario.bytes_max) / 2 *
                      scenario.tokens_per_byte;
  const auto scaled = [&rng](double whole) {
    return static_cast<std::int64_t>(whole * (0.2 + 3 * rng.uniform())) + 1;
  };
  if (scenario.price && maybe(0.5)) scenario.caps.usd = NanoUsd{scaled(tokens * 200)};
  if (maybe(0.3)) scenario.caps.tokens = TokenCount{scaled(tokens)};
  if (maybe(0.3)) {
    scenario.caps.requests = scaled(static_cast<double>(scenario.items * scenario.policies));
  }
  if (maybe(0.3)) {
    scenario.policy_caps.resize(scenario.policies);
    scenario.policy_caps.back().tokens = TokenCount{scaled(tokens / 2)};
  }
  for (std::uint64_t n = maybe(0.5) ? rng.below(6) : 0; n > 0; --n) {
    scenario.crashes.push_back(drawn_ms(rng, 0, 15'000));
  }
  for (ProviderTerms& terms : scenario.providers) {  // drawn last: seeds keep their worlds
    if (maybe(0.3)) terms.noise = 0.02 * rng.uniform();
    if (maybe(0.2)) terms.other_weights = 0.3 * rng.uniform();
    if (maybe(0.2)) terms.breaks = 0.05 * rng.uniform();
  }
  return scenario;
}

std::uint64_t count_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

void run_seed(std::uint64_t seed) {
  World world(drawn_scenario(seed));
  world.run();
  for (const std::string& complaint : world.complaints()) {
    BOOST_ERROR("seed " << seed << ": " << complaint);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(faults)

// ASSAY_SIM_FIRST and ASSAY_SIM_SEEDS choose others.
BOOST_AUTO_TEST_CASE(every_truth_holds_in_a_thousand_worlds) {
  const std::uint64_t first = count_of("ASSAY_SIM_FIRST", 1);
  const std::uint64_t seeds = count_of("ASSAY_SIM_SEEDS", 1'000);
  BOOST_TEST_MESSAGE("seeds from " << first << ", " << seeds << " of them");
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) run_seed(seed);
}

// Seeds that once failed, each with what it found.
BOOST_AUTO_TEST_CASE(what_hangs_in_an_outage_counts_as_in_flight_while_it_recovers) {
  run_seed(723);
}

BOOST_AUTO_TEST_CASE(a_seed_replays_alike) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World first(drawn_scenario(seed));
    World second(drawn_scenario(seed));
    first.run();
    second.run();
    BOOST_TEST(first.trace() == second.trace());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
