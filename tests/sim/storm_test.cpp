// A provider that goes away and comes back.

#include "world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <ostream>
#include <string>

namespace assay::sim {

std::ostream& operator<<(std::ostream& out, ProviderTerms::Down how) {
  constexpr const char* names[] = {"refuses", "silent", "server error", "overloaded"};
  return out << names[static_cast<std::size_t>(how)];
}

namespace {

constexpr Duration down_at = std::chrono::seconds(10);
constexpr Duration down_for = std::chrono::seconds(60);

Scenario with_outage(ProviderTerms::Down how) {
  Scenario scenario;
  scenario.items = 200'000;
  scenario.terms.concurrency = 5'000;
  ProviderTerms& provider = scenario.providers[0];
  provider.headers = ProviderTerms::Headers::none;
  provider.latency_min = std::chrono::milliseconds(400);
  provider.latency_spread = std::chrono::milliseconds(400);
  provider.outages.push_back({Instant{} + down_at, Instant{} + down_at + down_for, how});
  return scenario;
}

// Requests sent in the seconds [from, until) after the start.
std::int64_t sent_between(const World& world, std::int64_t from, std::int64_t until) {
  std::int64_t sent = 0;
  for (const auto& [second, count] : world.sent_per_second()) {
    if (second >= from && second < until) sent += count;
  }
  return sent;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(storm)

BOOST_DATA_TEST_CASE(five_thousand_in_flight_stay_polite_and_nothing_fails,
                     boost::unit_test::data::make({ProviderTerms::Down::refuses,
                                                   ProviderTerms::Down::silent,
                                                   ProviderTerms::Down::server_error,
                                                   ProviderTerms::Down::overloaded}),
                     how) {
  World world(with_outage(how));
  world.run();
  for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
  BOOST_TEST(world.failed() == 0);
  BOOST_TEST(world.succeeded() == 200'000);
  const auto before = static_cast<double>(sent_between(world, 4, 9)) / 5;
  std::cout << "before " << before << "/s; during " << world.provider().counts().arrived_down
            << "; then";
  for (std::int64_t s = 68; s < 82; ++s) std::cout << " " << sent_between(world, s, s + 1);
  std::cout << "\n";
  // Of what was sent once it was down, all but what filled the places of answers still due is
  // surplus.
  BOOST_TEST(sent_between(world, 10, 70) <= 1.1 * before);
  BOOST_TEST(sent_between(world, 20, 70) <= 60);
  // Full speed again within 5 s of its return.
  BOOST_TEST(static_cast<double>(sent_between(world, 75, 80)) / 5 >= 0.9 * before);
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_stays_away_ends_the_run_as_unavailable) {
  Scenario scenario = with_outage(ProviderTerms::Down::refuses);
  scenario.providers[0].outages[0].until = Instant{} + std::chrono::hours(2);
  World world(scenario);
  world.run();
  for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
  BOOST_TEST(world.failed() == 0);
  BOOST_REQUIRE(!world.halts().empty());
  BOOST_TEST((world.halts().back().cause == pace::Halt::Cause::unavailable));
  BOOST_TEST((world.ended_at() - Instant{} < std::chrono::minutes(11)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
