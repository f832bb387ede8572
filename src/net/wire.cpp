#include "net/wire.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace assay::net {

Transfer send_bytes(Wire& wire, const char* bytes, std::size_t count) {
  for (;;) {
    const ssize_t sent = ::send(wire.descriptor, bytes, count, MSG_NOSIGNAL);
    if (sent >= 0) {
      wire.bytes_out += static_cast<std::uint64_t>(sent);
      return {.io = Io::done, .bytes = static_cast<std::size_t>(sent)};
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return {.io = Io::again};
    wire.send_failed = true;
    return {.io = Io::cut};
  }
}

}  // namespace assay::net
