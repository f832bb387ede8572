#include "net/caller.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

// Through a proxy by CONNECT, with TLS end to end.

namespace assay::net::testing {

namespace {

// Moves bytes from one socket to another until either ends.
void pump(int from, int to) {
  char block[4096];
  for (ssize_t got = 0; (got = ::recv(from, block, sizeof block, 0)) > 0;) {
    if (::send(to, block, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) break;
  }
  ::shutdown(to, SHUT_RDWR);
  ::shutdown(from, SHUT_RDWR);
}

void relay(Peer& peer, std::uint16_t port) {
  const int onward = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(onward, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    std::thread back([&] { pump(onward, peer.descriptor()); });
    pump(peer.descriptor(), onward);
    back.join();
  }
  ::close(onward);
}

std::string through(const ScriptedServer::Script& proxy_script,
                    std::uint16_t port,
                    const std::string& host = "127.0.0.1") {
  ScriptedServer proxy(nullptr, proxy_script, ScriptedServer::Mode::plain);
  ClientOptions options = Caller::options_for(port, host);
  options.proxy = Proxy{.host = "127.0.0.1", .port = proxy.port()};
  options.secret_headers = {
      {.name = "Authorization", .prefix = "Bearer ", .key = Secret("sk-hunter2")}};
  options.deadlines.connect = std::chrono::seconds{1};
  Caller caller(std::move(options));
  return name(caller.ask());
}

ScriptedServer::Script says(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    static_cast<void>(peer.read_request());
    peer.send(bytes);
    peer.wait_for_close();
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tunnel)

BOOST_AUTO_TEST_CASE(the_proxy_sees_the_host_and_nothing_else) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  std::string asked;
  const std::string end = through(
      [&](Peer& peer) {
        asked = peer.read_request();
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        relay(peer, server.port());
      },
      server.port());
  BOOST_TEST(end == "status 200");
  const std::string target = "127.0.0.1:" + std::to_string(server.port());
  BOOST_TEST(asked == "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_proxy_looks_names_up) {
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  const std::string end = through(
      [&](Peer& peer) {
        if (!peer.read_request().starts_with("CONNECT localhost:")) return;
        peer.send("HTTP/1.1 200 OK\r\n\r\n");
        relay(peer, server.port());
      },
      server.port(),
      "localhost");
  BOOST_TEST(end == "status 200");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_poses_as_the_server_is_refused) {
  const Authority other;
  const Identity forged = other.issue({});
  ScriptedServer impostor(&forged, always(answer_of("{}")));
  const std::string end = through(
      [&](Peer& peer) {
        static_cast<void>(peer.read_request());
        peer.send("HTTP/1.1 200 OK\r\n\r\n");
        relay(peer, impostor.port());
      },
      impostor.port());
  BOOST_TEST(end.starts_with("certificate: "), end);
}

BOOST_AUTO_TEST_CASE(refusals_garbage_and_silence_of_the_proxy_are_told) {
  BOOST_TEST(
      through(says("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"), 1) ==
      "connection: the proxy refuses to connect: status 407");
  BOOST_TEST(through(says("HTTP/1.1 302 Found\r\nLocation: https://evil.example\r\n\r\n"), 1) ==
             "connection: the proxy refuses to connect: status 302");
  BOOST_TEST(through(says("<html>\r\n\r\n"), 1).starts_with("connection: the proxy's answer: "));
  BOOST_TEST(through(says(std::string(20'000, 'x')), 1) ==
             "connection: the proxy's answer to CONNECT is too long");
  BOOST_TEST(through([](Peer& peer) { peer.finish(); }, 1) ==
             "connection: the proxy closed the connection");
  BOOST_TEST(through(says(""), 1) == "timeout: no answer of the proxy within 1 s");
}

BOOST_AUTO_TEST_CASE(bytes_after_the_proxys_answer_are_refused) {
  const std::string end = through(says("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), 1);
  BOOST_TEST(end.starts_with("connection: the proxy's answer: "), end);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
