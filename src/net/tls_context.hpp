#pragma once

#include "assay/result.hpp"

#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace assay::net {

// Whom to trust. Values of the environment are passed in; nothing here reads it.
struct TrustOptions {
  std::string cert_file;  // SSL_CERT_FILE: instead of the system's file; empty: the system's
  std::string cert_dir;   // SSL_CERT_DIR: instead of the system's directory; empty: the system's
  std::string ca_file;    // of the endpoint: added to the above
};

// Where OpenSSL was built to look for the system's file.
[[nodiscard]] std::string system_cert_file();

// One per loop and set of trusted authorities: TLS 1.2 or later at security level 2, the peer
// always verified for the purpose serverAuth, no renegotiation, no compression, no early data.
// Verification cannot be switched off. Revocation lists and OCSP are not consulted.
//
// The system's file holds some 140 certificates, and to parse them takes 30 ms, as long as 60
// handshakes; as a rule ca_file or the directory has the authority. So where there is one of these,
// the file is read when a chain is refused without it, once, from inside the handshake, and the
// chain is judged anew by everything that is trusted: the same chains are accepted, and the others
// refused in the same words. One thing is lost: what a file of "TRUSTED CERTIFICATE"s rejects is
// not heard of a chain that ca_file or the directory vouch for.
class TlsContext {
 public:
  // Errors: Errc::config when a named file cannot be read or holds no certificate. The system's
  // file need not exist.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> open(
      const TrustOptions& trust, std::string system_file = system_cert_file());
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // For as long as this lives.
  [[nodiscard]] ssl_ctx_st* native() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  Status trust(const TrustOptions& options, std::string system_file);
  void trust_system_file_when_needed(std::string path);
  static int verify(x509_store_ctx_st* check, void* context);

  ssl_ctx_st* context_;
  std::string system_file_;
  std::once_flag system_file_read_;
};

}  // namespace assay::net
