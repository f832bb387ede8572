#pragma once

#include "assay/time.hpp"
#include "net/alarm_queue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace assay::net {

// What stands behind Loop. The buffers are used within one event only: whoever reads into them
// consumes or drops everything before returning to the loop.
class LoopState : public std::enable_shared_from_this<LoopState> {
 public:
  explicit LoopState(boost::asio::io_context& context);
  ~LoopState();
  LoopState(const LoopState&) = delete;
  LoopState& operator=(const LoopState&) = delete;

  boost::asio::io_context& io;

  // Bytes off a socket: one system call takes a whole answer of usual size.
  static constexpr std::size_t wire_bytes = std::size_t{256} << 10;
  // Deciphered bytes whose place is not known yet: one TLS record holds at most 16 KiB.
  static constexpr std::size_t plain_bytes = std::size_t{16} << 10;

  [[nodiscard]] std::span<char> wire_buffer() { return {wire_.get(), wire_bytes}; }
  [[nodiscard]] std::span<char> plain_buffer() { return {plain_.get(), plain_bytes}; }
  // Bytes to be enciphered; holds keys now and then, so it is wiped at the end.
  [[nodiscard]] std::span<char> out_buffer() { return {out_.get(), plain_bytes}; }

  // See AlarmQueue::set.
  void set_alarm(Alarm& alarm, Instant due);
  void cancel_alarm(Alarm& alarm) { alarms_.cancel(alarm); }

 private:
  void arm_timer();

  std::unique_ptr<char[]> wire_;
  std::unique_ptr<char[]> plain_;
  std::unique_ptr<char[]> out_;
  AlarmQueue alarms_;
  boost::asio::steady_timer timer_;
  Instant armed_for_ = Instant::max();  // when timer_ will fire
};

}  // namespace assay::net
