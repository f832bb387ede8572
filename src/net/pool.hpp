#pragma once

#include "net/alarm_queue.hpp"
#include "net/body_budget.hpp"
#include "net/client.hpp"
#include "net/connection.hpp"
#include "net/dial.hpp"
#include "net/exchange.hpp"
#include "net/http2_connection.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <unordered_map>
#include <vector>

namespace assay::net {

// What stands behind Client: connections to one origin, and the exchanges that wait for one.
//
// An exchange is, in this order: in waiting_, in dials_ (a connection is being made for it), on a
// Connection or Http2Connection, delivered.
//
// Which version of HTTP the server speaks is known from the first connection on: until then one is
// made at a time. HTTP/2 connections are made as the streams of the others fill up. With TLS the
// first is made alone in any case: the others resume its session, at less than half the cost.
class Client::Pool final : public std::enable_shared_from_this<Client::Pool>,
                           private Alarm,
                           public Dial::Owner,
                           public Connection::Owner,
                           public Http2Connection::Owner {
 public:
  Pool(Loop& loop, std::shared_ptr<TlsContext> tls, ClientOptions options, SharedFields shared);
  ~Pool() override;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void start(Request request, Done done);
  void cancel_all();

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] Gauges gauges() const;

 private:
  static constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();

  struct Dialling {
    std::shared_ptr<Dial> dial;  // shared with its pending handlers
    std::unique_ptr<Exchange> exchange;
    Instant begun;
  };

  void ring(Instant now) override;
  void on_dialled(Dial& dial, Dial::Outcome outcome) override;
  void on_exchange_end(Connection& connection,
                       std::unique_ptr<Exchange> exchange,
                       ExchangeResult result,
                       Connection::After after) override;
  void on_idle_end(Connection& connection) override;
  void on_call_end(Http2Connection& connection,
                   std::unique_ptr<Exchange> exchange,
                   ExchangeResult result) override;
  void on_settled(Http2Connection& connection) override;
  void on_sent_back(std::uint64_t taken) override;
  void on_connection_end(Http2Connection& connection) override;
  void on_http1_wanted() override;
  void retire(Http2Connection& connection);

  // Sends the exchange on an idle or new connection; false, with the exchange left in place, when
  // none may be had now.
  [[nodiscard]] bool place(std::unique_ptr<Exchange>& exchange);
  [[nodiscard]] Connection* take_idle();
  [[nodiscard]] bool may_dial() const;
  void dial(std::unique_ptr<Exchange> exchange);
  [[nodiscard]] bool awaits_ticket() const;
  void await_ticket(Instant dial_begun);
  void adopt(Dialled dialled, std::unique_ptr<Exchange> exchange);
  void adopt_http2(Dialled dialled, std::unique_ptr<Exchange> exchange);
  [[nodiscard]] Http2Connection* take_roomy();
  [[nodiscard]] std::size_t connections() const;
  void begin(Http2Connection& connection, std::unique_ptr<Exchange> exchange);
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
  std::uint64_t free_in_a_row_ = 0;  // failures that were dead_on_reuse since the last answer
  BodyBudget budget_;
  Route route_;
  std::unordered_map<const Dial*, Dialling> dials_;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>>
      connections_;  // shared with pending handlers
  std::vector<Connection*>
      idle_;  // the last used is at the back, and used first: the others can go
  std::vector<std::shared_ptr<Http2Connection>> http2_;  // shared with pending handlers
  std::size_t roomy_ = 0;  // where to look first for one of http2_ with room
  // What the last connection agreed on; automatic: not known yet.
  HttpVersion spoken_ = HttpVersion::automatic;
  std::size_t streams_each_;  // that a connection to be made is likely to take
  // Exchanges that one takes in all before the server's goodbye sends others back: many servers end
  // a connection after a number of requests. Known from two such goodbyes, for one may be by
  // chance; forgotten when a connection answers twice as many.
  std::uint64_t good_for_ = any_number;
  std::uint64_t last_taken_ = any_number;  // before the last such goodbye
  std::deque<std::unique_ptr<Exchange>> waiting_;
  Instant dial_again_at_{};  // after a shortage of descriptors
  bool dialled_ = false;     // the first dial is over
  Instant ticket_by_{};      // no further dial before, unless the server's ticket comes
};

}  // namespace assay::net
