#include "net/caller.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <atomic>
#include <string>
#include <sys/resource.h>
#include <vector>

// Connections: how many, which, for how long, and what happens when one is dead.

namespace assay::net::testing {

namespace {

// Answers one request per connection, then closes as `close` does, just when the client believes it
// idle.
ScriptedServer::Script once_then(void (*close)(Peer&)) {
  return [close](Peer& peer) {
    if (peer.read_request().empty()) return;
    peer.send(answer_of("{}"));
    close(peer);
    peer.wait_for_close();
  };
}

struct Limits {
  explicit Limits(rlim_t descriptors) {
    getrlimit(RLIMIT_NOFILE, &before);
    const rlimit lowered{.rlim_cur = descriptors, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~Limits() { setrlimit(RLIMIT_NOFILE, &before); }
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;
  rlimit before{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(never_more_connections_than_allowed) {
  std::atomic<int> open = 0;
  std::atomic<int> open_max = 0;
  ScriptedServer server(&World::get().good, [&](Peer& peer) {
    while (!peer.read_request().empty()) {
      open_max = std::max<int>(open_max, ++open);
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
      --open;
      peer.send(answer_of("{}"));
    }
  });
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 5;
  options.http = HttpVersion::http1;
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask()) == "status 200");
  std::size_t good = 0;
  for (int i = 0; i < 100; ++i) {
    caller.client().start({.target = "/x"}, [&good](ExchangeResult r) { good += r.has_value(); });
  }
  BOOST_TEST(caller.client().gauges().in_flight == 5U);
  BOOST_TEST(caller.client().gauges().waiting == 95U);
  caller.run_until([&good] { return good == 100; });
  BOOST_TEST(server.connections() == 5U);
  BOOST_TEST(open_max <= 5);
}

BOOST_AUTO_TEST_CASE(connections_are_made_a_few_at_a_time) {
  std::atomic<int> requests = 0;
  ScriptedServer server(&World::get().good, [&requests](Peer& peer) {
    static_cast<void>(peer.read_request());
    ++requests;
    peer.wait_for_close();
  });
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 20;
  options.dials_max = 3;
  options.http = HttpVersion::http1;
  Caller caller(std::move(options));
  for (int i = 0; i < 30; ++i) caller.client().start({.target = "/x"}, [](ExchangeResult) {});
  BOOST_TEST(caller.client().gauges().connections == 1U);  // the first alone
  std::size_t dials_most = 0;
  caller.run_until([&] {
    const std::size_t dials =
        caller.client().gauges().connections - caller.client().counters().connections_opened;
    dials_most = std::max(dials_most, dials);
    return requests == 20;
  });
  BOOST_TEST(dials_most == 3U);
  BOOST_TEST(caller.client().gauges().waiting == 10U);
}

// Asks for five answers, none of which comes before all are asked for; the handshakes resumed.
std::size_t resumed_of_five(int tickets) {
  std::atomic<int> requests = 0;
  ScriptedServer server(&World::get().good, [&requests](Peer& peer) {
    if (peer.read_request().empty()) return;
    for (int seen = ++requests; seen < 5; seen = requests) requests.wait(seen);
    requests.notify_all();
    peer.send(answer_of("{}"));
    peer.wait_for_close();
  });
  SSL_CTX_set_num_tickets(server.context(), static_cast<std::size_t>(tickets));
  ClientOptions options = Caller::options_for(server.port());
  options.http = HttpVersion::http1;
  Caller caller(std::move(options));
  std::size_t good = 0;
  for (int i = 0; i < 5; ++i) {
    caller.client().start({.target = "/x"}, [&good](ExchangeResult r) { good += r.has_value(); });
  }
  caller.run_until([&good] { return good == 5; });
  BOOST_TEST(server.connections() == 5U);
  return server.resumed();
}

BOOST_AUTO_TEST_CASE(connections_made_together_resume_the_session_of_the_first) {
  BOOST_TEST(resumed_of_five(2) == 4U);
}

BOOST_AUTO_TEST_CASE(a_server_without_tickets_is_not_waited_for_long) {
  BOOST_TEST(resumed_of_five(0) == 0U);
}

BOOST_AUTO_TEST_CASE(waiting_exchanges_go_oldest_first) {
  std::vector<std::string> order;
  ScriptedServer server(&World::get().good, [&order](Peer& peer) {
    for (std::string request; !(request = peer.read_request()).empty();) {
      order.push_back(request.substr(request.find("\r\n\r\n") + 4));
      peer.send(answer_of("{}"));
    }
  });
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 1;
  Caller caller(std::move(options));
  std::size_t ended = 0;
  for (const char* body : {"a", "b", "c", "d"}) {
    caller.client().start({.target = "/x", .body = body}, [&ended](ExchangeResult) { ++ended; });
  }
  caller.run_until([&ended] { return ended == 4; });
  BOOST_TEST(order == (std::vector<std::string>{"a", "b", "c", "d"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(more_waiting_exchanges_than_allowed_are_refused_unsent) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 1;
  options.waiting_max = 1;
  Caller caller(std::move(options));
  std::vector<std::string> ends;
  for (int i = 0; i < 3; ++i) {
    caller.client().start({.target = "/x"}, [&ends](ExchangeResult r) { ends.push_back(name(r)); });
  }
  BOOST_TEST(ends.empty());
  caller.run_until([&ends] { return ends.size() == 3; });
  BOOST_TEST(ends[0] == "overloaded: more than 1 exchanges wait for a connection");
}

BOOST_AUTO_TEST_CASE(a_connection_found_dead_is_replaced_and_the_request_sent_again) {
  for (auto* close : {+[](Peer& peer) {
                        peer.say_goodbye();
                        peer.finish();
                      },
                      +[](Peer& peer) { peer.finish(); },
                      +[](Peer& peer) { peer.reset(); }}) {
    ScriptedServer server(&World::get().good, once_then(close));
    Caller caller(server.port());
    for (int i = 0; i < 30; ++i) BOOST_TEST(name(caller.ask()) == "status 200");
    BOOST_TEST(server.connections() == 30U);
  }
}

BOOST_AUTO_TEST_CASE(a_connection_that_dies_as_it_is_reused_is_replaced_once) {
  // The server takes the second request and closes without an answer: the race as the client sees
  // it.
  std::atomic<int> requests = 0;
  ScriptedServer server(&World::get().good, [&requests](Peer& peer) {
    while (!peer.read_request().empty()) {
      if (++requests == 2) return peer.finish();
      peer.send(answer_of("{}"));
    }
  });
  Caller caller(server.port());
  BOOST_TEST(name(caller.ask()) == "status 200");
  const ExchangeResult again = caller.ask();
  BOOST_TEST(name(again) == "status 200");
  BOOST_TEST(again->timing.replayed);
  BOOST_TEST(caller.client().counters().replays == 1U);
  BOOST_TEST(requests == 3);
}

BOOST_AUTO_TEST_CASE(whoever_pays_for_each_sending_is_told_instead_of_a_replay) {
  std::atomic<int> requests = 0;
  ScriptedServer server(&World::get().good, [&requests](Peer& peer) {
    while (!peer.read_request().empty()) {
      if (++requests == 2) return peer.finish();
      peer.send(answer_of("{}"));
    }
  });
  ClientOptions options = Caller::options_for(server.port());
  options.dead_on_reuse = ClientOptions::DeadOnReuse::report;
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask()) == "status 200");
  const ExchangeResult again = caller.ask();
  BOOST_TEST(failure_of(again).dead_on_reuse);
  BOOST_TEST(failure_of(again).possibly_billed);
  BOOST_TEST(requests == 2);
  BOOST_TEST(caller.client().counters().replays == 0U);
}

BOOST_AUTO_TEST_CASE(a_fresh_connection_that_dies_is_a_failure_and_no_replay) {
  ScriptedServer server(&World::get().good, [](Peer& peer) {
    static_cast<void>(peer.read_request());
    peer.finish();
  });
  Caller caller(server.port());
  BOOST_TEST(name(caller.ask()) ==
             "connection: the server closed the connection without an answer [billed?]");
  BOOST_TEST(server.connections() == 1U);
  BOOST_TEST(caller.client().counters().replays == 0U);
}

BOOST_AUTO_TEST_CASE(an_answer_begun_is_never_replayed) {
  std::atomic<int> requests = 0;
  ScriptedServer server(&World::get().good, [&requests](Peer& peer) {
    while (!peer.read_request().empty()) {
      if (++requests == 2) {
        peer.send("H");
        return peer.finish();
      }
      peer.send(answer_of("{}"));
    }
  });
  Caller caller(server.port());
  BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(
      name(caller.ask()) ==
      "connection: the server closed the connection before the answer was complete [billed?]");
  BOOST_TEST(requests == 2);
}

BOOST_AUTO_TEST_CASE(a_failed_replay_remembers_that_the_first_try_may_be_billed) {
  std::atomic<int> connections = 0;
  ScriptedServer server(&World::get().good, [&connections](Peer& peer) {
    static_cast<void>(peer.read_request());
    if (++connections == 1) {
      peer.send(answer_of("{}"));
      if (peer.read_request().empty()) return;
    }
    peer.finish();  // the first connection once it was reused, the fresh one at once
    peer.wait_for_close();
  });
  Caller caller(server.port());
  BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(failure_of(caller.ask()).possibly_billed);
}

BOOST_AUTO_TEST_CASE(tls_sessions_are_resumed) {
  ScriptedServer server(
      &World::get().good,
      always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"));
  Caller caller(server.port());
  for (int i = 0; i < 20; ++i) BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(server.resumed() == 19U);
  BOOST_TEST(caller.client().counters().handshakes_resumed == 19U);
  BOOST_TEST(caller.client().counters().connections_opened == 20U);
}

BOOST_AUTO_TEST_CASE(cancel_all_ends_every_exchange_wherever_it_is) {
  std::atomic<int> requests = 0;
  ScriptedServer server(&World::get().good, [&requests](Peer& peer) {
    static_cast<void>(peer.read_request());
    ++requests;
    peer.wait_for_close();
  });
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 4;
  Caller caller(std::move(options));
  std::vector<std::string> ends;
  const auto start = [&](int count) {
    for (int i = 0; i < count; ++i) {
      caller.client().start({.target = "/x"},
                            [&ends](ExchangeResult r) { ends.push_back(name(r)); });
    }
  };
  start(2);
  caller.run_until([&requests] { return requests == 2; });
  start(8);

  caller.client().cancel_all();
  BOOST_TEST(ends.empty());
  caller.run_until([&ends] { return ends.size() == 10; });

  BOOST_TEST(std::ranges::count(ends, "cancelled: cancelled [billed?]") == 2);
  BOOST_TEST(std::ranges::count(ends, "cancelled: cancelled") == 8);
  BOOST_TEST(caller.client().gauges().connections == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_goes_on_after_cancel_all) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  Caller caller(server.port());
  caller.client().cancel_all();
  BOOST_TEST(name(caller.ask()) == "status 200");
}

BOOST_AUTO_TEST_CASE(a_destroyed_client_drops_what_is_due) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  boost::asio::io_context io{1};
  Loop loop(io);
  bool called = false;
  {
    auto client = Client::open(loop, World::get().trust(), Caller::options_for(server.port()));
    for (int i = 0; i < 100; ++i) {
      client->start({.target = "/x"}, [&called](ExchangeResult) { called = true; });
    }
    client->start({.target = "bad"}, [&called](ExchangeResult) { called = true; });
    client->cancel_all();
    for (int i = 0; i < 100; ++i) {
      client->start({.target = "/x"}, [&called](ExchangeResult) { called = true; });
    }
  }
  io.run();
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(done_may_start_the_next_exchange) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  Caller caller(server.port());
  int left = 500;
  std::function<void(ExchangeResult)> next = [&](ExchangeResult result) {
    BOOST_REQUIRE(result.has_value());
    if (--left > 0) caller.client().start({.target = "/x"}, next);
  };
  caller.client().start({.target = "/x"}, next);
  caller.run_until([&left] { return left == 0; });
  BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(counters_add_up) {
  ScriptedServer server(&World::get().good, [](Peer& peer) {
    for (int i = 0; !peer.read_request().empty(); ++i) {
      if (i % 3 == 2) return;
      peer.send(answer_of("{}"));
    }
  });
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 7;
  Caller caller(std::move(options));
  std::size_t ended = 0;
  for (int i = 0; i < 300; ++i) {
    caller.client().start({.target = "/x"}, [&ended](ExchangeResult) { ++ended; });
  }
  caller.run_until([&ended] { return ended == 300; });
  const Counters& counters = caller.client().counters();
  BOOST_TEST(counters.started == 300U);
  BOOST_TEST(counters.answered + counters.failed == 300U);
  BOOST_TEST(counters.replays > 0U);
  BOOST_TEST(counters.answered == 300U);
}

BOOST_AUTO_TEST_CASE(few_descriptors_make_a_small_pool_and_no_failure) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 500;
  Caller caller(std::move(options));
  std::size_t good = 0;
  const auto start = [&](int count) {
    for (int i = 0; i < count; ++i) {
      caller.client().start({.target = "/x"}, [&](ExchangeResult r) { good += r.has_value(); });
    }
  };
  start(3);
  caller.run_until([&good] { return good == 3; });
  const std::size_t connections = server.connections();
  {
    const Limits limits(0);  // not one more
    start(1000);
    caller.run_until([&good] { return good == 1003; });
    BOOST_TEST(caller.client().counters().descriptors_short > 0U);
    BOOST_TEST(server.connections() == connections);
  }
}

BOOST_AUTO_TEST_CASE(without_any_descriptor_exchanges_wait_for_one) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  Caller caller(server.port());
  std::size_t good = 0;
  {
    const Limits limits(0);
    for (int i = 0; i < 10; ++i) {
      caller.client().start({.target = "/x"}, [&](ExchangeResult r) { good += r.has_value(); });
    }
    caller.run_until([&caller] { return caller.client().counters().descriptors_short >= 12; });

    const Gauges gauges = caller.client().gauges();
    BOOST_TEST(gauges.waiting + gauges.in_flight == 10U);
  }
  caller.run_until([&good] { return good == 10; });
}

BOOST_AUTO_TEST_CASE(http_on_the_own_machine_needs_no_tls) {
  ScriptedServer server(nullptr, always(answer_of("{}")), ScriptedServer::Mode::plain);
  ClientOptions options = Caller::options_for(server.port());
  options.origin.scheme = Scheme::http;
  Caller caller(std::move(options));
  for (int i = 0; i < 3; ++i) BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_request_with_a_line_break_in_a_field_is_not_sent) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  Caller caller(server.port());
  const ExchangeResult result =
      caller.ask(Request{.target = "/x", .headers = {{.name = "X-A", .value = "a\r\nX-B: c"}}});
  BOOST_CHECK(failure_of(result).cls == FailureClass::invalid_input);
  BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(an_unknown_host_is_a_connection_failure) {
  ClientOptions options = Caller::options_for(443, "no-such-host.invalid");
  options.deadlines.connect = std::chrono::milliseconds{500};  // a resolver may have nobody to ask
  Caller caller(std::move(options));
  const TransportFailure failure = failure_of(caller.ask());
  BOOST_CHECK(failure.cls == FailureClass::connection || failure.cls == FailureClass::timeout);
  BOOST_TEST(!failure.possibly_billed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
