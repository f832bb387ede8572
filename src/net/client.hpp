#pragma once

#include "assay/result.hpp"
#include "net/answer.hpp"
#include "net/client_options.hpp"
#include "net/loop.hpp"
#include "net/tls_context.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace assay::net {

// One HTTP request to the client's origin.
struct Request {
  std::string method = "POST";  // or "GET"
  std::string target = {};      // "/completions": appended to the origin's base path
  std::string body = {};
  // Instead of `body`, when set: writes it once a connection is there to take the request, so that
  // thousands that wait for one hold none. Called at most once, from the loop; never after `done`.
  std::function<void(std::string&)> write_body = {};
  bool beside_version = false;  // the target stands beside the base path's "/v1", not behind it
  std::vector<Header> headers = {};  // beyond the client's own
};

// What a client has done since it was made. `answered + failed + in flight + waiting == started`.
struct Counters {
  std::uint64_t started = 0;   // calls of start()
  std::uint64_t answered = 0;  // ended with an Answer
  std::uint64_t failed = 0;    // ended with a TransportFailure
  std::uint64_t replays = 0;   // exchanges sent twice, since a reused connection turned out dead
  std::uint64_t connections_opened = 0;   // handshake done (without TLS: TCP connected)
  std::uint64_t connections_http2 = 0;    // part of connections_opened: these speak HTTP/2
  std::uint64_t handshakes_resumed = 0;   // part of connections_opened: a TLS session was resumed
  std::uint64_t exchanges_on_reused = 0;  // sent on a connection that had served before
  std::uint64_t descriptors_short =
      0;                       // no socket could be made (EMFILE and kin): the pool stayed smaller
  std::uint64_t bytes_in = 0;  // off the sockets, TLS included
  std::uint64_t bytes_out = 0;
};

struct Gauges {
  std::size_t connections = 0;  // open or being opened
  std::size_t idle = 0;         // part of connections
  std::size_t in_flight = 0;    // exchanges that have, or are opening, a connection
  std::size_t waiting = 0;      // exchanges without one
};

// Requests to one origin over a pool of connections: HTTP/2 with many requests at a time on each,
// or HTTP/1.1 with one.
//
// Order: start() as often as wanted; `done` is called exactly once per start(), from the loop,
// never from inside start() or cancel_all(). It may call start(). It must not destroy the client.
//
// Bounds: connections_max connections; further exchanges wait inside, oldest first, at most
// waiting_max of them (beyond that an exchange fails as `overloaded`, unsent). Waiting counts into
// the total deadline.
//
// Errors: none thrown; each is a TransportFailure with a deterministic reason: timeout, connection,
// tls, certificate, redirect, malformed_response (framing, limits, coding), overloaded (own memory
// bound), invalid_input (a header value with line breaks), cancelled, unsupported (no HTTP/2 where
// only that will do). possibly_billed once a request byte may have left, be it in the attempt
// before a replay. dead_on_reuse: an HTTP/2 server said that it did not look at the request
// (GOAWAY, REFUSED_STREAM), or a connection broke just as it was used: send it again.
//
// Retry: none, but for one: a reused connection found dead before any answer byte is replaced and
// the request sent again at once, once (Counters::replays, Timing::replayed); not with
// DeadOnReuse::report.
//
// Cost: about one recv, one send and one epoll_ctl per 35 KB answer; 24 KB per idle TLS connection.
class Client {
 public:
  using Done = std::move_only_function<void(ExchangeResult)>;

  // `tls` may be null for an http origin only.
  // Errors: Errc::config for header fields that cannot be sent (line breaks, NUL, names of the
  // client's own).
  [[nodiscard]] static Result<Client> open(Loop& loop,
                                           std::shared_ptr<TlsContext> tls,
                                           ClientOptions options);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();  // closes everything; callbacks that are still due are dropped, not called

  void start(Request request, Done done);

  // Ends every exchange as `cancelled` and closes every connection. The client stays usable.
  void cancel_all();

  [[nodiscard]] const Counters& counters() const;
  [[nodiscard]] Gauges gauges() const;

 private:
  class Pool;
  explicit Client(std::shared_ptr<Pool> pool);
  std::shared_ptr<Pool> pool_;  // shared with completions that are posted to the loop
};

}  // namespace assay::net
