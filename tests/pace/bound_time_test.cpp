#include "pace/bound_time.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using std::chrono::seconds;

constexpr Binding rpm{Binding::Kind::requests_per_minute, 6'000, Source::config};

Instant at(Duration since_epoch) {
  return Instant{} + since_epoch;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bound_time)

BOOST_AUTO_TEST_CASE(each_limit_has_its_share_and_the_largest_comes_first) {
  BoundTime time(at({}));
  time.on_binding(rpm, at(seconds(1)));
  time.on_binding({}, at(seconds(4)));
  const auto shares = time.shares();
  BOOST_REQUIRE(shares.size() == 2u);
  BOOST_TEST(shares[0].limit == "RPM 6,000, from config");
  BOOST_TEST(shares[0].share == 0.75);
  BOOST_TEST(shares[1].limit == "nothing");
}

BOOST_AUTO_TEST_CASE(a_concurrency_being_sought_is_one_limit_under_its_latest_value) {
  BoundTime time(at({}));
  for (std::int64_t n = 1; n <= 10; ++n) {
    time.on_binding({Binding::Kind::concurrency, n, Source::found}, at(seconds(n - 1)));
  }
  time.on_binding({}, at(seconds(10)));
  BOOST_REQUIRE(time.shares().size() == 1u);
  BOOST_TEST(time.shares()[0].limit == "concurrency 10, found");
}

BOOST_AUTO_TEST_CASE(loops_add_up) {
  BoundTime one(at({}));
  one.on_binding({}, at(seconds(1)));
  BoundTime other(at({}));
  other.on_binding(rpm, at({}));
  other.on_binding({}, at(seconds(1)));
  one.add(other);
  BOOST_TEST(one.shares().size() == 2u);
  BOOST_TEST(one.shares()[0].share == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
