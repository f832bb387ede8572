#include "core/grouped.hpp"

#include <boost/test/unit_test.hpp>

namespace assay {
namespace {

BOOST_AUTO_TEST_SUITE(grouped)

BOOST_AUTO_TEST_CASE(digits_are_grouped_in_threes) {
  BOOST_TEST(assay::grouped(0) == "0");
  BOOST_TEST(assay::grouped(999) == "999");
  BOOST_TEST(assay::grouped(1'000) == "1,000");
  BOOST_TEST(assay::grouped(1'234'567) == "1,234,567");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
