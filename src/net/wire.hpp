#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::net {

enum class Io : std::uint8_t {
  done,    // bytes moved
  again,   // nothing now: wait for the socket
  closed,  // the peer ended its side: FIN, or close_notify
  cut,     // reset, or another error of the socket
  broken,  // what came is no TLS, or not what was agreed
};

struct Transfer {
  Io io = Io::again;
  std::size_t bytes = 0;
};

// Where TLS takes ciphertext from and sends it to: the part of the loop's buffer that one recv
// filled and nobody read yet, and the socket.
struct Wire {
  int descriptor = -1;
  const char* at = nullptr;
  std::size_t left = 0;
  bool send_failed = false;  // by an error of the socket
  std::uint64_t bytes_out = 0;
};

// Sends as much as the socket takes; counts it in wire.bytes_out.
[[nodiscard]] Transfer send_bytes(Wire& wire, const char* bytes, std::size_t count);

}  // namespace assay::net
