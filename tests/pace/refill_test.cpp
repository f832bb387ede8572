#include "pace/refill.hpp"

#include "core/rng.hpp"
#include "printers.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using test::at;

constexpr std::int64_t limit = 6'000;  // per minute: 100 per second

// Ten seconds of readings, one each 10 ms, of a provider whose book moves by `per_second`.
// `disorder`: by how much what is sent and not yet counted makes a single reading wrong.
bool looks_even(double per_second, double disorder) {
  Refill refill{std::chrono::minutes(1)};
  Rng rng(1);
  for (int i = 0; i < 1'000; ++i) {
    const double wrong = disorder * (2 * rng.uniform() - 1);
    refill.add({.sent = per_second * i / 100 + wrong,
                .answered = per_second * i / 100 - wrong,
                .expired = 0,
                .sent_at = at(milliseconds(10 * i)),
                .full = false},
               limit);
    if (refill.is_even()) return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refill)

BOOST_AUTO_TEST_CASE(a_book_that_grows_evenly_is_a_buckets) {
  BOOST_TEST(looks_even(100, 0));
}

BOOST_AUTO_TEST_CASE(a_book_that_stands_still_is_none) {
  BOOST_TEST(!looks_even(0, 0));
}

// Seen against the real teacher at the end of its strength: 300 requests in its queue, in no order.
// A window was taken for a bucket, and one in six requests refused.
BOOST_AUTO_TEST_CASE(requests_that_overtake_each_other_do_not_make_a_window_a_bucket) {
  BOOST_TEST(!looks_even(0, 300));
}

// The longer the queue, the more was sent before a request that is counted after it.
BOOST_AUTO_TEST_CASE(nor_does_a_queue_that_grows_as_a_bucket_would) {
  Refill refill{std::chrono::minutes(1)};
  for (int i = 0; i < 3'000; ++i) {
    refill.add({1.0 * i, 0, 0, at(milliseconds(10 * i)), false}, limit);
  }
  BOOST_TEST(!refill.is_even());
}

BOOST_AUTO_TEST_CASE(nor_do_they_hide_a_bucket) {
  BOOST_TEST(looks_even(100, 100));
}

BOOST_AUTO_TEST_CASE(what_leaves_our_own_window_says_nothing) {
  Refill refill{std::chrono::minutes(1)};
  for (int i = 0; i < 2'000; ++i) {
    const double moved = 1.0 * i;
    refill.add({moved, moved, moved, at(milliseconds(10 * i)), false}, limit);
  }
  BOOST_TEST(!refill.is_even());
}

BOOST_AUTO_TEST_CASE(after_a_restart_it_is_shown_anew) {
  Refill refill{std::chrono::minutes(1)};
  for (int i = 0; i < 1'000; ++i)
    refill.add({1.0 * i, 1.0 * i, 0, at(milliseconds(10 * i)), false}, limit);
  BOOST_TEST(refill.is_even());
  refill.restart();
  BOOST_TEST(!refill.is_even());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace
