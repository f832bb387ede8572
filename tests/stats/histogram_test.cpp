#include "stats/histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace assay::stats {
namespace {

BOOST_AUTO_TEST_SUITE(histogram)

BOOST_AUTO_TEST_CASE(an_inner_edge_belongs_to_the_upper_bin_and_the_last_edge_to_the_last) {
  const std::vector<double> values{0, 0.5, 1};
  const std::vector<double> expected{1, 2};
  BOOST_TEST(Bins(0, 1, 2).masses(values) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_sample_overlaps_itself_wholly_and_a_distant_one_not_at_all) {
  const std::vector<double> low{0, 0.1, 0.1};
  const std::vector<double> high{0.9, 1};
  BOOST_TEST(*bhattacharyya(low, low) == 1.0, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(*bhattacharyya(low, high) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_constant_score_overlaps_itself) {
  const std::vector<double> constant{0.5, 0.5};
  BOOST_TEST(*bhattacharyya(constant, constant) == 1.0);
}

BOOST_AUTO_TEST_CASE(an_empty_side_or_weights_without_mass_are_undefined) {
  const std::vector<double> some{0.1, 0.4};
  const std::vector<double> nothing{0, 0};
  BOOST_TEST(!bhattacharyya(some, {}).has_value());
  BOOST_TEST(!bhattacharyya(some, some, nothing).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::stats
