#include "journal/key_index.hpp"

#include "journal/builders.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace assay;
using namespace assay::journal;

BOOST_AUTO_TEST_SUITE(key_index)

BOOST_AUTO_TEST_CASE(in_tiny_memory_it_agrees_with_sets) {
  const TempFolder folder;
  const std::uint64_t seed = 20260718;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  for (int round = 0; round < 60; ++round) {
    WorkIndexBuilder builder(
        folder.path(), {.buffer_bytes = 24 * (2 + rng.below(30)), .fan_in = 2 + rng.below(4)});
    std::set<ContentKey> done;
    for (std::uint64_t i = rng.below(150); i > 0; --i) {
      const ContentKey key = key_from(rng.below(300));
      done.insert(key);
      BOOST_REQUIRE(builder.add_outcome(key, Standing::proved));
    }
    std::set<ContentKey> seen;
    std::vector<bool> expected;
    std::uint64_t unusable = 0;
    for (std::uint64_t i = rng.below(600); i > 0; --i) {
      if (rng.below(20) == 0) {
        builder.add_unusable();
        expected.push_back(false);
        ++unusable;
        continue;
      }
      const ContentKey key = key_from(rng.below(200));
      BOOST_REQUIRE(builder.add_item(expected.size(), key));
      expected.push_back(seen.insert(key).second && !done.contains(key));
    }

    const auto index = std::move(builder).build();

    BOOST_REQUIRE(index);
    BOOST_REQUIRE_EQUAL(index->items, expected.size());
    BOOST_REQUIRE_EQUAL(index->unusable, unusable);
    BOOST_REQUIRE_EQUAL(index->distinct, seen.size());
    BOOST_REQUIRE_EQUAL(index->distinct - index->done, index->to_do.count());
    std::uint64_t next = index->to_do.next_set(0);
    for (std::uint64_t i = 0; i < expected.size(); ++i) {
      BOOST_REQUIRE_EQUAL(index->to_do.test(i), expected[i]);
      if (!expected[i]) continue;
      BOOST_REQUIRE_EQUAL(next, i);
      next = index->to_do.next_set(i + 1);
    }
    BOOST_REQUIRE_EQUAL(next, expected.size());
  }
}

BOOST_AUTO_TEST_CASE(no_items_give_an_empty_index) {
  WorkIndexBuilder builder("/nowhere");

  const auto index = std::move(builder).build();

  BOOST_REQUIRE(index);
  BOOST_CHECK_EQUAL(index->items, 0);
  BOOST_CHECK_EQUAL(index->to_do.next_set(0), 0);
}

BOOST_AUTO_TEST_CASE(a_value_settles_for_good_and_of_failures_the_last_counts) {
  const TempFolder folder;
  WorkIndexBuilder builder(folder.path());
  const auto add = [&](std::uint64_t number, std::vector<Standing> standings) {
    BOOST_REQUIRE(builder.add_item(number, key_from(number)));
    for (const Standing standing : standings)
      BOOST_REQUIRE(builder.add_outcome(key_from(number), standing));
  };
  add(0, {Standing::reopened, Standing::proved});
  add(1, {Standing::proved, Standing::reopened});
  add(2, {Standing::reopened, Standing::failed});
  add(3, {Standing::failed, Standing::reopened});
  add(4, {});

  const auto index = std::move(builder).build();

  BOOST_REQUIRE(index);
  std::set<std::uint64_t> to_do;
  for (std::uint64_t i = 0; i < index->items; ++i) {
    if (index->to_do.test(i)) to_do.insert(i);
  }
  BOOST_CHECK((to_do == std::set<std::uint64_t>{3, 4}));
  BOOST_TEST(index->done == 3u);
}

BOOST_AUTO_TEST_CASE(only_what_was_reopened_is_done_when_nothing_else_is_asked_for) {
  const TempFolder folder;
  WorkIndexBuilder builder(folder.path(), {}, Scope::reopened);
  for (std::uint64_t number = 0; number < 3; ++number)
    BOOST_REQUIRE(builder.add_item(number, key_from(number)));
  BOOST_REQUIRE(builder.add_outcome(key_from(0), Standing::proved));
  BOOST_REQUIRE(builder.add_outcome(key_from(1), Standing::reopened));

  const auto index = std::move(builder).build();

  BOOST_REQUIRE(index);
  BOOST_TEST(index->to_do.count() == 1u);
  BOOST_TEST(index->to_do.test(1));
  BOOST_TEST(index->left_out == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
