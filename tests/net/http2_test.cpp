#include "net/caller.hpp"
#include "net/http2_peer.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

// The client on HTTP/2, against servers that say each frame by hand.

namespace assay::net::testing {

namespace {

using std::chrono::milliseconds;

// A script of HTTP/2 that has greeted with these settings.
ScriptedServer::Script speaking(std::function<void(Http2Peer&, Peer&)> script,
                                Http2Peer::Settings settings = {}) {
  return [script = std::move(script), settings](Peer& peer) {
    Http2Peer http(peer);
    if (http.greet(settings)) script(http, peer);
  };
}

// Answers whatever comes.
void answer_all(Http2Peer& http, Peer&) {
  while (const auto stream = http.read_request()) {
    if (!http.answer(*stream, http.body())) return;
  }
}

struct Server {
  explicit Server(std::function<void(Http2Peer&, Peer&)> script, Http2Peer::Settings settings = {})
      : scripted(&World::get().good,
                 speaking(std::move(script), settings),
                 ScriptedServer::Mode::tls_http2) {}
  [[nodiscard]] ClientOptions options() const { return Caller::options_for(scripted.port()); }
  ScriptedServer scripted;
};

// Starts `count` exchanges at once and gives how each ended, in order of starting.
std::vector<std::string> ends_of(Caller& caller,
                                 std::size_t count,
                                 const std::string& body = "{}") {
  std::vector<std::string> ends(count);
  std::size_t ended = 0;
  for (std::string& end : ends) {
    caller.client().start({.target = "/x", .body = body}, [&end, &ended](ExchangeResult result) {
      end = name(result) + (!result && result.error().dead_on_reuse ? " [stale]" : "");
      ++ended;
    });
  }
  caller.run_until([&] { return ended == count; });
  return ends;
}

// Sends again what was not processed, as the dispatcher does; gives how often.
std::size_t all_answered(Caller& caller, std::size_t count) {
  std::size_t answered = 0;
  std::size_t again = 0;
  std::function<void()> start = [&] {
    caller.client().start({.target = "/x", .body = "{}"}, [&](ExchangeResult result) {
      if (result) {
        ++answered;
        return;
      }
      BOOST_REQUIRE_MESSAGE(!result.error().possibly_billed, name(result));
      ++again;
      start();
    });
  };
  for (std::size_t i = 0; i < count; ++i) start();
  caller.run_until([&] { return answered == count; });
  return again;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http2)

BOOST_AUTO_TEST_CASE(many_exchanges_share_a_connection) {
  Server server(answer_all);
  Caller caller(server.options());
  for (const std::string& end : ends_of(caller, 100)) BOOST_TEST(end == "status 200");
  BOOST_TEST(server.scripted.connections() == 1U);
  BOOST_TEST(caller.client().counters().connections_http2 == 1U);
  BOOST_TEST(caller.client().gauges().in_flight == 0U);
  BOOST_TEST(caller.client().gauges().idle == 1U);
}

// The stream that each of 40 requests is to be answered after, by its own.
std::map<std::uint32_t, std::uint32_t> turns_at(Http2Peer::Settings settings) {
  std::map<std::uint32_t, std::uint32_t> turns;
  {
    Server server(
        [&turns](Http2Peer& http, Peer&) {
          while (const auto stream = http.read_request()) {
            turns.emplace(*stream, http.before(*stream));
            http.answer(*stream);
          }
        },
        settings);
    Caller caller(server.options());
    for (const std::string& end : ends_of(caller, 40)) BOOST_TEST(end == "status 200");
  }
  return turns;
}

BOOST_AUTO_TEST_CASE(answers_are_asked_for_in_rows_of_sixteen) {
  const auto turns = turns_at({});
  BOOST_TEST(turns.size() == 40U);
  for (const auto& [stream, before] : turns) {
    BOOST_TEST(before == (stream / 2 % 16 == 0 ? 0 : stream - 2));
  }
}

BOOST_AUTO_TEST_CASE(a_server_without_priorities_is_sent_none) {
  const auto turns = turns_at({.priorities = false});
  // The first request went out before the server's SETTINGS came.
  for (const auto& [stream, before] : turns) BOOST_TEST(before == 0U);
}

BOOST_AUTO_TEST_CASE(bodies_of_any_size_go_and_come_whole) {
  Server server(answer_all);
  Caller caller(server.options());
  for (const std::size_t size : {0U, 1U, 16'384U, 50'000U, 65'535U}) {
    const std::string body(size, 'x');
    const ExchangeResult result = caller.ask(body);
    BOOST_REQUIRE_EQUAL(name(result), "status 200");
    BOOST_TEST((result->body() == body));
  }
}

BOOST_AUTO_TEST_CASE(connections_are_added_as_streams_fill_up) {
  Server server([](Http2Peer& http, Peer&) {
    while (const auto stream = http.read_request()) {
      std::this_thread::sleep_for(milliseconds{2});
      if (!http.answer(*stream)) return;
    }
  });
  ClientOptions options = server.options();
  options.streams_target = 10;
  Caller caller(std::move(options));
  for (const std::string& end : ends_of(caller, 100)) BOOST_TEST(end == "status 200");
  BOOST_TEST(server.scripted.connections() > 1U);
  BOOST_TEST(server.scripted.connections() <= 11U);
}

BOOST_AUTO_TEST_CASE(a_limit_of_streams_is_kept) {
  for (const std::uint32_t limit : {1U, 3U, 100U}) {
    std::atomic<bool> exceeded = false;
    Server server(
        [&exceeded, limit](Http2Peer& http, Peer&) {
          // Reads as many as may be open, then answers them: one more would be one too many.
          std::vector<std::uint32_t> open;
          while (const auto stream = http.read_request()) {
            open.push_back(*stream);
            exceeded = exceeded || open.size() > limit;
            http.answer(*stream);
            open.clear();
          }
        },
        {.streams_max = limit});
    ClientOptions options = server.options();
    options.connections_max = 4;
    Caller caller(std::move(options));
    for (const std::string& end : ends_of(caller, 200)) BOOST_TEST(end == "status 200");
    BOOST_TEST(!exceeded);
    BOOST_TEST(server.scripted.connections() <= 4U);
  }
}

BOOST_AUTO_TEST_CASE(with_one_stream_allowed_the_second_waits_for_the_first) {
  Gate gate;
  std::atomic<int> requests = 0;
  Server server(
      [&](Http2Peer& http, Peer&) {
        while (const auto stream = http.read_request()) {
          if (++requests == 1) gate.wait();
          http.answer(*stream);
        }
      },
      {.streams_max = 1});
  ClientOptions options = server.options();
  options.connections_max = 1;
  Caller caller(std::move(options));
  std::size_t ended = 0;
  for (int i = 0; i < 3; ++i) {
    caller.client().start({.target = "/x"}, [&ended](ExchangeResult r) { ended += r.has_value(); });
  }
  caller.run_until([&requests] { return requests == 1; });
  BOOST_TEST(caller.client().gauges().waiting == 2U);
  gate.open();
  caller.run_until([&ended] { return ended == 3; });
  BOOST_TEST(requests == 3);
}

BOOST_AUTO_TEST_CASE(a_goodbye_sends_back_what_is_above_it_and_lets_the_rest_end) {
  std::atomic<int> processed = 0;
  Server server([&processed](Http2Peer& http, Peer& peer) {
    std::uint32_t last = 0;
    if (peer.index() == 0) {
      for (int i = 0; i < 10; ++i) {
        const auto stream = http.read_request();
        if (!stream) return;
        if (i < 4) last = *stream;
        if (i < 1) {
          ++processed;
          http.answer(*stream);
        }
      }
      http.say_goodbye(last);
      for (std::uint32_t stream = 3; stream <= last; stream += 2) {
        ++processed;
        http.answer(stream);
      }
      return peer.wait_for_close();
    }
    while (const auto stream = http.read_request()) {
      ++processed;
      http.answer(*stream);
    }
  });
  Caller caller(server.options());
  BOOST_TEST(all_answered(caller, 10) == 6U);
  BOOST_TEST(processed == 10);
  BOOST_TEST(server.scripted.connections() == 2U);
}

// A server that goes is not one that is overloaded, even if it goes before its first answer.
BOOST_AUTO_TEST_CASE(what_a_goodbye_at_peace_sends_back_is_no_failure_if_it_keeps_others) {
  struct Goodbye {
    bool keeps_first;
    Code code;
    bool is_free;
  };
  for (const auto& [keeps_first, code, is_free] : {Goodbye{true, Code::none, true},
                                                   Goodbye{false, Code::none, false},
                                                   Goodbye{true, Code::enhance_your_calm, false}}) {
    Server server([keeps_first, code](Http2Peer& http, Peer& peer) {
      std::uint32_t first = 0;
      for (int i = 0; i < 10; ++i) {
        const auto stream = http.read_request();
        if (!stream) return;
        if (i == 0) first = *stream;
      }
      http.say_goodbye(keeps_first ? first : 0, code);
      if (keeps_first) http.answer(first);
      peer.wait_for_close();
    });
    ClientOptions options = server.options();
    options.dead_on_reuse = ClientOptions::DeadOnReuse::report;
    Caller caller(std::move(options));
    std::map<std::string, int> ends;
    int ended = 0;
    for (int i = 0; i < 10; ++i) {
      caller.client().start({.target = "/x"}, [&](const ExchangeResult& result) {
        ++ended;
        const bool free = !result && failure_of(result).dead_on_reuse;
        BOOST_TEST((result || !failure_of(result).possibly_billed));
        ++ends[result ? "answered" : free ? "free" : "failed"];
      });
    }
    caller.run_until([&ended] { return ended == 10; });
    BOOST_TEST(ends["answered"] == (keeps_first ? 1 : 0));
    BOOST_TEST(ends[is_free ? "free" : "failed"] == (keeps_first ? 9 : 10));
  }
}

// Its goodbye says that it keeps the first; then it refuses that one, too.
BOOST_AUTO_TEST_CASE(what_a_server_sends_back_is_free_up_to_a_bound) {
  Server server([](Http2Peer& http, Peer& peer) {
    for (int i = 0; i < 10; ++i) {
      if (!http.read_request()) return;
    }
    http.say_goodbye(1);
    http.reset(1, Code::refused_stream);
    peer.wait_for_close();
  });
  ClientOptions options = server.options();
  options.dead_on_reuse = ClientOptions::DeadOnReuse::report;
  options.free_sendings_max = 5;
  Caller caller(std::move(options));
  int free = 0;
  int failed = 0;
  for (int i = 0; i < 10; ++i) {
    caller.client().start({.target = "/x"}, [&](const ExchangeResult& result) {
      ++(failure_of(result).dead_on_reuse ? free : failed);
    });
  }
  caller.run_until([&] { return free + failed == 10; });
  BOOST_TEST(free == 5);    // of the nine that were beyond the first
  BOOST_TEST(failed == 5);  // the others, and the first, which was said to be kept
}

// As nginx with its limit of requests: the goodbye comes with the last one that it takes.
void take_no_more_than(std::uint32_t requests_max, Http2Peer& http, Peer& peer) {
  const std::uint32_t last = 2 * requests_max - 1;
  for (std::uint32_t taken = 0; taken < requests_max;) {
    const auto stream = http.read_request();
    if (!stream) return;
    if (*stream == last) http.say_goodbye(last);
    if (*stream > last) continue;
    http.answer(*stream);
    ++taken;
  }
  peer.wait_for_close();
}

BOOST_AUTO_TEST_CASE(no_more_is_sent_than_connections_are_known_to_take) {
  for (const std::uint32_t requests_max : {1U, 7U, 64U}) {
    Server server([requests_max](Http2Peer& http, Peer& peer) {
      take_no_more_than(requests_max, http, peer);
    });
    Caller caller(server.options());
    // Until it is known, the streams of some connections are full.
    BOOST_TEST(all_answered(caller, 200) <= 400U);
    BOOST_TEST(all_answered(caller, 200) <= 64U);
  }
}

BOOST_AUTO_TEST_CASE(one_early_goodbye_is_not_taken_for_a_rule) {
  Server server([](Http2Peer& http, Peer& peer) {
    if (peer.index() == 0) return take_no_more_than(2, http, peer);
    answer_all(http, peer);
  });
  Caller caller(server.options());
  for (int round = 0; round < 3; ++round) all_answered(caller, 200);
  BOOST_TEST(caller.client().counters().connections_opened <= 5U);  // 100 streams on each
}

BOOST_AUTO_TEST_CASE(early_goodbyes_are_forgotten_as_connections_outlive_them) {
  Server server([](Http2Peer& http, Peer& peer) {
    if (peer.index() < 3) return take_no_more_than(2, http, peer);
    answer_all(http, peer);
  });
  Caller caller(server.options());
  for (int round = 0; round < 3; ++round) all_answered(caller, 200);
  const auto opened = caller.client().counters().connections_opened;
  BOOST_TEST(all_answered(caller, 200) == 0U);
  BOOST_TEST(caller.client().counters().connections_opened == opened);
}

BOOST_AUTO_TEST_CASE(a_refused_stream_is_not_billed_and_can_be_sent_again) {
  std::atomic<int> refused = 0;
  Server server([&refused](Http2Peer& http, Peer&) {
    for (int i = 0; const auto stream = http.read_request(); ++i) {
      if (i % 3 == 1) {
        ++refused;
        http.reset(*stream, Code::refused_stream);
      } else {
        http.answer(*stream);
      }
    }
  });
  Caller caller(server.options());
  const std::size_t again = all_answered(caller, 50);
  BOOST_TEST(again == static_cast<std::size_t>(refused.load()));
  BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_refuses_on_and_on_is_overloaded) {
  Server server([](Http2Peer& http, Peer&) {
    for (int i = 0; const auto stream = http.read_request(); ++i) {
      if (i == 0) {
        http.answer(*stream);
      } else {
        http.reset(*stream, Code::refused_stream);
      }
    }
  });
  Caller caller(server.options());
  BOOST_TEST(ends_of(caller, 1).front() == "status 200");
  const std::string free = "overloaded: the server refused the stream [stale]";
  for (int i = 0; i < 100; ++i) BOOST_TEST(ends_of(caller, 1).front() == free);
  BOOST_TEST(ends_of(caller, 1).front() == "overloaded: the server refused the stream");
}

BOOST_AUTO_TEST_CASE(a_dropped_connection_fails_what_was_under_way_and_no_more) {
  Gate gate;  // a reset may overtake answers that were not read yet
  Server server([&gate](Http2Peer& http, Peer& peer) {
    for (int i = 0; const auto stream = http.read_request(); ++i) {
      if (peer.index() == 0 && i == 5) {
        gate.wait();
        return peer.reset();
      }
      http.answer(*stream);
    }
  });
  ClientOptions options = server.options();
  options.connections_max = 1;
  Caller caller(std::move(options));
  std::vector<std::string> ends;
  const auto add = [&ends](const ExchangeResult& result) { ends.push_back(name(result)); };
  for (int i = 0; i < 6; ++i) caller.client().start({.target = "/x"}, add);
  caller.run_until([&ends] { return ends.size() == 5; });
  BOOST_TEST(std::ranges::count(ends, "status 200") == 5);
  gate.open();
  caller.run_until([&ends] { return ends.size() == 6; });
  BOOST_TEST(ends.back().starts_with("connection: "), ends.back());
  BOOST_TEST(ends.back().ends_with("[billed?]"), ends.back());
  BOOST_TEST(ends_of(caller, 3) == (std::vector<std::string>(3, "status 200")),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_those_that_a_break_ends_one_tells_of_it) {
  Server server([](Http2Peer& http, Peer& peer) {
    for (int i = 0; i < 6; ++i) {
      if (!http.read_request()) return;
    }
    peer.reset();
  });
  ClientOptions options = server.options();
  options.connections_max = 1;
  Caller caller(std::move(options));
  std::vector<bool> repeats;
  for (int i = 0; i < 6; ++i) {
    caller.client().start({.target = "/x"}, [&](const ExchangeResult& result) {
      BOOST_TEST((failure_of(result).cls == FailureClass::connection));
      repeats.push_back(failure_of(result).same_break);
    });
  }
  caller.run_until([&repeats] { return repeats.size() == 6; });
  BOOST_TEST(!repeats.front());
  BOOST_TEST(std::ranges::count(repeats, true) == 5);
}

// The rules are the server's to keep: what it makes of one answer it may make of each.
BOOST_AUTO_TEST_CASE(rules_that_are_broken_are_no_break_of_the_connection) {
  Server server([](Http2Peer& http, Peer& peer) {
    for (int i = 0; i < 6; ++i) {
      if (!http.read_request()) return;
    }
    http.send({.type = Frame::headers, .flags = Frame::end_headers, .stream = 2});
    peer.wait_for_close();
  });
  ClientOptions options = server.options();
  options.connections_max = 1;
  Caller caller(std::move(options));
  int ended = 0;
  for (int i = 0; i < 6; ++i) {
    caller.client().start({.target = "/x"}, [&](const ExchangeResult& result) {
      ++ended;
      BOOST_TEST((failure_of(result).cls == FailureClass::malformed_response), name(result));
      BOOST_TEST(!failure_of(result).same_break);
    });
  }
  caller.run_until([&ended] { return ended == 6; });
}

BOOST_AUTO_TEST_CASE(an_idle_connection_found_dead_is_replaced) {
  for (auto* close : {+[](Peer& peer) { peer.finish(); }, +[](Peer& peer) { peer.reset(); }}) {
    Server server([close](Http2Peer& http, Peer& peer) {
      const auto stream = http.read_request();
      if (!stream) return;
      http.answer(*stream);
      close(peer);
      peer.wait_for_close();
    });
    Caller caller(server.options());
    for (int i = 0; i < 10; ++i) {
      std::string end = ends_of(caller, 1).front();
      // It may die as it is used: that is told, and costs no attempt.
      while (end.ends_with("[stale]")) end = ends_of(caller, 1).front();
      BOOST_TEST(end == "status 200");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stalled_window_ends_by_its_deadline_and_holds_nobody_up) {
  // No byte of a body may be sent: only requests without one get through.
  Server server(
      [](Http2Peer& http, Peer&) {
        while (const auto stream = http.read_request()) http.answer(*stream);
      },
      {.window = 0});
  ClientOptions options = server.options();
  options.deadlines.first_byte = milliseconds{100};
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask(Request{.method = "GET", .target = "/x"})) == "status 200");
  BOOST_TEST(name(caller.ask("body")) == "timeout: no first byte within 100 ms [billed?]");
  BOOST_TEST(name(caller.ask(Request{.method = "GET", .target = "/x"})) == "status 200");
  BOOST_TEST(server.scripted.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_late_answer_costs_one_reset_and_the_others_go_on) {
  std::atomic<std::size_t> resets = 0;
  Server server([&resets](Http2Peer& http, Peer&) {
    for (int i = 0; const auto stream = http.read_request(); ++i) {
      if (i != 1) http.answer(*stream);
      resets = http.resets();
    }
  });
  ClientOptions options = server.options();
  options.deadlines.first_byte = milliseconds{100};
  Caller caller(std::move(options));
  const auto ends = ends_of(caller, 3);
  BOOST_TEST(std::ranges::count(ends, "status 200") == 2);
  BOOST_TEST(std::ranges::count(ends, "timeout: no first byte within 100 ms [billed?]") == 1);
  BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(resets == 1U);
  BOOST_TEST(server.scripted.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_no_ping_is_dead) {
  Server server([](Http2Peer& http, Peer&) {
    http.pongs = false;
    while (http.read_request()) {
    }
  });
  ClientOptions options = server.options();
  options.deadlines.ping_after = milliseconds{50};
  options.deadlines.ping_wait = milliseconds{50};
  Caller caller(std::move(options));
  for (const std::string& end : ends_of(caller, 3)) {
    BOOST_TEST(end.starts_with("connection: the server answered no ping within 50 ms"));
  }
}

BOOST_AUTO_TEST_CASE(a_slow_server_that_answers_pings_is_waited_for) {
  std::atomic<int> pings = 0;
  Server server([&pings](Http2Peer& http, Peer&) {
    const auto stream = http.read_request();
    while (const auto frame = http.read()) {
      if (frame->type == Frame::ping) {
        http.send({.type = Frame::ping, .flags = Frame::ack, .payload = frame->payload});
        if (++pings == 3) http.answer(*stream);
      }
    }
  });
  ClientOptions options = server.options();
  options.deadlines.ping_after = milliseconds{20};
  options.deadlines.ping_wait = std::chrono::seconds{5};
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(pings >= 3);
}

BOOST_AUTO_TEST_CASE(an_early_answer_ends_the_exchange) {
  Server server(
      [](Http2Peer& http, Peer&) {
        while (const auto frame = http.read()) {
          if (frame->type != Frame::headers) continue;
          http.send_head(frame->stream, {{":status", "429"}}, Frame::end_stream);
        }
      },
      {.window = 0});
  Caller caller(server.options());
  BOOST_TEST(name(caller.ask("a body that may not be sent")) == "status 429");
  BOOST_TEST(name(caller.ask("another")) == "status 429");
}

BOOST_AUTO_TEST_CASE(answers_against_the_rules_are_refused_and_the_connection_stays) {
  const std::vector<Http2Peer::Fields> heads{{{":status", "200"}, {"X-Upper", "a"}},
                                             {{":status", "200"}, {"connection", "close"}},
                                             {{":status", "200"}, {"x-a", "a\nb"}},
                                             {{":status", "200"}, {"content-length", "1"}},
                                             {{":status", "200"}, {"content-length", "x"}},
                                             {{":status", "20"}},
                                             {{":status", "600"}},
                                             {{"x-a", "b"}},
                                             {{":status", "200"}, {":path", "/"}},
                                             {{":status", "200"}, {"content-encoding", "gzip"}}};
  Server server([&heads](Http2Peer& http, Peer&) {
    for (std::size_t i = 0; const auto stream = http.read_request(); ++i) {
      if (i == heads.size()) {
        http.answer(*stream);
        continue;
      }
      http.send_head(*stream, heads[i]);
      http.send_data(*stream, "{}", Frame::end_stream);
    }
  });
  Caller caller(server.options());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const TransportFailure failure = failure_of(caller.ask());
    BOOST_TEST(name_of(failure.cls) == "malformed_response", heads[i].back().first);
  }
  BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(server.scripted.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(interim_answers_and_trailers_are_no_part_of_the_answer) {
  Server server([](Http2Peer& http, Peer&) {
    while (const auto stream = http.read_request()) {
      http.send_head(*stream, {{":status", "100"}});
      http.send_head(*stream, {{":status", "103"}, {"link", "x"}});
      http.send_head(*stream, {{":status", "200"}, {"x-a", "b"}});
      http.send_data(*stream, "{}");
      http.send_head(*stream, {{"x-a", "trailer"}}, Frame::end_stream);
    }
  });
  Caller caller(server.options());
  const ExchangeResult result = caller.ask();
  BOOST_REQUIRE_EQUAL(name(result), "status 200");
  BOOST_TEST(result->body() == "{}");
  BOOST_TEST(result->fields().size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_no_http2_ends_the_connection) {
  ScriptedServer server(
      &World::get().good,
      [](Peer& peer) {
        if (peer.read_bytes(preface.size()).empty()) return;
        peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        peer.wait_for_close();
      },
      ScriptedServer::Mode::tls_http2);
  Caller caller(server.port());
  BOOST_TEST(name(caller.ask()) ==
             "malformed_response: the server broke the rules of HTTP/2 [billed?]");
  BOOST_TEST(caller.client().gauges().connections == 0U);
}

BOOST_AUTO_TEST_CASE(a_server_push_is_refused) {
  Server server([](Http2Peer& http, Peer&) {
    while (const auto stream = http.read_request()) {
      const std::string promised("\0\0\0\2", 4);
      http.send({.type = 5,
                 .flags = Frame::end_headers,
                 .stream = *stream,
                 .payload = promised + literal_fields({{":method", "GET"}})});
      http.answer(*stream);
    }
  });
  Caller caller(server.options());
  BOOST_TEST(name(caller.ask()).starts_with("malformed_response: "));
}

BOOST_AUTO_TEST_CASE(resets_are_told_apart) {
  const std::vector<std::pair<Code, std::string>> codes{
      {Code::internal_error, "connection: the stream was reset: INTERNAL_ERROR [billed?]"},
      {Code::enhance_your_calm, "overloaded: the stream was reset: ENHANCE_YOUR_CALM [billed?]"},
      {Code::cancel, "connection: the stream was reset: CANCEL [billed?]"},
      {Code::none, "connection: the stream was reset: NO_ERROR [billed?]"}};
  Server server([&codes](Http2Peer& http, Peer&) {
    for (const auto& [code, unused] : codes) {
      if (const auto stream = http.read_request()) http.reset(*stream, code);
    }
    while (http.read_request()) {
    }
  });
  Caller caller(server.options());
  for (const auto& [unused, end] : codes) BOOST_TEST(ends_of(caller, 1).front() == end);
}

BOOST_AUTO_TEST_CASE(a_server_that_chooses_no_protocol_gets_http1) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  ClientOptions options = Caller::options_for(server.port());
  options.http = HttpVersion::automatic;
  Caller caller(std::move(options));
  for (const std::string& end : ends_of(caller, 50)) BOOST_TEST(end == "status 200");
  BOOST_TEST(caller.client().counters().connections_http2 == 0U);
}

BOOST_AUTO_TEST_CASE(where_only_http2_will_do_another_protocol_is_refused) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  ClientOptions options = Caller::options_for(server.port());
  options.http = HttpVersion::http2;
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask()) == "unsupported: the server does not speak HTTP/2");
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_http1_gets_it) {
  ScriptedServer server(
      &World::get().good,
      [](Peer& peer) {
        if (peer.index() > 0) return always(answer_of("{}"))(peer);
        Http2Peer http(peer);
        if (!http.greet()) return;
        if (const auto stream = http.read_request()) http.reset(*stream, Code::http_1_1_required);
        peer.wait_for_close();
      },
      ScriptedServer::Mode::tls_http2);
  Caller caller(server.port());
  BOOST_TEST(ends_of(caller, 1).front() == "connection: the server asks for HTTP/1.1 [stale]");
  BOOST_TEST(ends_of(caller, 1).front() == "status 200");
}

BOOST_AUTO_TEST_CASE(http2_without_tls_is_spoken_where_it_is_known_to_be) {
  ScriptedServer server(nullptr, speaking(answer_all), ScriptedServer::Mode::plain);
  ClientOptions options = Caller::options_for(server.port());
  options.origin.scheme = Scheme::http;
  options.http = HttpVersion::http2;
  Caller caller(std::move(options));
  for (const std::string& end : ends_of(caller, 20)) BOOST_TEST(end == "status 200");
}

BOOST_AUTO_TEST_CASE(idle_connections_end_with_a_goodbye) {
  std::atomic<std::size_t> goodbyes = 0;
  Server server([&goodbyes](Http2Peer& http, Peer& peer) {
    answer_all(http, peer);
    goodbyes = http.goodbyes();
  });
  ClientOptions options = server.options();
  options.deadlines.idle = milliseconds{50};
  Caller caller(std::move(options));
  BOOST_TEST(name(caller.ask()) == "status 200");
  caller.run_until([&caller] { return caller.client().gauges().connections == 0; });
  caller.run_until([&goodbyes] { return goodbyes == 1; });
}

BOOST_AUTO_TEST_CASE(cancel_all_ends_every_stream) {
  std::atomic<int> requests = 0;
  Server server([&requests](Http2Peer& http, Peer&) {
    while (http.read_request()) ++requests;
  });
  Caller caller(server.options());
  std::vector<std::string> ends;
  for (int i = 0; i < 5; ++i) {
    caller.client().start({.target = "/x"}, [&ends](ExchangeResult r) { ends.push_back(name(r)); });
  }
  caller.run_until([&requests] { return requests == 5; });
  caller.client().cancel_all();
  caller.run_until([&ends] { return ends.size() == 5; });
  BOOST_TEST(std::ranges::count(ends, "cancelled: cancelled [billed?]") == 5);
  BOOST_TEST(caller.client().gauges().connections == 0U);
}

BOOST_AUTO_TEST_CASE(a_destroyed_client_drops_its_streams) {
  Server server([](Http2Peer& http, Peer&) {
    while (http.read_request()) {
    }
  });
  boost::asio::io_context io{1};
  Loop loop(io);
  bool called = false;
  {
    auto client = Client::open(loop, World::get().trust(), server.options());
    for (int i = 0; i < 50; ++i) {
      client->start({.target = "/x"}, [&called](ExchangeResult) { called = true; });
    }
    for (int i = 0; i < 50; ++i) io.run_one_for(milliseconds{20});
  }
  io.run();
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(done_may_start_the_next_exchange_on_the_same_connection) {
  Server server(answer_all);
  Caller caller(server.options());
  int left = 500;
  std::function<void(ExchangeResult)> next = [&](ExchangeResult result) {
    BOOST_REQUIRE(result.has_value());
    if (--left > 0) caller.client().start({.target = "/x"}, next);
  };
  caller.client().start({.target = "/x"}, next);
  caller.run_until([&left] { return left == 0; });
  BOOST_TEST(server.scripted.connections() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
