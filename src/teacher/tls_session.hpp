#pragma once

#include "teacher/authority.hpp"
#include "teacher/http_offer.hpp"

#include <memory>
#include <string>
#include <string_view>

using SSL_CTX = struct ssl_ctx_st;
using SSL = struct ssl_st;

namespace assay::teacher {

// The server's side of TLS for all connections of one loop: TLS 1.2 and later, ALPN, session
// tickets.
class TlsContext {
 public:
  TlsContext(const Identity& identity, HttpOffer http);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  [[nodiscard]] SSL_CTX* native() const { return context_; }

 private:
  SSL_CTX* context_;
  HttpOffer http_;  // where OpenSSL's callback finds it
};

// One TLS connection in memory: bytes of the peer in, plain bytes out, and back. No socket is known
// here, so the caller reads and writes in pieces of any size; OpenSSL reads from the caller's
// buffer through a BIO of our own. The context must outlive it.
class TlsSession {
 public:
  explicit TlsSession(const TlsContext& context);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  enum class State { open, ended, broken };

  // Takes all of `cipher`; appends what it says to `plain`, and what must be sent back to `out`.
  [[nodiscard]] State receive(std::string_view cipher, std::string& plain, std::string& out);

  // Appends `plain` as records to `out`. False when the session is broken or not yet established.
  [[nodiscard]] bool send(std::string_view plain, std::string& out);

  // False until the handshake is done: nothing could be said before.
  [[nodiscard]] bool chose_http2() const;

  // Appends the closing alert.
  void close(std::string& out);

 private:
  friend struct TlsBio;
  std::string_view incoming_;        // of the receive() that runs
  std::string* outgoing_ = nullptr;  // of the call that runs
  SSL* ssl_;
};

}  // namespace assay::teacher
