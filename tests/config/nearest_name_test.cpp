#include "config/nearest.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace assay::config {

BOOST_AUTO_TEST_SUITE(nearest_name)

BOOST_AUTO_TEST_CASE(distance_counts_four_kinds_of_slips) {
  BOOST_TEST(edit_distance("", "") == 0u);
  BOOST_TEST(edit_distance("seed", "seed") == 0u);
  BOOST_TEST(edit_distance("sed", "seed") == 1u);
  BOOST_TEST(edit_distance("seeed", "seed") == 1u);
  BOOST_TEST(edit_distance("seat", "seed") == 2u);
  BOOST_TEST(edit_distance("sede", "seed") == 1u);
  BOOST_TEST(edit_distance("base_ulr", "base_url") == 1u);
}

BOOST_AUTO_TEST_CASE(the_nearest_name_is_near) {
  constexpr std::array<std::string_view, 3> names = {"seed", "dir", "detail"};
  BOOST_TEST(nearest("sede", names).value() == "seed");
  BOOST_TEST(nearest("detial", names).value() == "detail");
  BOOST_TEST(!nearest("temperature", names).has_value());
  BOOST_TEST(!nearest("", names).has_value());
}

BOOST_AUTO_TEST_CASE(alternatives_read_as_a_sentence) {
  constexpr std::array<std::string_view, 3> names = {"a", "b", "c"};
  BOOST_TEST(alternatives(names) == "a, b or c");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config
