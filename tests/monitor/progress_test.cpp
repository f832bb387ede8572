#include "monitor/progress.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::monitor {
namespace {

Instant at_second(int second) {
  return Instant{std::chrono::seconds{second}};
}

Progress half_way() {
  Progress progress;
  progress.items_total = 40'000;
  progress.items_done = 20'000;
  progress.policies = 4;
  progress.in_flight = 180;
  progress.in_flight_max = 220;
  progress.retried = 37;
  progress.missing = 2;
  return progress;
}

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(the_rate_is_unknown_before_two_marks) {
  RateMeter meter;
  BOOST_TEST(!meter.per_second().has_value());
  meter.observe(5, at_second(1));
  BOOST_TEST(!meter.per_second().has_value());
  meter.observe(5, at_second(1));
  BOOST_TEST(!meter.per_second().has_value());
}

BOOST_AUTO_TEST_CASE(the_rate_forgets_what_lies_before_the_window) {
  RateMeter meter;
  for (int second = 0; second <= 60; ++second)
    meter.observe(static_cast<std::uint64_t>(second) * 1000, at_second(second));
  for (int second = 61; second <= 100; ++second) meter.observe(60'000, at_second(second));
  BOOST_TEST(meter.per_second().value() == 0.0);
}

BOOST_AUTO_TEST_CASE(a_line_states_items_rate_eta_and_what_binds) {
  Progress state = half_way();
  state.bound_by = "TPM 600k (from headers)";
  BOOST_TEST(progress_line(state, 200.0) ==
             "score  20,000/40,000 items  x 4 policies   50.0%   200 items/s   ETA 90-115 s   "
             "bound by TPM 600k (from headers)   in flight 180/220   retried 37   missing 2");
}

BOOST_AUTO_TEST_CASE(money_shows_only_where_a_price_is_known) {
  Progress state = half_way();
  state.spent = NanoUsd{3'120'000'000};
  BOOST_TEST(progress_line(state, 200.0).find('$') == std::string::npos);
  state.priced = true;
  state.cap = NanoUsd{25'000'000'000};
  BOOST_TEST(progress_line(state, 200.0).find("$3.12 of $25.00") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(work_of_earlier_sessions_counts_as_done_but_not_in_the_eta) {
  Progress state = half_way();
  state.items_before = 40'000;
  const std::string line = progress_line(state, 200.0);
  BOOST_TEST(line.find("60,000/80,000") != std::string::npos);
  BOOST_TEST(line.find("ETA 90-115 s") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_never_wrap) {
  for (const std::string& line : progress_lines(half_way(), 200.0, 40))
    BOOST_TEST(line.size() <= 40u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::monitor
