#include "net/caller.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::net::testing {

BOOST_AUTO_TEST_SUITE(client)

BOOST_AUTO_TEST_CASE(an_answer_comes_back_with_status_fields_and_body) {
  ScriptedServer server(&World::get().good, always(answer_of("{\"a\":1}")));
  Caller caller(server.port());

  const ExchangeResult result = caller.ask();

  BOOST_REQUIRE_MESSAGE(result, name(result));
  BOOST_TEST(result->status() == 200);
  BOOST_TEST(result->body() == "{\"a\":1}");
  BOOST_TEST(result->field("content-type").value() == "application/json");
  BOOST_TEST(result->body().data()[result->body().size() + body_padding - 1] == '\0');
}

BOOST_AUTO_TEST_CASE(connections_are_reused_and_the_pool_stays_small) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 3;
  Caller caller(std::move(options));
  std::size_t good = 0;

  for (int i = 0; i < 2000; ++i) {
    caller.client().start({.target = "/completions", .body = "{}"},
                          [&good](ExchangeResult result) { good += result.has_value(); });
  }
  caller.run_until([&good] { return good == 2000; });

  BOOST_TEST(server.connections() == 3U);
  BOOST_TEST(caller.client().counters().exchanges_on_reused == 1997U);
  BOOST_TEST(caller.client().gauges().idle == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
