#pragma once

#include "net/certificates.hpp"
#include "net/client.hpp"
#include "net/scripted_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::net::testing {

// An authority that the tests' clients trust and a certificate of it for 127.0.0.1 and localhost.
// Made once: a key pair costs more than most tests.
struct World {
  Authority authority;
  Identity good = authority.issue({});
  TemporaryFile ca{authority.pem()};
  TemporaryFile nobody{authority.pem()};  // stands in for the machine's own authorities

  static World& get() {
    static World world;
    return world;
  }
  [[nodiscard]] std::shared_ptr<TlsContext> trust() const {
    auto context = TlsContext::open(
        {.cert_file = nobody.path(), .cert_dir = "/nonexistent", .ca_file = ca.path()});
    BOOST_REQUIRE(context.has_value());
    return *context;
  }
};

// A client of a server on the loopback, with the loop it runs on.
class Caller {
 public:
  using Change = void (*)(ClientOptions&);

  explicit Caller(std::uint16_t port, const std::string& host = "127.0.0.1")
      : Caller(options_for(port, host)) {}

  explicit Caller(ClientOptions options) : Caller(std::move(options), World::get().trust()) {}
  Caller(ClientOptions options, std::shared_ptr<TlsContext> trust)
      : loop_(io_), client_(open(loop_, std::move(trust), std::move(options))) {}

  static ClientOptions options_for(std::uint16_t port, const std::string& host = "127.0.0.1") {
    ClientOptions options;
    options.origin = {.scheme = Scheme::https, .host = host, .port = port, .base_path = "/v1"};
    return options;
  }

  [[nodiscard]] Client& client() { return client_; }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }

  // One exchange, run to its end.
  ExchangeResult ask(Request request) {
    std::optional<ExchangeResult> result;
    client_.start(std::move(request), [&result](ExchangeResult r) { result = std::move(r); });
    run_until([&result] { return result.has_value(); });
    return std::move(*result);
  }
  ExchangeResult ask(const std::string& body = "{}") {
    return ask(Request{.target = "/completions", .body = body});
  }

  template <class Condition>
  void run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds{50});
    }
    BOOST_REQUIRE_MESSAGE(condition(), "what the test waits for did not happen in 20 s");
  }

 private:
  static Client open(Loop& loop, std::shared_ptr<TlsContext> trust, ClientOptions options) {
    auto client = Client::open(loop, std::move(trust), std::move(options));
    BOOST_REQUIRE(client.has_value());
    return std::move(*client);
  }

  boost::asio::io_context io_{1};
  Loop loop_;
  Client client_;
};

// The failure of an exchange that must have failed.
inline ExchangeFailure failure_of(const ExchangeResult& result) {
  BOOST_REQUIRE(!result.has_value());
  return result.error();
}

inline std::string name(const TransportFailure& failure) {
  return std::string(name_of(failure.cls)) + ": " + failure.reason +
         (failure.possibly_billed ? " [billed?]" : "");
}

inline std::string name(const ExchangeResult& result) {
  return result ? "status " + std::to_string(result->status()) : name(result.error());
}

// A script that answers each request with the same bytes.
inline ScriptedServer::Script always(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    while (!peer.read_request().empty() && peer.send(bytes)) {
    }
  };
}

}  // namespace assay::net::testing
