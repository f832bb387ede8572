#include "journal/external_sort.hpp"

#include "journal/builders.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using namespace assay::journal;

namespace {

std::vector<std::uint64_t> sorted_by(ExternalSorter<std::uint64_t>& sorter) {
  std::vector<std::uint64_t> out;
  BOOST_REQUIRE(sorter.sort());
  for (;;) {
    const auto next = sorter.next();
    BOOST_REQUIRE(next);
    if (!*next) return out;
    out.push_back(**next);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(external_sort)

BOOST_AUTO_TEST_CASE(any_buffer_and_fan_in_sort_alike) {
  const TempFolder folder;
  const std::uint64_t seed = 20260717;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  for (int round = 0; round < 120; ++round) {
    const SortOptions options{.buffer_bytes = 8 * (2 + rng.below(40)), .fan_in = 2 + rng.below(5)};
    ExternalSorter<std::uint64_t> sorter(folder.path(), options);
    std::vector<std::uint64_t> expected;
    const std::uint64_t count = rng.below(1500);
    for (std::uint64_t i = 0; i < count; ++i) {
      expected.push_back(rng.below(700));
      BOOST_REQUIRE(sorter.add(expected.back()));
    }
    std::sort(expected.begin(), expected.end());
    BOOST_REQUIRE(sorted_by(sorter) == expected);
  }
}

BOOST_AUTO_TEST_CASE(nothing_sorts_to_nothing) {
  ExternalSorter<std::uint64_t> sorter("/nowhere");

  BOOST_CHECK(sorted_by(sorter).empty());
}

BOOST_AUTO_TEST_CASE(the_temporary_file_has_no_name) {
  const TempFolder folder;
  ExternalSorter<std::uint64_t> sorter(folder.path(), {.buffer_bytes = 64, .fan_in = 2});
  for (std::uint64_t i = 0; i < 1000; ++i) BOOST_REQUIRE(sorter.add(i));

  BOOST_CHECK(std::filesystem::is_empty(folder.path()));
}

BOOST_AUTO_TEST_CASE(a_folder_that_takes_no_file_is_an_error) {
  ExternalSorter<std::uint64_t> sorter("/nowhere/at/all", {.buffer_bytes = 16, .fan_in = 2});
  Status added;
  for (std::uint64_t i = 0; i < 10 && added; ++i) added = sorter.add(i);

  BOOST_REQUIRE(!added);
  BOOST_CHECK(added.error().code == Errc::io);
  BOOST_CHECK(added.error().detail.find("/nowhere/at/all") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
