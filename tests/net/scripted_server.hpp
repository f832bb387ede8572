#pragma once

#include "net/certificates.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

struct ssl_ctx_st;
struct ssl_st;

namespace assay::net::testing {

// One accepted connection in a thread of its own, blocking: a script says what the server does on
// it.
class Peer {
 public:
  Peer(int descriptor, ssl_ctx_st* context, std::size_t index);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] std::size_t index() const { return index_; }  // of the connection, from 0
  [[nodiscard]] bool handshake();                             // without TLS: nothing to do
  [[nodiscard]] bool resumed() const;

  // Head and body (by Content-Length) of the next request; empty when the client closed.
  [[nodiscard]] std::string read_request();
  // Exactly so many bytes; fewer when the client closed.
  [[nodiscard]] std::string read_bytes(std::size_t count);
  bool send(std::string_view bytes);
  bool send_bytewise(std::string_view bytes);  // each byte a TLS record of its own
  void send_raw(std::string_view bytes);       // past TLS
  void say_goodbye();                          // close_notify
  void finish();                               // FIN, without close_notify
  void reset();                                // RST
  void wait_for_byte();                        // that the client sent, past TLS; left where it is
  void wait_for_close();                       // until the client closes
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  [[nodiscard]] long read(char* into, std::size_t room);

  int descriptor_;
  ssl_st* ssl_ = nullptr;
  std::size_t index_;
  std::string buffered_;
};

// Listens on a free port of the loopback. Accepts when accepting; the script runs per connection,
// after the handshake unless told otherwise.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;
  enum class Mode : std::uint8_t {
    tls,
    tls_by_script,
    tls_http2,  // chooses h2 where it is offered; else no protocol
    plain
  };

  ScriptedServer(const Identity* identity, Script script, Mode mode = Mode::tls);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connections() const { return connections_; }
  [[nodiscard]] std::size_t resumed() const { return resumed_; }
  [[nodiscard]] ssl_ctx_st* context() const { return context_; }

 private:
  void accept_all();
  void serve(int descriptor, std::size_t index);

  Script script_;
  Mode mode_;
  ssl_ctx_st* context_ = nullptr;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> resumed_{0};
  std::mutex mutex_;
  std::list<int> open_;             // guarded by mutex_
  std::list<std::thread> threads_;  // touched by accept_all only, then by the destructor
  std::thread acceptor_;
};

// "HTTP/1.1 200 OK" with Content-Length.
[[nodiscard]] std::string answer_of(std::string_view body);

// A latch that a script waits for and a test opens, or the other way round.
class Gate {
 public:
  void open();
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace assay::net::testing
