#include "crawl/canary_schedule.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::crawl {
namespace {

using std::chrono::minutes;

CanarySchedule schedule(std::uint32_t first_round = 0) {
  return {{.items = 3, .interval = minutes(10)}, {0, 1}, 1, first_round, Instant{}};
}

std::size_t due(CanarySchedule& canaries) {
  std::size_t count = 0;
  while (canaries.next()) ++count;
  return count;
}

BOOST_AUTO_TEST_SUITE(canary_schedule)

BOOST_AUTO_TEST_CASE(rows_wait_until_the_first_round_has_ended) {
  CanarySchedule canaries = schedule();
  BOOST_TEST(due(canaries) == 2u);
  BOOST_TEST(!canaries.is_open());
  BOOST_TEST(!canaries.on_ended());
  BOOST_TEST(canaries.on_ended());
  BOOST_TEST(canaries.is_open());
}

BOOST_AUTO_TEST_CASE(rounds_are_numbered_over_all_sessions) {
  CanarySchedule canaries = schedule(7);
  BOOST_TEST((canaries.next() == CanaryCall{.policy = 0, .canary = 0, .replicate = 7}));
  BOOST_TEST((canaries.next() == CanaryCall{.policy = 1, .canary = 0, .replicate = 7}));
  canaries.on_row(Instant{});
  canaries.on_last_row();
  BOOST_TEST(canaries.next()->replicate == 8u);
}

BOOST_AUTO_TEST_CASE(a_round_is_due_after_so_many_rows) {
  CanarySchedule canaries = schedule();
  BOOST_TEST(due(canaries) == 2u);
  canaries.on_row(Instant{});
  canaries.on_row(Instant{});
  BOOST_TEST(due(canaries) == 0u);
  canaries.on_row(Instant{});
  BOOST_TEST(due(canaries) == 2u);
}

BOOST_AUTO_TEST_CASE(a_round_is_due_after_so_much_time) {
  CanarySchedule canaries = schedule();
  BOOST_TEST(due(canaries) == 2u);
  canaries.on_row(Instant{} + minutes(9));
  BOOST_TEST(due(canaries) == 0u);
  canaries.on_row(Instant{} + minutes(10));
  BOOST_TEST(due(canaries) == 2u);
}

BOOST_AUTO_TEST_CASE(the_last_row_is_followed_by_one_round) {
  CanarySchedule canaries = schedule();
  BOOST_TEST(due(canaries) == 2u);
  canaries.on_row(Instant{});
  canaries.on_last_row();
  canaries.on_last_row();
  BOOST_TEST(due(canaries) == 2u);
}

BOOST_AUTO_TEST_CASE(the_rounds_of_a_run_are_foretold) {
  BOOST_TEST(canary_rounds({.items = 3, .interval = minutes(10)}, 0) == 0u);
  for (const std::uint64_t rows : {1U, 2U, 3U, 4U, 6U, 7U}) {
    CanarySchedule canaries = schedule();
    std::size_t sent = due(canaries);
    for (std::uint64_t row = 0; row < rows; ++row) canaries.on_row(Instant{});
    canaries.on_last_row();
    sent += due(canaries);
    BOOST_TEST(sent == 2 * canary_rounds({.items = 3, .interval = minutes(10)}, rows), rows);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl
