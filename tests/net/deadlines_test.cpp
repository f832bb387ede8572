#include "net/caller.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace assay::net::testing {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds limit{80};

// Asks a server that does `script` once the client is told its deadlines.
std::string ask(const ScriptedServer::Script& script,
                void (*change)(Deadlines&),
                ScriptedServer::Mode mode = ScriptedServer::Mode::tls) {
  ScriptedServer server(&World::get().good, script, mode);
  ClientOptions options = Caller::options_for(server.port());
  change(options.deadlines);
  Caller caller(std::move(options));
  const auto start = std::chrono::steady_clock::now();
  const std::string result = name(caller.ask());
  // Wide, for machines that are busy with other things: what hangs does so for longer.
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds{8}));
  return result;
}

void silence(Peer& peer) {
  static_cast<void>(peer.read_request());
  peer.wait_for_close();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deadlines)

BOOST_AUTO_TEST_CASE(silence_ends_at_the_first_byte_limit) {
  BOOST_TEST(ask(silence, [](Deadlines& d) { d.first_byte = limit; }) ==
             "timeout: no first byte within 80 ms [billed?]");
}

BOOST_AUTO_TEST_CASE(interim_answers_do_not_stop_the_wait_for_the_final_one) {
  const auto script = [](Peer& peer) {
    static_cast<void>(peer.read_request());
    peer.send("HTTP/1.1 100 Continue\r\n\r\n");
    peer.wait_for_close();
  };
  BOOST_TEST(ask(script, [](Deadlines& d) { d.first_byte = limit; }) ==
             "timeout: no first byte within 80 ms [billed?]");
}

BOOST_AUTO_TEST_CASE(a_stall_within_the_answer_ends_at_its_limit) {
  for (const char* start : {"HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"}) {
    const auto script = [start](Peer& peer) {
      static_cast<void>(peer.read_request());
      peer.send(start);
      peer.wait_for_close();
    };
    BOOST_TEST(ask(script, [](Deadlines& d) { d.between_bytes = limit; }) ==
               "timeout: no byte for 80 ms within the answer [billed?]");
  }
}

BOOST_AUTO_TEST_CASE(a_drip_ends_for_want_of_progress) {
  for (const char* start :
       {"HTTP/1.1 200 OK\r\nA: ", "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"}) {
    const auto drip = [start](Peer& peer) {
      static_cast<void>(peer.read_request());
      peer.send(start);
      while (peer.send("x")) std::this_thread::sleep_for(milliseconds{5});
    };
    BOOST_TEST(ask(drip, [](Deadlines& d) {
                 d.between_bytes = milliseconds{60};
                 d.progress_window = limit;
                 d.progress_bytes = 1024;
               }) == "timeout: fewer than 1024 bytes within 80 ms [billed?]");
  }
}

BOOST_AUTO_TEST_CASE(a_slow_answer_that_progresses_is_waited_for) {
  const auto steady = [](Peer& peer) {
    static_cast<void>(peer.read_request());
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n");
    for (int i = 0; i < 30 && peer.send("x"); ++i) std::this_thread::sleep_for(milliseconds{10});
    peer.wait_for_close();
  };
  BOOST_TEST(ask(steady, [](Deadlines& d) {
               d.progress_window = limit;
               d.progress_bytes = 1;
             }) == "status 200");
}

BOOST_AUTO_TEST_CASE(the_total_ends_whatever_goes_on) {
  const auto drip = [](Peer& peer) {
    static_cast<void>(peer.read_request());
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n");
    while (peer.send("x")) std::this_thread::sleep_for(milliseconds{5});
  };
  // Long enough for a handshake on a busy machine.
  BOOST_TEST(ask(drip, [](Deadlines& d) { d.total = std::chrono::seconds{1}; }) ==
             "timeout: not complete within 1 s [billed?]");
}

BOOST_AUTO_TEST_CASE(a_stalled_handshake_ends_at_its_limit_and_nothing_is_billed) {
  const auto stall = [](Peer& peer) { peer.wait_for_close(); };
  BOOST_TEST(ask(
                 stall,
                 [](Deadlines& d) { d.handshake = limit; },
                 ScriptedServer::Mode::tls_by_script) == "timeout: no TLS handshake within 80 ms");
  BOOST_TEST(ask(
                 stall,
                 [](Deadlines& d) { d.total = limit; },
                 ScriptedServer::Mode::tls_by_script) == "timeout: not complete within 80 ms");
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_no_bytes_ends_at_the_first_byte_limit) {
  Gate released;
  ScriptedServer server(&World::get().good, [&released](Peer& peer) {
    static_cast<void>(peer);
    released.wait();
  });
  ClientOptions options = Caller::options_for(server.port());
  options.deadlines.first_byte = limit;
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask(std::string(30'000'000, 'x'))) ==
             "timeout: no first byte within 80 ms [billed?]");
  released.open();
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_counts) {
  ScriptedServer server(&World::get().good, silence);
  ClientOptions options = Caller::options_for(server.port());
  options.connections_max = 1;
  options.deadlines.total = limit;
  Caller caller(std::move(options));
  std::vector<std::string> ends;
  for (int i = 0; i < 3; ++i) {
    caller.client().start({.target = "/x"}, [&ends](ExchangeResult r) { ends.push_back(name(r)); });
  }
  caller.run_until([&ends] { return ends.size() == 3; });
  const auto count = [&ends](const char* end) { return std::ranges::count(ends, end); };
  const auto sent = count("timeout: not complete within 80 ms [billed?]");
  BOOST_TEST(sent <= 1);  // those that waited were never sent
  BOOST_TEST(sent + count("timeout: not complete within 80 ms") +
                 count("timeout: no free connection within 80 ms") ==
             3);
}

BOOST_AUTO_TEST_CASE(one_stalled_exchange_does_not_hold_the_others) {
  ScriptedServer server(&World::get().good, [](Peer& peer) {
    if (peer.index() == 0) return silence(peer);
    always(answer_of("good"))(peer);
  });
  Caller caller(server.port());
  bool stalled_ended = false;
  caller.client().start({.target = "/x"}, [&](ExchangeResult) { stalled_ended = true; });
  caller.run_until([&server] { return server.connections() == 1; });
  for (int i = 0; i < 20; ++i) BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(!stalled_ended);
}

BOOST_AUTO_TEST_CASE(idle_connections_go_after_their_time) {
  Gate closed;
  ScriptedServer server(&World::get().good, [&closed](Peer& peer) {
    always(answer_of("good"))(peer);
    closed.open();
  });
  ClientOptions options = Caller::options_for(server.port());
  options.deadlines.idle = limit;
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask()) == "status 200");
  caller.run_until([&caller] { return caller.client().gauges().connections == 0; });
  closed.wait();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
