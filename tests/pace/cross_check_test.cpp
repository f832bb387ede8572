#include "pace/cross_check.hpp"

#include "core/rng.hpp"
#include "printers.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace assay::pace {
namespace {

// Two endpoints: how far the second one's values lie from the first one's, and by how much (at
// most) each answer of either differs from the next. Nats per token.
struct Endpoints {
  double apart = 0;
  double noise = 0;
  std::uint64_t seed = 1;
};

constexpr std::int64_t tokens = 20;

// Feeds items until something is concluded; the number of items is left in `items`.
CrossCheck checked(const Endpoints& endpoints, int* items = nullptr) {
  CrossCheck check;
  Rng rng(endpoints.seed);
  int count = 0;
  for (; count < 100 && check.begin(); ++count) {
    const double value = -40 - static_cast<double>(count);
    const auto measured = [&](double apart) {
      const double noise = endpoints.noise * (2 * rng.uniform() - 1) * std::sqrt(tokens);
      return Measured{value + apart * tokens + noise, tokens};
    };
    CrossCheck::Pair pair;
    for (int i = 0; i < check.repeats(); ++i) {
      pair.reference.push_back(measured(0));
      pair.stand_in.push_back(measured(endpoints.apart));
    }
    check.add(pair);
  }
  if (items) *items = count;
  return check;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cross_check)

BOOST_AUTO_TEST_CASE(equal_to_the_last_digit_takes_one_answer_of_each_for_eight_items) {
  int items = 0;
  const CrossCheck check = checked({}, &items);
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::equal));
  BOOST_TEST(check.repeats() == 1);
  BOOST_TEST(items == 8);
}

BOOST_AUTO_TEST_CASE(another_model_is_different) {
  const CrossCheck check = checked({.apart = 0.3});
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::different));
  BOOST_TEST(check.reason() ==
             "the worst of 8 items differs by 6 nats over 20 tokens, and repeated answers by 0 per "
             "token");
}

BOOST_AUTO_TEST_CASE(a_difference_that_no_noise_explains_is_different_however_small) {
  BOOST_TEST((checked({.apart = 1e-4}).verdict() == CrossCheck::Verdict::different));
}

BOOST_AUTO_TEST_CASE(equals_with_noise_are_equal_on_a_thousand_seeds) {
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    const CrossCheck check = checked({.noise = 0.02, .seed = seed});
    if (check.verdict() != CrossCheck::Verdict::equal) ++refused;
  }
  BOOST_TEST(refused <= 5);  // one is expected; six or more come once in 1,700 runs
}

BOOST_AUTO_TEST_CASE(another_model_is_seen_through_the_noise_on_a_hundred_seeds) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const CrossCheck check = checked({.apart = 0.05, .noise = 0.02, .seed = seed});
    BOOST_TEST((check.verdict() == CrossCheck::Verdict::different));
  }
}

BOOST_AUTO_TEST_CASE(noise_that_hides_everything_is_no_agreement) {
  const CrossCheck check = checked({.noise = 1});
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::different));
  BOOST_TEST(check.reason().starts_with("its answers and the first one's repeat too badly"));
}

BOOST_AUTO_TEST_CASE(other_tokens_for_the_same_text_are_different_at_once) {
  CrossCheck check;
  BOOST_REQUIRE(check.begin());
  check.add({.reference = {{-1, 20}}, .stand_in = {{-1, 21}}});
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::different));
  BOOST_TEST(check.reason() == "a response of 20 tokens has 21 there");
}

BOOST_AUTO_TEST_CASE(no_more_than_eight_items_are_under_way) {
  CrossCheck check;
  int begun = 0;
  while (check.begin()) ++begun;
  BOOST_TEST(begun == 8);
  check.give_up();
  BOOST_TEST(check.begin());
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_measures_nothing_is_given_up) {
  CrossCheck check;
  for (int i = 0; i < 20; ++i) {
    BOOST_REQUIRE(check.begin());
    check.on_failed(make_failure(FailureClass::echo_mismatch, "byte 3"));
  }
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::different));
  BOOST_TEST(check.reason() ==
             "20 items in a row could not be measured there (echo_mismatch: byte 3)");
}

BOOST_AUTO_TEST_CASE(who_stood_equal_must_show_it_again) {
  CrossCheck check;
  const CrossCheck::Pair equal{{{-1.0, 3}}, {{-1.0, 3}}};
  const CrossCheck::Pair other{{{-1.0, 3}}, {{-1.0, 4}}};
  for (int i = 0; i < 7; ++i) {
    BOOST_REQUIRE(check.begin());
    check.add(equal);
  }
  check.check_again();  // nothing to be shown again
  BOOST_REQUIRE(check.begin());
  check.add(equal);
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::equal));
  check.check_again();
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::open));
  BOOST_REQUIRE(check.begin());
  check.add(other);
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::different));
  check.check_again();
  BOOST_TEST((check.verdict() == CrossCheck::Verdict::different));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
