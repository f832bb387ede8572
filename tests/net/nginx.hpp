#pragma once

#include "net/certificates.hpp"
#include "support/temp_directory.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace assay::net::testing {

// nginx as a reverse proxy before a plain HTTP server of this machine: TLS and HTTP/2 to its
// clients, HTTP/1.1 behind. A process of its own, which ends with the object.
class Nginx {
 public:
  struct Manner {
    std::uint16_t upstream;        // port on the loopback
    unsigned requests_max = 1000;  // on a connection, which then ends (keepalive_requests)
    unsigned streams_max = 128;    // at once on one
    bool http2 = true;
    std::string idle_timeout = "65s";  // keepalive_timeout
  };
  [[nodiscard]] static bool installed();

  Nginx(const Identity& identity, const Manner& manner);
  ~Nginx();
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  test::TempDirectory directory_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace assay::net::testing
