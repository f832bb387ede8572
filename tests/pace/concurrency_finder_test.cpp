#include "pace/concurrency_finder.hpp"

#include "core/rng.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace assay::pace {
namespace {

// A provider that takes `allowed` at once, and a client that always has as many under way as the
// finder says; rounds of one answer each. A request takes the place of one that was answered, so
// that each is sent as the last of `limit`.
struct Stage {
  ConcurrencyFinder finder{std::nullopt, 1, Limits{}};
  std::uint64_t sent = 0;
  int refused = 0;

  void round(std::int64_t allowed) {
    const std::int64_t limit = finder.limit();
    const std::uint64_t first = sent + 1;
    sent += static_cast<std::uint64_t>(limit);
    for (std::int64_t i = 1; i <= limit; ++i) {
      if (i <= allowed) {
        finder.on_success(limit, first + static_cast<std::uint64_t>(i) - 1);
      } else {
        ++refused;
        static_cast<void>(finder.on_refused(i, first + static_cast<std::uint64_t>(i) - 1, sent));
      }
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(concurrency_finder, Stage)

BOOST_AUTO_TEST_CASE(it_grows_by_half_per_round_until_refused) {
  for (int i = 0; i < 14; ++i) round(1'000'000);
  BOOST_TEST(finder.limit() >= 50);
  BOOST_TEST((finder.source() == Source::none));
}

BOOST_AUTO_TEST_CASE(it_settles_just_below_what_was_refused) {
  for (int i = 0; i < 20; ++i) round(40);
  BOOST_TEST(finder.limit() >= 38);
  BOOST_TEST(finder.limit() <= 41);
  BOOST_TEST((finder.source() == Source::found));
}

BOOST_AUTO_TEST_CASE(once_settled_less_than_one_in_a_thousand_is_refused) {
  for (int i = 0; i < 20; ++i) round(40);
  refused = 0;
  sent = 0;
  for (int i = 0; i < 1'000; ++i) round(40);
  BOOST_TEST(refused * 1'000 < static_cast<int>(sent));
}

BOOST_AUTO_TEST_CASE(a_halved_limit_is_followed_within_a_few_rounds) {
  for (int i = 0; i < 20; ++i) round(40);
  for (int i = 0; i < 10; ++i) round(20);
  BOOST_TEST(finder.limit() >= 10);
  BOOST_TEST(finder.limit() <= 25);
  for (int i = 0; i < 20; ++i) round(20);
  BOOST_TEST(finder.limit() >= 18);
}

BOOST_AUTO_TEST_CASE(a_configured_concurrency_is_the_start_and_the_most) {
  ConcurrencyFinder configured(64, 1, Limits{});
  BOOST_TEST(configured.limit() == 64);
  for (std::uint64_t i = 1; i <= 1'000; ++i) configured.on_success(64, i);
  BOOST_TEST(configured.limit() == 64);
}

BOOST_AUTO_TEST_CASE(refusals_at_random_cost_no_concurrency) {
  Rng rng(1);
  finder = ConcurrencyFinder(128, 1, Limits{});
  for (sent = 1; sent <= 20'000; ++sent) {
    if (rng.uniform() < 0.02) {
      static_cast<void>(finder.on_refused(finder.limit(), sent, sent));
    } else {
      finder.on_success(finder.limit(), sent);
    }
    if (sent > 2'000) BOOST_REQUIRE(finder.limit() >= 96);
  }
  BOOST_TEST((finder.on_refused(128, sent, sent) == ConcurrencyFinder::Refusal::chance));
}

BOOST_AUTO_TEST_CASE(once_refusals_are_known_as_chance_the_limit_is_what_it_was) {
  finder = ConcurrencyFinder(128, 1, Limits{});
  auto refusal = ConcurrencyFinder::Refusal::limit;
  for (sent = 1; refusal != ConcurrencyFinder::Refusal::chance; ++sent) {
    BOOST_REQUIRE(sent < 2'000);
    if (sent % 50 == 0) {
      refusal = finder.on_refused(finder.limit(), sent, sent);
    } else {
      finder.on_success(finder.limit(), sent);
    }
  }
  BOOST_TEST(finder.limit() == 128);
}

BOOST_AUTO_TEST_CASE(a_request_refused_alone_shows_nothing) {
  BOOST_TEST((finder.on_refused(1, 1, 1) == ConcurrencyFinder::Refusal::overload));
  BOOST_TEST((finder.source() == Source::none));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
