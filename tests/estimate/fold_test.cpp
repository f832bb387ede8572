#include "estimate/fold.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(fold)

// From Python: int.from_bytes(hashlib.blake2b(b"<id>-<seed>-<K>", digest_size=8).digest(), "big") %
// K
BOOST_AUTO_TEST_CASE(folds_are_those_of_the_neighbouring_tool) {
  BOOST_TEST(fold_of("arena_0", 5, 42) == 2u);
  BOOST_TEST(fold_of("arena_1574", 5, 42) == 0u);
  BOOST_TEST(fold_of("arena_1574", 20, 3) == 3u);
  BOOST_TEST(fold_of("", 5, 42) == 0u);
  BOOST_TEST(fold_of("é", 7, 1042) == 2u);
}

BOOST_AUTO_TEST_CASE(folds_are_about_equal) {
  std::array<int, 5> sizes{};
  for (int i = 0; i < 5000; ++i) ++sizes.at(fold_of("id" + std::to_string(i), 5, 42));
  for (const int size : sizes) BOOST_TEST((size > 850 && size < 1150));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
