#pragma once

#include "assay/time.hpp"
#include "net/alarm_queue.hpp"
#include "net/answer_clock.hpp"
#include "net/answer_reader.hpp"
#include "net/exchange.hpp"
#include "net/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::net {

// A connection that carries one exchange after another, one at a time. Made from a Stream that is
// ready for requests.
class Connection : public Alarm, public std::enable_shared_from_this<Connection> {
 public:
  enum class After : std::uint8_t {
    reusable,  // idle now: begin() may be called
    closed,
    dead_on_reuse,  // it had served before and broke before any answer byte: the keep-alive race
  };
  // Told once per exchange, and once when an idle connection ends by itself; never from inside
  // begin().
  class Owner {
   public:
    virtual void on_exchange_end(Connection& connection,
                                 std::unique_ptr<Exchange> exchange,
                                 ExchangeResult result,
                                 After after) = 0;
    virtual void on_idle_end(Connection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  // All that is referred to outlives the connection's use, which close() ends.
  Connection(LoopState& loop,
             std::unique_ptr<Stream> stream,
             const ClientOptions& options,
             std::string_view shared_lines,
             BodyBudget& budget,
             Owner& owner);

  void listen();  // once, first: from here on the socket is watched

  void begin(std::unique_ptr<Exchange> exchange);
  [[nodiscard]] bool has_served() const { return served_ > 0; }

  // Whether an idle connection can take an exchange: nothing unasked, no end waits on its socket.
  // When it cannot it is closed, and the owner is not told.
  [[nodiscard]] bool usable();

  // Ends it without telling the owner; gives back what was under way.
  std::unique_ptr<Exchange> close(Stream::Manner manner);

  void ring(Instant now) override;

 private:
  enum class State : std::uint8_t { idle, busy, closed };

  void watch();
  void send_more();
  void wait_to_send();
  void expect_send_failure();
  void on_send_failure();
  void on_readable();
  void on_idle_bytes();
  void on_answer_bytes();
  [[nodiscard]] bool absorb();
  [[nodiscard]] bool read_part();
  [[nodiscard]] std::span<char> indirect_room() const;
  [[nodiscard]] std::expected<std::size_t, Failure> hand_over(std::size_t bytes, bool direct);
  void finish_answer(std::size_t surplus_bytes);
  void fail(FailureClass cls, std::string_view reason);
  void fail_cut(FailureClass cls, std::string_view reason);
  void end_exchange(ExchangeResult result, After after);
  void ring_idle(Instant now);
  void ring_busy(Instant now);

  LoopState& loop_;
  std::unique_ptr<Stream> stream_;
  const ClientOptions& options_;
  std::string_view shared_lines_;
  BodyBudget& budget_;
  Owner& owner_;
  State state_ = State::idle;
  std::uint64_t served_ = 0;
  std::unique_ptr<Exchange> exchange_;
  std::optional<RequestBytes> request_;  // views *exchange_
  std::size_t bytes_sent_ = 0;           // of *request_
  std::optional<AnswerReader> reader_;
  std::optional<AnswerClock> clock_;
  bool write_waiting_ = false;
  Duration alarm_every_;  // the shortest limit: an alarm set so far ahead is never too late
  Instant idle_since_;
};

}  // namespace assay::net
