#include "core/rng.hpp"

#include "support/printers.hpp"

#include <array>
#include <cmath>
#include <random>

namespace assay {
namespace {

static_assert(std::uniform_random_bit_generator<Rng>);

BOOST_AUTO_TEST_SUITE(rng)

// Made with a Python rendering of the authors' xoshiro256** and splitmix64: a seed in a run's
// manifest must mean the same sequence for ever.
BOOST_AUTO_TEST_CASE(a_seed_gives_the_known_sequence) {
  Rng zero(0);
  for (const std::uint64_t expected :
       {0x99ec5f36cb75f2b4u, 0xbf6e1f784956452au, 0x1a5f849d4933e6e0u, 0x6aa594f1262d2d2cu}) {
    BOOST_TEST(zero() == expected);
  }
  Rng seven(7);
  BOOST_TEST(seven() == 0xb358faf74ef9765au);
}

BOOST_AUTO_TEST_CASE(uniform_lies_in_the_half_open_unit_interval) {
  Rng rng(3);
  double sum = 0.0;
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    const double draw = rng.uniform();
    BOOST_REQUIRE((draw >= 0.0 && draw < 1.0));
    sum += draw;
  }
  // The mean's standard deviation is 0.0009; five of them.
  BOOST_TEST(std::abs(sum / draws - 0.5) < 0.0046);
}

BOOST_AUTO_TEST_CASE(below_one_is_zero) {
  Rng rng(4);
  for (int i = 0; i < 100; ++i) BOOST_TEST(rng.below(1) == 0u);
}

BOOST_AUTO_TEST_CASE(below_gives_each_value_its_share) {
  Rng rng(5);
  std::array<int, 7> counts{};
  constexpr int draws = 70'000;
  for (int i = 0; i < draws; ++i) ++counts.at(rng.below(counts.size()));
  double chi_square = 0.0;
  for (const int count : counts) chi_square += std::pow(count - 10'000.0, 2) / 10'000.0;
  BOOST_TEST(chi_square < 22.5);  // six degrees of freedom, p = 0.001
}

BOOST_AUTO_TEST_CASE(a_bound_that_does_not_divide_the_range_has_no_bias) {
  // Without rejection, the lower third of [0, 3 * 2^62) would be drawn half of the time.
  Rng rng(6);
  constexpr std::uint64_t third = std::uint64_t{1} << 62;
  int low = 0;
  for (int i = 0; i < 30'000; ++i) low += rng.below(3 * third) < third ? 1 : 0;
  BOOST_TEST(std::abs(low - 10'000) < 410);  // five standard deviations
}

BOOST_AUTO_TEST_CASE(a_split_generator_goes_its_own_way) {
  Rng parent(8);
  Rng child = parent.split();
  int equal_bits = 0;
  for (int i = 0; i < 1'000; ++i) equal_bits += 64 - std::popcount(parent() ^ child());
  // 64,000 fair coins: mean 32,000, standard deviation 126.
  BOOST_TEST(std::abs(equal_bits - 32'000) < 640);
}

BOOST_AUTO_TEST_CASE(splits_depend_on_the_seed_alone) {
  Rng one(9);
  Rng other(9);
  Rng one_child = one.split();
  Rng other_child = other.split();
  BOOST_TEST(one_child() == other_child());
  BOOST_TEST(one.split()() != one_child());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
