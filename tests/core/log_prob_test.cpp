#include "support/builders.hpp"
#include "support/printers.hpp"
#include <assay/log_prob.hpp>

#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

namespace assay {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T>
concept adds_up = requires(T value) { value + value; };

// Promise 1 in the type: no default, no number from nothing, none by accident.
static_assert(!std::is_default_constructible_v<LogProb>);
static_assert(!std::is_constructible_v<LogProb, double>);
static_assert(!std::is_convertible_v<double, LogProb>);
static_assert(!std::is_convertible_v<LogProb, double>);
static_assert(!std::is_constructible_v<LogProb, std::optional<LogProb>>);
static_assert(!adds_up<LogProb>);

BOOST_AUTO_TEST_SUITE(log_prob)

BOOST_AUTO_TEST_CASE(finite_values_up_to_zero_are_kept_as_they_are) {
  for (const double nats : {0.0, -0.0, -1e-300, -14.72, -1e300}) {
    BOOST_TEST(LogProb::from_nats(nats).value().nats() == nats);
  }
}

BOOST_AUTO_TEST_CASE(a_hair_above_zero_is_kept_and_never_clamped) {
  BOOST_TEST(LogProb::from_nats(1e-6).value().nats() == 1e-6);
  BOOST_TEST(!LogProb::from_nats(std::nextafter(1e-6, 1.0)).has_value());
  BOOST_TEST(!LogProb::from_nats(0.5).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_refused_with_a_reason) {
  for (const double nats : {infinity, -infinity, std::nan("")}) {
    const auto logprob = LogProb::from_nats(nats);
    BOOST_REQUIRE(!logprob);
    BOOST_TEST(logprob.error().find("not finite") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(no_tokens_have_no_sum) {
  BOOST_TEST(!LogProb::sum({}).has_value());
}

BOOST_AUTO_TEST_CASE(one_token_is_its_own_sum) {
  const std::vector<double> tokens{-0.1};
  BOOST_TEST(LogProb::sum(tokens).value() == test::log_prob(-0.1));
}

BOOST_AUTO_TEST_CASE(a_bad_token_is_named_by_its_place) {
  const std::vector<double> tokens{-1.0, -2.0, std::nan(""), -3.0};
  const auto sum = LogProb::sum(tokens);
  BOOST_REQUIRE(!sum);
  BOOST_TEST(sum.error().starts_with("token 2: "));
}

BOOST_AUTO_TEST_CASE(a_good_sum_does_not_excuse_a_bad_token) {
  const std::vector<double> tokens{-5.0, 0.5};
  BOOST_TEST(!LogProb::sum(tokens).has_value());
}

BOOST_AUTO_TEST_CASE(a_sum_past_the_range_of_doubles_is_refused) {
  const std::vector<double> tokens{-1.7e308, -1.7e308};
  BOOST_TEST(!LogProb::sum(tokens).has_value());
}

BOOST_AUTO_TEST_CASE(many_small_tokens_after_a_large_one_are_not_lost) {
  // Each -1e-17 vanishes beside -1 in plain summation; together they are -1e-11.
  std::vector<double> tokens(1'000'001, -1e-17);
  tokens.front() = -1.0;
  BOOST_TEST(LogProb::sum(tokens).value().nats() == -1.00000000001);
}

BOOST_AUTO_TEST_CASE(a_large_token_after_small_ones_does_not_swallow_them) {
  // Kahan's own compensation fails here, Neumaier's does not. 2^53 + 1 - 2^53 has no cancelling
  // partner among log-probs, so the lost unit shows in the sum of two halves.
  const std::vector<double> tokens{-1.0, -0x1p53, -1.0};
  BOOST_TEST(LogProb::sum(tokens).value().nats() == -0x1p53 - 2.0);
}

BOOST_AUTO_TEST_CASE(a_million_tenths_sum_to_the_nearest_double) {
  const std::vector<double> tokens(1'000'000, -0.1);
  // 0.1 as a double is 0.1000000000000000055511...; a million of it, rounded once.
  BOOST_TEST(LogProb::sum(tokens).value().nats() == -100000.0);
}

BOOST_AUTO_TEST_CASE(the_order_of_tokens_does_not_matter) {
  std::vector<double> tokens;
  for (int i = 0; i < 1'000; ++i) tokens.push_back(-std::ldexp(1.0 + i * 1e-3, i % 60 - 30));
  const std::vector<double> reversed(tokens.rbegin(), tokens.rend());
  BOOST_TEST(LogProb::sum(tokens).value() == LogProb::sum(reversed).value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
