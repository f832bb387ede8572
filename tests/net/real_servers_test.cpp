#include "net/nginx.hpp"
#include "net/provider.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <string>
#include <vector>

// The client against whole servers: the teacher, and nginx before it. The teacher's ledger says
// what became of each request.

namespace assay::net::testing {

namespace {

teacher::ServerOptions with_streams(std::uint32_t streams_max) {
  teacher::ServerOptions options;
  options.http2.streams_max = streams_max;
  return options;
}

// The teacher without TLS, behind nginx.
struct Proxied {
  explicit Proxied(Nginx::Manner manner)
      : provider(plain()), nginx(World::get().good, with_upstream(std::move(manner), provider)) {}

  static teacher::ServerOptions plain() {
    teacher::ServerOptions options;
    options.plain_http = true;
    return options;
  }
  static Nginx::Manner with_upstream(Nginx::Manner manner, Provider& provider) {
    manner.upstream = provider.server().port();
    return manner;
  }

  Provider provider;
  Nginx nginx;
};

bool nginx_is_missing() {
  if (Nginx::installed()) return false;
  test::skip_aloud("nginx is absent; scripts/install test brings it");
  return true;
}

std::size_t maybe_billed(const Delivery& delivery) {
  return std::accumulate(
      delivery.maybe_billed.begin(), delivery.maybe_billed.end(), std::size_t{0});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(real_servers)

BOOST_AUTO_TEST_CASE(http2_is_chosen_where_the_teacher_offers_it) {
  for (const auto& [offer, expected] : {std::pair{teacher::HttpOffer::both, 1U},
                                        std::pair{teacher::HttpOffer::http2, 1U},
                                        std::pair{teacher::HttpOffer::http1, 0U}}) {
    teacher::ServerOptions options;
    options.http = offer;
    Provider provider(std::move(options));
    Caller caller(provider.options(), provider.trust());
    check_ledger(provider, deliver_all(caller, 1));
    BOOST_TEST(caller.client().counters().connections_http2 == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_limit_of_streams_loses_and_doubles_nothing) {
  for (const std::uint32_t limit : {1U, 100U}) {
    Provider provider(with_streams(limit));
    ClientOptions options = provider.options();
    options.connections_max = 8;
    Caller caller(std::move(options), provider.trust());
    const Delivery delivery = deliver_all(caller, 1000);
    BOOST_TEST(delivery.unbilled == 0U);
    BOOST_TEST(maybe_billed(delivery) == 0U);
    check_ledger(provider, delivery);
  }
}

BOOST_AUTO_TEST_CASE(goodbyes_in_mid_flight_lose_and_double_nothing) {
  Provider provider({}, {"go-away:0.02"});
  Caller caller(provider.options(), provider.trust());
  const Delivery delivery = deliver_all(caller, 2000);
  BOOST_TEST(maybe_billed(delivery) == 0U);
  BOOST_TEST(caller.client().counters().connections_opened > 5U);
  check_ledger(provider, delivery);
}

BOOST_AUTO_TEST_CASE(a_goodbye_with_every_answer_costs_little_more_than_a_connection_each) {
  Provider provider({}, {"go-away"});
  Caller caller(provider.options(), provider.trust());
  const Delivery delivery = deliver_all(caller, 500);
  BOOST_TEST(maybe_billed(delivery) == 0U);
  BOOST_TEST(delivery.unbilled < 700U);  // until it is known what connections take
  BOOST_TEST(caller.client().counters().connections_opened <= 500U);
  check_ledger(provider, delivery);
}

BOOST_AUTO_TEST_CASE(refused_streams_are_sent_again_and_billed_once) {
  Provider provider({}, {"refused-stream:0.2"});
  Caller caller(provider.options(), provider.trust());
  const Delivery delivery = deliver_all(caller, 1000);
  BOOST_TEST(delivery.unbilled > 100U);
  BOOST_TEST(maybe_billed(delivery) == 0U);
  check_ledger(provider, delivery);
}

BOOST_AUTO_TEST_CASE(dropped_connections_lose_nothing_and_own_up_to_what_may_be_billed) {
  Provider provider({}, {"drop-connection:0.005"});
  Caller caller(provider.options(), provider.trust());
  const Delivery delivery = deliver_all(caller, 2000);
  BOOST_TEST(maybe_billed(delivery) > 0U);
  check_ledger(provider, delivery);
}

BOOST_AUTO_TEST_CASE(a_stalled_window_ends_by_the_deadline_and_the_rest_goes_elsewhere) {
  Provider provider({}, {"stall-windows@3"});
  ClientOptions options = provider.options();
  options.deadlines.first_byte = std::chrono::milliseconds{500};
  Caller caller(std::move(options), provider.trust());
  check_ledger(provider, deliver_all(caller, 500));
}

BOOST_AUTO_TEST_CASE(nginx_turns_connections_over_and_nothing_is_lost_or_doubled) {
  if (nginx_is_missing()) return;
  Proxied proxied({.upstream = 0, .requests_max = 20});
  Caller caller(proxied.nginx.port());
  const Delivery delivery = deliver_all(caller, 2000);
  BOOST_TEST(caller.client().counters().connections_http2 >= 100U);
  BOOST_TEST(maybe_billed(delivery) == 0U);
  BOOST_TEST(delivery.unbilled < 2000U);  // until it is known what connections take
  check_ledger(proxied.provider, delivery);
}

BOOST_AUTO_TEST_CASE(nginx_with_one_stream_and_with_a_hundred) {
  if (nginx_is_missing()) return;
  for (const unsigned limit : {1U, 100U}) {
    Proxied proxied({.upstream = 0, .streams_max = limit});
    ClientOptions options = Caller::options_for(proxied.nginx.port());
    options.connections_max = 8;
    Caller caller(std::move(options));
    const Delivery delivery = deliver_all(caller, 1000);
    BOOST_TEST(maybe_billed(delivery) == 0U);
    check_ledger(proxied.provider, delivery);
  }
}

BOOST_AUTO_TEST_CASE(nginx_that_speaks_http1_only) {
  if (nginx_is_missing()) return;
  Proxied proxied({.upstream = 0, .requests_max = 20, .http2 = false});
  ClientOptions options = Caller::options_for(proxied.nginx.port());
  options.connections_max = 16;
  Caller caller(std::move(options));
  const Delivery delivery = deliver_all(caller, 1000);
  BOOST_TEST(caller.client().counters().connections_http2 == 0U);
  BOOST_TEST(maybe_billed(delivery) == 0U);
  check_ledger(proxied.provider, delivery);
}

BOOST_AUTO_TEST_CASE(nginx_that_closes_after_each_answer) {
  if (nginx_is_missing()) return;
  for (const bool http2 : {false, true}) {
    Proxied proxied({.upstream = 0, .requests_max = 1, .http2 = http2});
    ClientOptions options = Caller::options_for(proxied.nginx.port());
    options.connections_max = 16;
    Caller caller(std::move(options));
    const Delivery delivery = deliver_all(caller, 200);
    BOOST_TEST(maybe_billed(delivery) == 0U);
    check_ledger(proxied.provider, delivery);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
