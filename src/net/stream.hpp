#pragma once

#include "net/client.hpp"
#include "net/loop_state.hpp"
#include "net/tls_session.hpp"
#include "net/wire.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace assay::net {

// A non-blocking socket, with TLS on it or without. Asio is the reactor only: it says when to call
// receive() or write().
//
// Order:  receive(), then read() until it says `again`: bytes left in the window at the end of an
// event are lost, since
//         the window lies in the loop's buffer.
class Stream {
 public:
  // Takes the descriptor over. `counters` outlives the stream's use.
  Stream(LoopState& loop, int descriptor, Counters& counters);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void start_tls(ssl_ctx_st* context,
                 const std::string& host,
                 std::shared_ptr<TlsTicket> ticket,
                 TlsSession::Offer offer);
  [[nodiscard]] TlsSession* tls() { return tls_ ? &*tls_ : nullptr; }

  // One recv into the loop's buffer.
  [[nodiscard]] Io receive();
  [[nodiscard]] Io handshake();
  [[nodiscard]] Transfer read(std::span<char> into);
  [[nodiscard]] Transfer write(std::string_view bytes);

  // Whether read() may give more without another receive().
  [[nodiscard]] bool pending() const { return wire_.left > 0 || (tls_ && tls_->pending()); }

  // Whether nothing waits on the socket: no byte, no end. One system call.
  [[nodiscard]] bool quiet() const;

  // Whether the end of the stream, once it closed, is the end that the peer meant.
  [[nodiscard]] bool goodbye() const { return !tls_ || tls_->goodbye_received(); }

  // SO_ERROR: how a connection attempt ended; 0 is good.
  [[nodiscard]] int connect_error() const;

  template <class Handler>
  void wait_readable(Handler handler) {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read, std::move(handler));
  }
  template <class Handler>
  void wait_writable(Handler handler) {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_write, std::move(handler));
  }

  enum class Manner : std::uint8_t { abrupt, polite };  // polite: close_notify first
  void close(Manner manner);

 private:
  LoopState& loop_;
  Counters& counters_;
  boost::asio::posix::stream_descriptor descriptor_;
  Wire wire_;
  std::optional<TlsSession> tls_;  // refers to wire_
};

}  // namespace assay::net
