#pragma once

#include "assay/time.hpp"
#include "net/alarm_queue.hpp"
#include "net/body_budget.hpp"
#include "net/exchange.hpp"
#include "net/http2_call.hpp"
#include "net/http2_session.hpp"
#include "net/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::net {

// A connection that carries many exchanges at once, each on a stream of HTTP/2.
//
// Liveness: when exchanges are under way and nothing came for ping_after, the server is pinged; no
// byte within ping_wait means that the connection is dead.
class Http2Connection : public Alarm, public std::enable_shared_from_this<Http2Connection> {
 public:
  // Called from the loop, never from inside begin() or close().
  class Owner {
   public:
    // The connection may have room again; see room().
    virtual void on_call_end(Http2Connection& connection,
                             std::unique_ptr<Exchange> exchange,
                             ExchangeResult result) = 0;
    virtual void on_settled(Http2Connection& connection) = 0;  // the server's SETTINGS came
    // The server's goodbye sent some back; it keeps `taken` of all that were begun, answered or
    // not. Once, before any of them is told to end.
    virtual void on_sent_back(std::uint64_t taken) = 0;
    // It is over; the exchanges that were under way follow by on_call_end.
    virtual void on_connection_end(Http2Connection& connection) = 0;
    virtual void on_http1_wanted() = 0;

   protected:
    ~Owner() = default;
  };

  // All that is referred to outlives the connection's use, which close() ends.
  Http2Connection(LoopState& loop,
                  std::unique_ptr<Stream> stream,
                  const ClientOptions& options,
                  const SharedFields& shared,
                  BodyBudget& budget,
                  Owner& owner);

  // Once, first: from here on the socket is watched. `early`: what the server said already.
  void listen(std::string_view early);

  // How many more exchanges it takes now, when no more than `calls_max` shall be under way. One
  // only, until the server's SETTINGS came: more might be refused. `good_for`: in all, as far as is
  // known; beyond this one more, then two, and so on as they are answered.
  [[nodiscard]] std::size_t room(std::size_t calls_max, std::uint64_t good_for) const;
  void begin(std::unique_ptr<Exchange> exchange);

  [[nodiscard]] std::size_t calls() const { return calls_.size(); }
  [[nodiscard]] bool has_served() const { return answered_ > 0; }
  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::size_t streams_max() const { return session_.streams_max(); }
  [[nodiscard]] bool settled() const { return session_.settled(); }

  // Ends it without telling the owner; gives back what was under way.
  std::vector<std::unique_ptr<Exchange>> close(Stream::Manner manner);

  void ring(Instant now) override;

 private:
  using Ending = std::pair<std::unique_ptr<Exchange>, ExchangeResult>;

  // With or without an answer, but not sent back by a goodbye.
  [[nodiscard]] std::uint64_t ended() const { return begun_ - sent_back_ - calls_.size(); }
  void watch();
  void on_readable();
  void on_bytes();
  [[nodiscard]] std::optional<Failure> take_in();
  void take_in_plain(std::string_view bytes);
  void flush_later();
  void flush();
  [[nodiscard]] bool write_out();
  void on_send_failure();
  void collect(std::vector<Ending>& endings);
  void deliver();
  void tell(std::vector<Ending> endings);
  [[nodiscard]] ExchangeResult result_of(Http2Call& call, Http2End& end);
  [[nodiscard]] ExchangeFailure cut_off(const Http2Call& call, const Failure& failure) const;
  std::unique_ptr<Http2Call> forget(Http2Call& call);
  void end(const Failure& failure, Stream::Manner manner = Stream::Manner::abrupt);
  void end_if_done();
  void end_overdue(Instant now);
  [[nodiscard]] bool check_life(Instant now);
  void set_alarm(Instant now);

  LoopState& loop_;
  std::unique_ptr<Stream> stream_;
  const ClientOptions& options_;
  BodyBudget& budget_;
  Owner& owner_;
  Http2Session session_;
  bool open_ = true;
  bool settled_told_ = false;
  bool sent_back_told_ = false;
  bool flush_posted_ = false;
  bool write_waiting_ = false;
  std::string unsent_;  // plain bytes that TLS must be given again
  std::vector<std::unique_ptr<Http2Call>> calls_;
  std::uint64_t begun_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t sent_back_ = 0;          // by the server's goodbye
  std::uint64_t refusals_in_a_row_ = 0;  // since the last answer
  Duration alarm_every_;                 // the shortest limit: an alarm so far ahead is never late
  Instant idle_since_;
  Instant last_bytes_;
  std::optional<Instant> pinged_;
};

}  // namespace assay::net
