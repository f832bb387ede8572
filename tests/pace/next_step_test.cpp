#include "pace/next_step.hpp"

#include "printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using Kind = NextStep::Kind;

struct Fixture {
  Limits limits;
  Rng rng{1};
  Item item;

  Kind after(Attempt attempt) {
    ++item.sends;
    return step_after(item, attempt, limits, rng).kind;
  }
  Kind after(FailureClass cls) { return after(Attempt{.cls = cls}); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(next_step, Fixture)

BOOST_AUTO_TEST_CASE(a_passing_failure_is_tried_five_times_in_all) {
  for (int i = 0; i < 4; ++i) BOOST_TEST((after(FailureClass::timeout) == Kind::later));
  BOOST_TEST((after(FailureClass::timeout) == Kind::final));
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_trusted_is_tried_once_again) {
  BOOST_TEST((after(FailureClass::echo_mismatch) == Kind::later));
  BOOST_TEST((after(FailureClass::echo_mismatch) == Kind::final));
}

BOOST_AUTO_TEST_CASE(passing_failures_do_not_use_up_the_second_look) {
  BOOST_TEST((after(FailureClass::timeout) == Kind::later));
  BOOST_TEST((after(FailureClass::timeout) == Kind::later));
  BOOST_TEST((after(FailureClass::echo_mismatch) == Kind::later));
  BOOST_TEST((after(FailureClass::echo_mismatch) == Kind::final));
}

BOOST_AUTO_TEST_CASE(breaks_that_others_bear_cost_no_attempt_but_sendings_and_then_time) {
  const Attempt attempt{.cls = FailureClass::connection, .same_break = true};
  for (int i = 0; i < limits.broken_sends_max; ++i) BOOST_TEST((after(attempt) == Kind::at_end));
  while (static_cast<int>(item.sends) + 1 < limits.sends_max) {
    BOOST_TEST((after(attempt) == Kind::later));
  }
  BOOST_TEST(item.attempts == 0);
  BOOST_TEST((after(attempt) == Kind::final));
}

BOOST_AUTO_TEST_CASE(an_outage_costs_no_attempt) {
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST((after({.cls = FailureClass::connection, .outage = true}) == Kind::at_end));
  }
  BOOST_TEST(item.attempts == 0);
}

BOOST_AUTO_TEST_CASE(a_permanent_failure_is_final) {
  BOOST_TEST((after(FailureClass::boundary_inside_token) == Kind::final));
}

BOOST_AUTO_TEST_CASE(a_request_of_many_is_taken_apart_before_one_is_blamed) {
  BOOST_TEST((after({.cls = FailureClass::bad_request, .items = 3}) == Kind::alone));
  BOOST_TEST((after({.cls = FailureClass::bad_request, .items = 1}) == Kind::final));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_for_every_row_shuts_the_endpoint_and_not_the_item) {
  BOOST_TEST((after(FailureClass::auth) == Kind::shut));
  BOOST_TEST((after(FailureClass::quota_exhausted) == Kind::shut));
  BOOST_TEST((after(FailureClass::certificate) == Kind::shut_run));
}

BOOST_AUTO_TEST_CASE(a_server_that_forbids_retries_is_obeyed) {
  BOOST_TEST((after({.cls = FailureClass::server_error, .retry_forbidden = true}) == Kind::final));
}

BOOST_AUTO_TEST_CASE(what_we_did_not_send_goes_back_to_the_queue) {
  BOOST_TEST((after(FailureClass::cancelled) == Kind::at_once));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
