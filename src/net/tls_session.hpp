#pragma once

#include "assay/failure.hpp"
#include "net/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;

namespace assay::net {

// The newest TLS session of an origin, for resumption: a handshake then costs 205 us instead of 461
// us.
class TlsTicket {
 public:
  TlsTicket() = default;
  ~TlsTicket();
  TlsTicket(const TlsTicket&) = delete;
  TlsTicket& operator=(const TlsTicket&) = delete;

  void keep(ssl_session_st* session);  // takes ownership
  [[nodiscard]] ssl_session_st* session() const { return session_; }

  // Called once, from inside read() or handshake() of the connection that gets the first session.
  void on_first(std::function<void()> told) { told_ = std::move(told); }

 private:
  std::function<void()> told_;
  ssl_session_st* session_ = nullptr;
};

// TLS over a Wire: OpenSSL reads ciphertext from the window that one recv filled and writes
// straight to the socket.
class TlsSession {
 public:
  // To be called once per SSL_CTX: new sessions go to the ticket of the connection that got them.
  static void keep_sessions(ssl_ctx_st* context);

  // What is offered (ALPN): a server that speaks none of it ends the handshake, or says nothing.
  enum class Offer : std::uint8_t { http1, http2, both };

  // `wire` outlives the session. The certificate must be for `host`, a name or an IP address; a
  // name is also sent (SNI). The ticket is shared by all connections to the origin and its pool.
  TlsSession(ssl_ctx_st* context,
             Wire& wire,
             const std::string& host,
             std::shared_ptr<TlsTicket> ticket,
             Offer offer);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // done: the peer is who it should be. again: call when more has come (or could go). Else:
  // failure() says why.
  [[nodiscard]] Io handshake();
  [[nodiscard]] Failure failure(const std::string& host);

  [[nodiscard]] Transfer read(std::span<char> into);
  [[nodiscard]] Transfer write(std::string_view bytes);
  [[nodiscard]] bool pending() const;           // bytes are left inside: read() may give more
  [[nodiscard]] bool goodbye_received() const;  // close_notify: nothing was cut off
  [[nodiscard]] bool resumed() const;
  [[nodiscard]] bool chose_http2() const;
  void say_goodbye();

 private:
  [[nodiscard]] Io io_of(int returned);

  ssl_st* ssl_;
  Wire& wire_;
  std::shared_ptr<TlsTicket> ticket_;
};

}  // namespace assay::net
