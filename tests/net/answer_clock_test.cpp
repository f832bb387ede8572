#include "net/answer_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace assay::net {

namespace {

using std::chrono::seconds;

Instant at(int second) {
  return Instant(seconds{second});
}

const Deadlines limits;  // 120 s, 30 s, 300 s; 30 KiB in 30 s

}  // namespace

BOOST_AUTO_TEST_SUITE(answer_clock)

BOOST_AUTO_TEST_CASE(the_first_byte_is_due_from_the_start_of_sending) {
  AnswerClock clock(at(10), at(0));
  BOOST_CHECK(clock.due(limits) == at(130));
  BOOST_TEST(!clock.overdue(at(129), 0, limits).has_value());
  BOOST_TEST(clock.overdue(at(130), 0, limits).value() == "no first byte within 120 s");
}

BOOST_AUTO_TEST_CASE(interim_answers_are_no_first_byte) {
  AnswerClock clock(at(0), at(0));
  clock.note_bytes(at(100));
  BOOST_TEST(clock.overdue(at(120), 50, limits).has_value());
}

BOOST_AUTO_TEST_CASE(silence_within_the_answer_ends_it) {
  AnswerClock clock(at(0), at(0));
  clock.note_bytes(at(100));
  clock.note_final(100);
  BOOST_CHECK(clock.due(limits) == at(130));
  BOOST_TEST(clock.overdue(at(130), 100, limits).value() == "no byte for 30 s within the answer");
}

BOOST_AUTO_TEST_CASE(a_drip_is_ended_by_the_window_it_fills_too_little) {
  AnswerClock clock(at(0), at(0));
  clock.note_bytes(at(0));
  clock.note_final(0);
  clock.note_bytes(at(29));
  BOOST_TEST(!clock.overdue(at(30), 30 * 1024, limits).has_value());
  clock.note_bytes(at(59));
  BOOST_TEST(clock.overdue(at(60), 60 * 1024 - 1, limits).value() ==
             "fewer than 30720 bytes within 30 s");
}

BOOST_AUTO_TEST_CASE(the_total_deadline_counts_from_the_start) {
  AnswerClock clock(at(299), at(0));
  BOOST_CHECK(clock.due(limits) == at(300));
  BOOST_TEST(clock.overdue(at(300), 0, limits).value() == "not complete within 300 s");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net
