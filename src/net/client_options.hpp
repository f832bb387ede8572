#pragma once

#include "assay/time.hpp"
#include "core/secret.hpp"
#include "net/origin.hpp"
#include "net/proxy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::net {

// Each wait has an end; all on the monotonic clock. Source: reliability.md, time-outs.
struct Deadlines {
  Duration connect = std::chrono::seconds{5};     // resolve, TCP, and CONNECT through a proxy
  Duration handshake = std::chrono::seconds{10};  // TLS
  Duration first_byte =
      std::chrono::seconds{120};  // from the start of sending to the final answer's first byte
  Duration between_bytes = std::chrono::seconds{30};  // silence within an answer
  Duration total = std::chrono::seconds{
      300};  // from start() to the last byte, waiting for a connection included

  // A drip of single bytes resets between_bytes for ever; this ends it: at least progress_bytes in
  // each progress_window after the first byte (1 KiB/s over 30 s).
  Duration progress_window = std::chrono::seconds{30};
  std::size_t progress_bytes = 30 * 1024;

  // HTTP/2: a server that sends nothing for so long while exchanges are under way is pinged, and is
  // taken for dead when no byte comes after that. An answer may well take minutes; a ping not.
  Duration ping_after = std::chrono::seconds{15};
  Duration ping_wait = std::chrono::seconds{10};

  Duration idle = std::chrono::seconds{20};             // a pooled connection lives so long unused
  Duration resolve_refresh = std::chrono::seconds{60};  // a name is looked up again after this
};

// In what form the body of an answer is asked for, and may come. gzip saves about half of the bytes
// and costs more to inflate than TLS and parsing together: 50 to 114 us for 35 KB, of 65
// (performance.md, finding 3). It pays where the link is the bottleneck.
enum class Coding : std::uint8_t { identity, gzip };

// What an answer may cost in memory, whatever it announces.
struct AnswerLimits {
  std::size_t head_bytes_max = std::size_t{64}
                               << 10;  // status line and fields, interim answers included
  std::size_t fields_max = 200;
  std::size_t interim_max = 8;  // 1xx answers before the final one
  std::size_t body_bytes_max = std::size_t{32} << 20;
  std::size_t body_first_step = std::size_t{256}
                                << 10;  // allocated at most before bytes arrived to justify more
  std::size_t bodies_bytes_max = std::size_t{256}
                                 << 20;  // of all answers of the client that are under way
  // A compressed body may grow so many times; gzip's own most is 1,032, log-probs come to 2.3.
  // Counts beyond inflated_free bytes only: small bodies of few different bytes are no attack.
  std::size_t inflated_times_max = 100;
  std::size_t inflated_free = std::size_t{64} << 10;
  Coding coding = Coding::identity;
};

struct Header {
  std::string name;
  std::string value;
};

// A field whose value holds a key: `prefix` (for example "Bearer ") and the key.
struct SecretHeader {
  std::string name;
  std::string prefix;
  Secret key;
};

// automatic: HTTP/2 where the server offers it in the TLS handshake, else HTTP/1.1. http2 without
// TLS: the server is known to speak it.
enum class HttpVersion : std::uint8_t { automatic, http1, http2 };

struct ClientOptions {
  Origin origin;
  HttpVersion http = HttpVersion::automatic;
  // Streams of one HTTP/2 connection before another is opened, if the server allows so many; one
  // connection alone costs 45 to 52 us per answer, ten with 100 each 40 (performance.md). Where no
  // further connection may be had, a connection takes as many as the server allows.
  std::size_t streams_target = 100;
  std::size_t connections_max = 64;
  // Connections being made at once. A burst of handshakes holds the loop (0.5 ms each) and leaves
  // the heap in holes: 1,500 at once took 46 KB per connection instead of 28.
  std::size_t dials_max = 128;
  std::size_t waiting_max = 65'536;  // exchanges beyond connections_max that may wait inside
  Deadlines deadlines;
  AnswerLimits limits;
  std::vector<Header> headers;  // sent with each request
  std::vector<SecretHeader> secret_headers;
  std::optional<Proxy> proxy;
  // A reused connection that turns out dead before any answer byte: the request is sent again at
  // once on a fresh one, or the caller is told, who may have to pay for each sending.
  enum class DeadOnReuse : std::uint8_t { replay, report };
  DeadOnReuse dead_on_reuse = DeadOnReuse::replay;
  // Failures in a row, over all connections, that may be called dead_on_reuse: such a sending is
  // free for the caller, and a server must not be able to ask for it for ever. More than all that
  // is in flight when a server goes.
  std::uint64_t free_sendings_max = 20'000;
};

}  // namespace assay::net
