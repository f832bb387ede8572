#pragma once

#include "assay/failure.hpp"
#include "net/address_book.hpp"
#include "net/alarm_queue.hpp"
#include "net/client.hpp"
#include "net/stream.hpp"

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace assay::net {

// Where and how connections of one pool are made; outlives its dials.
struct Route {
  Origin origin;
  HttpVersion http;
  std::optional<Proxy> proxy;
  Deadlines deadlines;
  std::shared_ptr<TlsContext> tls;  // null for http
  std::shared_ptr<TlsTicket> ticket;
  std::shared_ptr<AddressBook> addresses;  // of the proxy, where there is one
};

// A connection that is ready for requests.
struct Dialled {
  std::unique_ptr<Stream> stream;
  HttpVersion http = HttpVersion::http1;  // what was agreed
  std::string early;                      // what an HTTP/2 server said with its handshake
};

struct DialFailure {
  Failure failure;
  bool descriptors_short = false;  // this machine gave no socket: nothing was tried
};

// One attempt at a connection that can carry requests: look-up, TCP to each address in turn,
// CONNECT through a proxy, TLS with verification. Tells its owner once, from the loop, unless
// cancelled before.
class Dial : public Alarm, public std::enable_shared_from_this<Dial> {
 public:
  using Outcome = std::expected<Dialled, DialFailure>;
  class Owner {
   public:
    virtual void on_dialled(Dial& dial, Outcome outcome) = 0;

   protected:
    ~Owner() = default;
  };

  // `not_after`: the total deadline of the exchange it is for.
  Dial(LoopState& loop, const Route& route, Counters& counters, Instant not_after, Owner& owner);

  void start();
  void cancel();  // the owner is not called any more
  void ring(Instant now) override;

 private:
  void on_addresses(const AddressBook::Found& found);
  void try_next_address();
  void on_tcp();
  void ask_proxy();
  void on_proxy_answer();
  void start_handshake();
  void go_on_with_handshake();
  void on_handshake_bytes();
  void on_handshake_done();
  [[nodiscard]] HttpVersion agreed() const;
  [[nodiscard]] bool take_early(HttpVersion http);
  void refuse(FailureClass cls, std::string_view reason);
  void finish(Outcome outcome);

  LoopState& loop_;
  const Route& route_;
  Counters& counters_;
  Owner* owner_;  // null once told, or cancelled
  std::vector<IpAddress> addresses_;
  std::size_t address_next_ = 0;
  std::unique_ptr<Stream> stream_;
  std::string proxy_answer_;
  std::string early_;
  Failure tcp_failure_{.cls = FailureClass::connection, .reason = {}};  // of the last address
  Instant not_after_;
  Instant started_;
  Instant step_until_;    // the present step's deadline
  Failure step_failure_;  // what it means when that passes
  bool over_ = false;
};

}  // namespace assay::net
