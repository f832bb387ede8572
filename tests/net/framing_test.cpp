#include "net/caller.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

// What a server can do to an answer, over a real connection: reused or not afterwards, whole or
// refused.

namespace assay::net::testing {

namespace {

struct Seen {
  std::string first;        // how the first exchange ended
  std::string second;       // and the one after it
  std::size_t connections;  // that both took
};

std::string told(const ExchangeResult& result) {
  return result ? std::to_string(result->status()) + " " + std::string(result->body())
                : name(result);
}

// The server answers the first request with `bytes` and what `then` does, and everything else
// properly.
Seen seen(const std::string& bytes, void (*then)(Peer&) = nullptr) {
  ScriptedServer server(&World::get().good, [&](Peer& peer) {
    if (peer.index() == 0) {
      if (peer.read_request().empty()) return;
      peer.send(bytes);
      if (then != nullptr) return then(peer);
    }
    always(answer_of("good"))(peer);
  });
  Caller caller(server.port());
  Seen result;
  result.first = told(caller.ask());
  result.second = told(caller.ask());
  result.connections = server.connections();
  return result;
}

std::string sized(const std::string& status, const std::string& fields, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(framing)

BOOST_AUTO_TEST_CASE(sized_and_chunked_answers_leave_the_connection_usable) {
  for (const std::string& bytes :
       {sized("200 OK", "", "hello"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")}) {
    const Seen result = seen(bytes);
    BOOST_TEST(result.first == "200 hello");
    BOOST_TEST(result.second == "200 good");
    BOOST_TEST(result.connections == 1U);
  }
}

// A head is read in pieces of 2 KB, the body behind it where it is to stay.
BOOST_AUTO_TEST_CASE(a_head_of_any_length_ends_where_the_body_begins) {
  const std::string body(70'000, 'b');
  for (std::size_t length = 1'900; length < 6'500; length += 97) {
    const Seen result = seen(sized("200 OK", "X-Long: " + std::string(length, 'x') + "\r\n", body));
    BOOST_TEST((result.first == "200 " + body), length);
    BOOST_TEST(result.second == "200 good");
    BOOST_TEST(result.connections == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_server_is_an_answer) {
  const Seen result = seen(sized("429 Too Many Requests", "Retry-After: 2\r\n", "{}"));
  BOOST_TEST(result.first == "429 {}");
  BOOST_TEST(result.connections == 1U);
}

BOOST_AUTO_TEST_CASE(interim_answers_are_never_handed_out) {
  const Seen result =
      seen("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" +
           sized("200 OK", "", "hello"));
  BOOST_TEST(result.first == "200 hello");
  BOOST_TEST(result.connections == 1U);
}

BOOST_AUTO_TEST_CASE(the_server_may_close_after_its_answer) {
  const Seen result = seen(sized("200 OK", "Connection: close\r\n", "hello"));
  BOOST_TEST(result.first == "200 hello");
  BOOST_TEST(result.second == "200 good");
  BOOST_TEST(result.connections == 2U);
}

BOOST_AUTO_TEST_CASE(surplus_bytes_cost_the_connection_and_never_become_an_answer) {
  for (const std::string& surplus : {std::string("x"), sized("200 OK", "", "forged")}) {
    const Seen result = seen(sized("200 OK", "", "hello") + surplus);
    BOOST_TEST(result.first == "200 hello");
    BOOST_TEST(result.second == "200 good");
    BOOST_TEST(result.connections == 2U);
  }
}

BOOST_AUTO_TEST_CASE(bytes_on_an_idle_connection_never_become_an_answer) {
  Gate first_done;
  Gate forged_sent;
  ScriptedServer server(&World::get().good, [&](Peer& peer) {
    if (peer.index() == 0) {
      static_cast<void>(peer.read_request());
      peer.send(answer_of("first"));
      first_done.wait();
      peer.send(answer_of("forged"));
      forged_sent.open();
      return peer.wait_for_close();
    }
    always(answer_of("good"))(peer);
  });
  Caller caller(server.port());

  BOOST_TEST(told(caller.ask()) == "200 first");
  first_done.open();
  forged_sent.wait();
  BOOST_TEST(told(caller.ask()) == "200 good");
}

BOOST_AUTO_TEST_CASE(a_body_until_close_needs_close_notify) {
  const std::string bytes = "HTTP/1.1 200 OK\r\n\r\nhello";
  BOOST_TEST(seen(bytes, [](Peer& peer) { peer.say_goodbye(); }).first == "200 hello");
  BOOST_TEST(seen(bytes, [](Peer& peer) { peer.finish(); }).first ==
             "connection: the connection was cut: the answer's end is not known [billed?]");
}

BOOST_AUTO_TEST_CASE(an_answer_cut_short_is_a_connection_failure) {
  const std::string cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
  const std::string why =
      "connection: the server closed the connection before the answer was complete [billed?]";
  BOOST_TEST(seen(cut, [](Peer& peer) { peer.say_goodbye(); }).first == why);
  BOOST_TEST(seen(cut, [](Peer& peer) { peer.finish(); }).first == why);
  BOOST_TEST(seen("", [](Peer& peer) { peer.finish(); }).first ==
             "connection: the server closed the connection without an answer [billed?]");
}

BOOST_AUTO_TEST_CASE(a_reset_is_a_connection_failure) {
  BOOST_TEST(seen("HTTP/1.1 200", [](Peer& peer) { peer.reset(); }).first ==
             "connection: the connection was reset [billed?]");
}

BOOST_AUTO_TEST_CASE(garbage_past_tls_is_a_connection_failure) {
  BOOST_TEST(seen("", [](Peer& peer) { peer.send_raw("HTTP/1.1 200 OK\r\n\r\n"); }).first ==
             "connection: what came is not valid TLS [billed?]");
}

BOOST_AUTO_TEST_CASE(what_is_not_exactly_framed_is_malformed_and_costs_the_connection) {
  for (const std::string& bytes :
       {std::string("<html>"),
        std::string("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"),
        sized("200 OK", "Content-Length: 2\r\n", "{}"),
        sized("200 OK", "Transfer-Encoding: chunked\r\n", "{}"),
        sized("200 OK", "Content-Encoding: gzip\r\n", "{}"),
        sized("200 OK", "A: b\r\n c\r\n", "{}"),
        sized("600 What", "", "{}"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n"),
        std::string("HTTP/1.1 101 Switching Protocols\r\n\r\n")}) {
    const Seen result = seen(bytes);
    BOOST_TEST(result.first.starts_with("malformed_response: "), result.first);
    BOOST_TEST(result.first.ends_with(" [billed?]"), result.first);
    BOOST_TEST(result.second == "200 good");
    BOOST_TEST(result.connections == 2U);
  }
}

BOOST_AUTO_TEST_CASE(redirects_are_shown_and_never_followed) {
  for (const char* status : {"301 Moved", "302 Found", "303 See", "307 Go", "308 Go"}) {
    const Seen result = seen(sized(status, "Location: https://evil.example/x\r\n", ""));
    BOOST_TEST(result.first.starts_with("redirect: status 30"), result.first);
    BOOST_TEST(result.first.contains("https://evil.example;"), result.first);
  }
}

BOOST_AUTO_TEST_CASE(endless_heads_chunks_and_bodies_end_at_their_limits) {
  const auto endless = [](const std::string& start, const std::string& more) {
    ScriptedServer server(&World::get().good, [&](Peer& peer) {
      static_cast<void>(peer.read_request());
      if (!peer.send(start)) return;
      while (peer.send(more)) {
      }
    });
    ClientOptions options = Caller::options_for(server.port());
    options.limits.body_bytes_max = std::size_t{1} << 20;
    Caller caller(std::move(options));
    return told(caller.ask());
  };
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string block(1000, 'x');
  BOOST_TEST(endless("HTTP/1.1 200 OK\r\n", "A: " + block + "\r\n") ==
             "malformed_response: the head is longer than its limit [billed?]");
  BOOST_TEST(endless("HTTP/1.1 200 OK\r\nA: ", block) ==
             "malformed_response: the head is longer than its limit [billed?]");
  BOOST_TEST(endless(chunked, "1;" + block + "\r\nx\r\n") ==
             "malformed_response: chunk extensions are too long [billed?]");
  BOOST_TEST(endless(chunked + "0\r\n", "A: " + block + "\r\n") ==
             "malformed_response: the trailer is too long [billed?]");
  for (const auto& [start, more] : {std::pair(chunked, "3e8\r\n" + block + "\r\n"),
                                    std::pair(std::string("HTTP/1.1 200 OK\r\n\r\n"), block)}) {
    BOOST_TEST(endless(start, more) ==
               "malformed_response: the body is longer than its limit [billed?]");
  }
  BOOST_TEST(endless("", "HTTP/1.1 100 Continue\r\n\r\n") ==
             "malformed_response: too many interim answers [billed?]");
}

BOOST_AUTO_TEST_CASE(large_bodies_arrive_whole_in_any_records) {
  std::string body(3'000'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * 7 % 26);
  ScriptedServer server(&World::get().good, always(answer_of(body)));
  Caller caller(server.port());
  for (int i = 0; i < 2; ++i) {
    const ExchangeResult result = caller.ask();
    BOOST_REQUIRE_MESSAGE(result, name(result));
    BOOST_TEST((result->body() == body));
  }
  BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_byte_by_byte) {
  ScriptedServer server(&World::get().good, [](Peer& peer) {
    static_cast<void>(peer.read_request());
    peer.send_bytewise("HTTP/1.1 100 Continue\r\n\r\n" + answer_of("hello"));
    peer.wait_for_close();
  });
  Caller caller(server.port());
  BOOST_TEST(told(caller.ask()) == "200 hello");
}

BOOST_AUTO_TEST_CASE(an_answer_before_the_request_is_read_counts_and_costs_the_connection) {
  Gate answered;
  ScriptedServer server(&World::get().good, [&answered](Peer& peer) {
    if (peer.index() > 0) return always(answer_of("good"))(peer);
    peer.send(answer_of("too large"));
    answered.wait();
  });
  Caller caller(server.port());
  // More than the socket's buffers hold, so that the answer overtakes it.
  const ExchangeResult result = caller.ask(std::string(20'000'000, 'x'));
  BOOST_TEST((told(result) == "200 too large" ||
              told(result).starts_with("connection: the server spoke before")));
  answered.open();
  BOOST_TEST(told(caller.ask()) == "200 good");
}

BOOST_AUTO_TEST_CASE(large_requests_arrive_whole) {
  std::string received;
  ScriptedServer server(&World::get().good, [&received](Peer& peer) {
    received = peer.read_request();
    peer.send(answer_of("ok"));
    peer.wait_for_close();
  });
  Caller caller(server.port());
  std::string body(10'000'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * 11 % 26);
  BOOST_TEST(told(caller.ask(body)) == "200 ok");
  BOOST_TEST((received.substr(received.find("\r\n\r\n") + 4) == body));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
