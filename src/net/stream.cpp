#include "net/stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace assay::net {

Stream::Stream(LoopState& loop, int descriptor, Counters& counters)
    : loop_(loop), counters_(counters), descriptor_(loop.io, descriptor) {
  wire_.descriptor = descriptor;
}

void Stream::start_tls(ssl_ctx_st* context,
                       const std::string& host,
                       std::shared_ptr<TlsTicket> ticket,
                       TlsSession::Offer offer) {
  tls_.emplace(context, wire_, host, std::move(ticket), offer);
}

Io Stream::receive() {
  const auto buffer = loop_.wire_buffer();
  for (;;) {
    const ssize_t got = ::recv(wire_.descriptor, buffer.data(), buffer.size(), 0);
    if (got > 0) {
      wire_.at = buffer.data();
      wire_.left = static_cast<std::size_t>(got);
      counters_.bytes_in += wire_.left;
      return Io::done;
    }
    if (got == 0) return Io::closed;
    if (errno == EINTR) continue;
    return errno == EAGAIN ? Io::again : Io::cut;
  }
}

Io Stream::handshake() {
  const std::uint64_t before = wire_.bytes_out;
  const Io io = tls_->handshake();
  counters_.bytes_out += wire_.bytes_out - before;
  return io;
}

Transfer Stream::read(std::span<char> into) {
  if (tls_) return tls_->read(into);
  const std::size_t count = std::min(into.size(), wire_.left);
  if (count == 0) return {.io = Io::again};
  std::memcpy(into.data(), wire_.at, count);
  wire_.at += count;
  wire_.left -= count;
  return {.io = Io::done, .bytes = count};
}

Transfer Stream::write(std::string_view bytes) {
  const std::uint64_t before = wire_.bytes_out;
  const Transfer result = tls_ ? tls_->write(bytes) : send_bytes(wire_, bytes.data(), bytes.size());
  counters_.bytes_out += wire_.bytes_out - before;
  return result;
}

bool Stream::quiet() const {
  char byte = 0;
  return ::recv(wire_.descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

int Stream::connect_error() const {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(wire_.descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

void Stream::close(Manner manner) {
  if (!descriptor_.is_open()) return;
  if (tls_ && manner == Manner::polite) tls_->say_goodbye();
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  wire_.descriptor = -1;
  wire_.left = 0;
}

}  // namespace assay::net
