#pragma once

#include "assay/result.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace assay::net {

// Whom to trust. Values of the environment are passed in; nothing here reads it.
struct TrustOptions {
  std::string cert_file;  // SSL_CERT_FILE: instead of the system's file; empty: the system's
  std::string cert_dir;   // SSL_CERT_DIR: instead of the system's directory; empty: the system's
  std::string ca_file;    // of the endpoint: added to the above
};

// One per loop and set of trusted authorities: TLS 1.2 or later at security level 2, the peer
// always verified for the purpose serverAuth, no renegotiation, no compression, no early data.
// Verification cannot be switched off. Revocation lists and OCSP are not consulted.
class TlsContext {
 public:
  // Errors: Errc::config when a named file cannot be read or holds no certificate.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> open(const TrustOptions& trust);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  [[nodiscard]] ssl_ctx_st* native() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

}  // namespace assay::net
