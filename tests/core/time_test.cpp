#include "support/printers.hpp"
#include <assay/time.hpp>

#include <chrono>

namespace assay {
namespace {

using namespace std::chrono_literals;

template <class T>
concept reads_a_clock = requires { T::now(); };

// Pure rooms are handed instants; none can read a clock through this type.
static_assert(!reads_a_clock<MonotonicClock>);

BOOST_AUTO_TEST_SUITE(time)

BOOST_AUTO_TEST_CASE(wall_time_is_utc_with_milliseconds) {
  const WallTime time = std::chrono::sys_days{2026y / 11 / 21} + 13h + 5min + 9s + 120ms;
  BOOST_TEST(to_iso8601(time) == "2026-11-21T13:05:09.120Z");
  BOOST_TEST(to_iso8601(WallTime{}) == "1970-01-01T00:00:00.000Z");
  BOOST_TEST(to_iso8601(WallTime{-1ms}) == "1969-12-31T23:59:59.999Z");
  BOOST_TEST(to_iso8601(std::chrono::sys_days{2024y / 2 / 29}) == "2024-02-29T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(durations_read_well_at_every_size) {
  BOOST_TEST(to_text(0ns) == "0 ms");
  BOOST_TEST(to_text(41ms) == "41 ms");
  BOOST_TEST(to_text(12'300ms) == "12.3 s");
  BOOST_TEST(to_text(125s) == "2 min 5 s");
  BOOST_TEST(to_text(3h + 20min) == "3 h 20 min");
  BOOST_TEST(to_text(100h) == "100 h 0 min");
}

BOOST_AUTO_TEST_CASE(a_duration_that_rounds_up_takes_the_next_unit) {
  BOOST_TEST(to_text(999'400us) == "999 ms");
  BOOST_TEST(to_text(999'600us) == "1.0 s");
  BOOST_TEST(to_text(59'940ms) == "59.9 s");
  BOOST_TEST(to_text(59'960ms) == "1 min 0 s");
  BOOST_TEST(to_text(3'599'400ms) == "59 min 59 s");
  BOOST_TEST(to_text(3'599'600ms) == "1 h 0 min");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
