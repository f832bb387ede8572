#include "pace/shared_pacer.hpp"

#include "printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using test::at;

struct Stage {
  EndpointTerms terms{.concurrency = 1};
  SharedPacer pacer{terms, Limits{}, at({}), Rng{1}};
  int first_woken = 0;
  int second_woken = 0;
  SharedPacer::Member first = pacer.join([this] { ++first_woken; });
  SharedPacer::Member second = pacer.join([this] { ++second_woken; });

  auto acquire(SharedPacer::Member member) {
    return pacer.acquire(member, test::bound(1), Urgency::fresh, at({}));
  }
  void answer(SharedPacer::Member member, const Permit& permit) {
    Pacer::Feedback feedback;
    feedback.observation.status = 200;
    pacer.on_reply(member, permit, feedback, at({}));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shared_pacer, Stage)

BOOST_AUTO_TEST_CASE(a_loop_that_waits_is_woken_when_another_frees_capacity) {
  const auto permit = acquire(first);
  BOOST_TEST(!acquire(second).has_value());
  answer(first, *permit);
  BOOST_TEST(second_woken == 1);
  BOOST_TEST(first_woken == 0);
  BOOST_TEST(acquire(second).has_value());
}

BOOST_AUTO_TEST_CASE(a_loop_that_does_not_wait_is_left_alone) {
  const auto permit = acquire(first);
  answer(first, *permit);
  BOOST_TEST(second_woken == 0);
}

BOOST_AUTO_TEST_CASE(a_loop_that_left_is_not_woken) {
  const auto permit = acquire(first);
  static_cast<void>(acquire(second));
  pacer.leave(second);
  answer(first, *permit);
  BOOST_TEST(second_woken == 0);
}

BOOST_AUTO_TEST_CASE(shutting_wakes_everybody) {
  pacer.shut({Shut::Cause::refused, FailureClass::auth, "no"});
  BOOST_TEST(first_woken == 1);
  BOOST_TEST(second_woken == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
