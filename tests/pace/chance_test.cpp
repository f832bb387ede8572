#include "pace/chance.hpp"

#include "core/rng.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

constexpr std::int64_t in_flight = 64;

struct Stage {
  Chance chance;
  Rng rng{7};
  std::uint64_t sent = 0;

  // Sends `count` of which `share` are refused; how many of these chance does not explain.
  int unexplained(double share, int count) {
    int surprises = 0;
    for (int i = 0; i < count; ++i) {
      ++sent;
      if (rng.uniform() >= share) continue;
      if (!chance.explains_refusal(sent, sent, in_flight)) ++surprises;
    }
    return surprises;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(chance, Stage)

BOOST_DATA_TEST_CASE_F(Stage,
                       what_comes_at_the_known_share_is_explained,
                       boost::unit_test::data::make({0.01, 0.05, 0.1}),
                       share) {
  chance.learn(static_cast<std::int64_t>(1'000 * share), 1'000, 0);
  BOOST_TEST(unexplained(share, 100'000) <= 10);
}

BOOST_DATA_TEST_CASE_F(Stage,
                       an_overload_is_told_within_twenty_five_requests,
                       boost::unit_test::data::make({0.01, 0.05, 0.1}),
                       share) {
  chance.learn(static_cast<std::int64_t>(1'000 * share), 1'000, 0);
  static_cast<void>(unexplained(share, 1'000));
  BOOST_TEST(unexplained(0.9, 25) > 0);
}

BOOST_AUTO_TEST_CASE(a_share_that_moves_is_followed) {
  chance.learn(100, 1'000, 0);
  static_cast<void>(unexplained(0.01, 10'000));
  BOOST_TEST(chance.share() < 0.02);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
