// Refusals that no limit explains must not cost the concurrency, alone or beside a real limit.

#include "world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <ostream>
#include <string>

namespace assay::sim {
namespace {

enum class Status : std::uint8_t { refused_429, overloaded_503 };
enum class Hint : std::uint8_t { none, one_second };

std::ostream& operator<<(std::ostream& out, Status status) {
  return out << (status == Status::refused_429 ? "429" : "503");
}
std::ostream& operator<<(std::ostream& out, Hint hint) {
  return out << (hint == Hint::none ? "no hint" : "hint 1 s");
}

constexpr std::uint64_t seeds = 5;

// Answers take 0.15 to 0.45 s and 10 ms are lost on the way.
Scenario scenario_of(double share, Status status, Hint hint) {
  Scenario scenario;
  scenario.items = 30'000;
  ProviderTerms& provider = scenario.providers[0];
  provider.headers = ProviderTerms::Headers::none;
  (status == Status::refused_429 ? provider.refused_by_chance : provider.overloaded_by_chance) =
      share;
  if (hint == Hint::one_second) provider.hint_by_chance = std::chrono::seconds(1);
  return scenario;
}

struct Figures {
  double used = 0;     // of the places that there were, over all seeds the least
  double refused = 0;  // for a limit, the most
};

// `places`: how many requests could have been worked on at once, on the average.
Figures measure(Scenario scenario, double places) {
  Figures figures{1, 0};
  for (scenario.seed = 1; scenario.seed <= seeds; ++scenario.seed) {
    World world(scenario);
    world.run();
    for (const std::string& complaint : world.complaints()) {
      BOOST_ERROR("seed " << scenario.seed << ": " << complaint);
    }
    const Provider& provider = world.provider();
    const double span =
        std::chrono::duration<double>(world.last_sent_at().time_since_epoch()).count();
    figures.used = std::min(figures.used, provider.busy_seconds() / (places * span));
    figures.refused = std::max(figures.refused,
                               static_cast<double>(provider.counts().refused) /
                                   static_cast<double>(provider.counts().arrived));
  }
  std::cout << boost::unit_test::framework::current_test_unit().full_name() << ": used "
            << figures.used << ", refused for a limit " << figures.refused << "\n";
  return figures;
}

const auto shares = boost::unit_test::data::make({0.01, 0.05, 0.10});
const auto statuses = boost::unit_test::data::make({Status::refused_429, Status::overloaded_503});
const auto hints = boost::unit_test::data::make({Hint::none, Hint::one_second});

}  // namespace

BOOST_AUTO_TEST_SUITE(chance)

BOOST_DATA_TEST_CASE(
    a_configured_concurrency_is_kept, shares* statuses* hints, share, status, hint) {
  Scenario scenario = scenario_of(share, status, hint);
  scenario.terms.concurrency = 128;
  const Figures figures = measure(scenario, 128);
  // What is lost is the first seconds, in which nobody can know yet: every hint pauses all.
  BOOST_TEST(figures.used >= (hint == Hint::none ? 0.90 : 0.75));
}

BOOST_DATA_TEST_CASE(
    a_hidden_limit_is_found_all_the_same, shares* statuses* hints, share, status, hint) {
  Scenario scenario = scenario_of(share, status, hint);
  scenario.providers[0].concurrency = 40;
  const Figures figures = measure(scenario, 40);
  BOOST_TEST(figures.used >= (share > 0.05 && hint == Hint::one_second ? 0.70 : 0.85));
  BOOST_TEST(figures.refused < 0.01);
}

BOOST_DATA_TEST_CASE(a_hidden_limit_that_halves_is_followed,
                     boost::unit_test::data::make({0.0, 0.01, 0.05}),
                     share) {
  Scenario scenario = scenario_of(share, Status::refused_429, Hint::none);
  scenario.items = 20'000;
  scenario.providers[0].concurrency = 40;
  // Half of the work is done at 40 by then; the rest takes twice as long.
  scenario.providers[0].changes.push_back({Instant{} + std::chrono::seconds(75), 0.5});
  World world(scenario);
  world.run();
  for (const std::string& complaint : world.complaints()) BOOST_ERROR(complaint);
  const Provider& provider = world.provider();
  const double span =
      std::chrono::duration<double>(world.last_sent_at().time_since_epoch()).count();
  const double used = provider.busy_seconds() / (40 * 75 + 20 * (span - 75));
  const double refused = static_cast<double>(provider.counts().refused) /
                         static_cast<double>(provider.counts().arrived);
  std::cout << "halved, " << share << " by chance: used " << used << ", refused " << refused
            << ", span " << span << "\n";
  BOOST_TEST(used >= (share == 0 ? 0.95 : 0.85));
  BOOST_TEST(refused < 0.01);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
