#include "stats/rank_sum.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace assay::stats {

BOOST_AUTO_TEST_SUITE(rank_sum)

// By hand: ranks 1..6, the first sample holds 4, 5, 6: W = 15, mean 10.5, variance 5.25.
BOOST_AUTO_TEST_CASE(rank_sums_without_ties_are_the_textbook_s) {
  const std::array<std::uint64_t, 6> first{0, 0, 0, 1, 1, 1};
  const std::array<std::uint64_t, 6> second{1, 1, 1, 0, 0, 0};
  const auto p = rank_sum_p(first, second);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(*p == 0.0495346, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(two_samples_alike_are_not_told_apart) {
  const std::array<std::uint64_t, 3> counts{10, 20, 10};
  const auto p = rank_sum_p(counts, counts);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(*p == 1.0, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(ties_of_all_values_or_an_empty_sample_have_no_p) {
  const std::array<std::uint64_t, 3> one_bin{0, 5, 0};
  const std::array<std::uint64_t, 3> none{};
  BOOST_TEST(!rank_sum_p(one_bin, one_bin).has_value());
  BOOST_TEST(!rank_sum_p(one_bin, none).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::stats
