#pragma once

#include "net/alarm_queue.hpp"
#include "net/body_budget.hpp"
#include "net/client.hpp"
#include "net/connection.hpp"
#include "net/dial.hpp"
#include "net/exchange.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

namespace assay::net {

// What stands behind Client: connections to one origin, and the exchanges that wait for one.
//
// An exchange is, in this order: in waiting_, in dials_ (a connection is being made for it), on a
// Connection, delivered.
class Client::Pool final : public std::enable_shared_from_this<Client::Pool>,
                           private Alarm,
                           public Dial::Owner,
                           public Connection::Owner {
 public:
  Pool(Loop& loop, std::shared_ptr<TlsContext> tls, ClientOptions options, SharedFields shared);
  ~Pool() override;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void start(Request request, Done done);
  void cancel_all();
  void close_idle();

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] Gauges gauges() const;

 private:
  struct Dialling {
    std::shared_ptr<Dial> dial;  // shared with its pending handlers
    std::unique_ptr<Exchange> exchange;
  };

  void ring(Instant now) override;
  void on_dialled(Dial& dial, Dial::Outcome outcome) override;
  void on_exchange_end(Connection& connection,
                       std::unique_ptr<Exchange> exchange,
                       ExchangeResult result,
                       Connection::After after) override;
  void on_idle_end(Connection& connection) override;

  // Sends the exchange on an idle or new connection; false, with the exchange left in place, when
  // none may be had now.
  [[nodiscard]] bool place(std::unique_ptr<Exchange>& exchange);
  [[nodiscard]] Connection* take_idle();
  [[nodiscard]] bool may_dial() const;
  void dial(std::unique_ptr<Exchange> exchange);
  void adopt(std::unique_ptr<Stream> stream, std::unique_ptr<Exchange> exchange);
  void begin(Connection& connection, std::unique_ptr<Exchange> exchange);
  void drop(Connection& connection);
  void wait(std::unique_ptr<Exchange> exchange);
  void serve_waiting();
  void pause_dialling(std::unique_ptr<Exchange> exchange);
  void expire_waiting(Instant now);
  void set_waiting_alarm();
  void deliver(std::unique_ptr<Exchange> exchange, ExchangeResult result);
  void deliver_later(std::unique_ptr<Exchange> exchange, TransportFailure failure);

  LoopState& loop_;
  ClientOptions options_;
  SharedFields shared_;
  Counters counters_;
  BodyBudget budget_;
  Route route_;
  std::unordered_map<const Dial*, Dialling> dials_;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>>
      connections_;  // shared with pending handlers
  std::vector<Connection*>
      idle_;  // the last used is at the back, and used first: the others can go
  std::deque<std::unique_ptr<Exchange>> waiting_;
  Instant dial_again_at_{};  // after a shortage of descriptors
};

}  // namespace assay::net
