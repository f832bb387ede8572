// What the transport says of an exchange without an answer reaches the dispatcher, all of it.

#include "crawl/scoring_call.hpp"

#include <boost/test/unit_test.hpp>

#include <variant>

using namespace assay;

BOOST_AUTO_TEST_SUITE(reply)

BOOST_AUTO_TEST_CASE(each_word_on_a_failed_exchange_is_passed_on) {
  for (const int bits : {0, 1, 2, 4, 7}) {
    net::ExchangeFailure failure(TransportFailure{.cls = FailureClass::connection,
                                                  .reason = "the connection was reset",
                                                  .possibly_billed = (bits & 1) != 0});
    failure.dead_on_reuse = (bits & 2) != 0;
    failure.same_break = (bits & 4) != 0;
    const pace::Reply reply = crawl::reply_of(failure);
    BOOST_TEST((std::get<Failure>(reply.result) ==
                make_failure(FailureClass::connection, "the connection was reset")));
    BOOST_TEST(reply.observation.status == 0);
    BOOST_TEST(reply.possibly_billed == failure.possibly_billed);
    BOOST_TEST(reply.stale_connection == failure.dead_on_reuse);
    BOOST_TEST(reply.same_break == failure.same_break);
  }
}

BOOST_AUTO_TEST_SUITE_END()
