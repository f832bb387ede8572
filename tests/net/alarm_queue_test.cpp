#include "net/alarm_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <vector>

namespace assay::net {

namespace {

Instant at(int seconds) {
  return Instant(std::chrono::seconds{seconds});
}

class Bell : public Alarm {
 public:
  void ring(Instant now) override {
    rung.push_back(now);
    if (on_ring) on_ring();
  }
  std::vector<Instant> rung;
  std::function<void()> on_ring;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(alarm_queue)

BOOST_AUTO_TEST_CASE(an_alarm_rings_once_when_its_time_has_come) {
  AlarmQueue queue;
  Bell bell;
  queue.set(bell, at(5));

  queue.ring_due(at(4));
  BOOST_TEST(bell.rung.empty());
  queue.ring_due(at(5));
  queue.ring_due(at(6));

  BOOST_TEST(bell.rung.size() == 1U);
  BOOST_TEST(!queue.next().has_value());
}

BOOST_AUTO_TEST_CASE(an_alarm_moves_to_earlier_times_only) {
  AlarmQueue queue;
  Bell bell;
  queue.set(bell, at(5));
  queue.set(bell, at(9));
  BOOST_CHECK(queue.next() == at(5));
  queue.set(bell, at(3));
  BOOST_CHECK(queue.next() == at(3));
}

BOOST_AUTO_TEST_CASE(a_cancelled_or_destroyed_alarm_is_silent) {
  AlarmQueue queue;
  Bell kept;
  {
    Bell gone;
    queue.set(gone, at(1));
    queue.set(kept, at(1));
  }
  queue.cancel(kept);
  BOOST_TEST(!queue.next().has_value());
  queue.ring_due(at(2));
  BOOST_TEST(kept.rung.empty());
}

BOOST_AUTO_TEST_CASE(a_ring_may_cancel_and_destroy_others_that_are_due) {
  AlarmQueue queue;
  Bell first;
  Bell cancelled;
  auto destroyed = std::make_unique<Bell>();
  first.on_ring = [&] {
    queue.cancel(cancelled);
    destroyed.reset();
  };
  queue.set(first, at(1));
  queue.set(cancelled, at(2));
  queue.set(*destroyed, at(2));

  queue.ring_due(at(3));

  BOOST_TEST(first.rung.size() == 1U);
  BOOST_TEST(cancelled.rung.empty());
}

BOOST_AUTO_TEST_CASE(an_alarm_may_be_set_again_while_it_rings) {
  AlarmQueue queue;
  Bell bell;
  bell.on_ring = [&] { queue.set(bell, at(1)); };
  queue.set(bell, at(1));

  queue.ring_due(at(1));
  BOOST_TEST(bell.rung.size() == 1U);
  queue.ring_due(at(1));
  BOOST_TEST(bell.rung.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_next_alarm_is_always_the_earliest) {
  AlarmQueue queue;
  std::mt19937 random(3);
  std::vector<Bell> bells(50);
  std::vector<int> due(50, 1000);
  for (int round = 0; round < 5000; ++round) {
    const std::size_t i = random() % bells.size();
    if (random() % 3 == 0) {
      queue.cancel(bells[i]);
      due[i] = 1000;
    } else {
      const int when = static_cast<int>(random() % 999);
      queue.set(bells[i], at(when));
      due[i] = std::min(due[i], when);
    }
    const int earliest = *std::min_element(due.begin(), due.end());
    BOOST_REQUIRE(earliest == 1000 ? !queue.next() : queue.next() == at(earliest));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net
