#include "net/tls_context.hpp"

#include "net/tls_session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <system_error>

namespace assay::net {

namespace {

Status load_file(SSL_CTX* context, const std::string& path, const char* what) {
  ERR_clear_error();
  errno = 0;
  if (SSL_CTX_load_verify_file(context, path.c_str()) == 1) return {};
  const int code = errno;
  ERR_clear_error();
  const std::string why =
      code != 0 ? std::generic_category().message(code) : "it holds no certificate in PEM form";
  return fail(Errc::config,
              std::string(what) + " \"" + path + "\" cannot be used: " + why +
                  "; name a file of PEM certificates");
}

// The system's own places where nothing else is named; the system's file need not exist, a named
// one must.
Status load_trust(SSL_CTX* context, const TrustOptions& trust) {
  if (!trust.cert_file.empty()) {
    if (auto ok = load_file(context, trust.cert_file, "SSL_CERT_FILE"); !ok) return ok;
  } else {
    SSL_CTX_load_verify_file(context, X509_get_default_cert_file());
    ERR_clear_error();
  }
  // Read only when a chain needs an authority, by the hash of its name.
  const std::string dir =
      trust.cert_dir.empty() ? std::string(X509_get_default_cert_dir()) : trust.cert_dir;
  SSL_CTX_load_verify_dir(context, dir.c_str());
  ERR_clear_error();
  if (trust.ca_file.empty()) return {};
  return load_file(context, trust.ca_file, "ca_file");
}

// The order is ours, as it is in browsers: 128 bits first, of which no shorter key has ever been
// broken, for ten rounds a block cost a third less than fourteen. A server that insists on 256 gets
// them.
constexpr const char* cipher_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

void set_policy(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_ciphersuites(context, cipher_suites);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  X509_VERIFY_PARAM* check = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_purpose(check, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_hostflags(
      check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  TlsSession::keep_sessions(context);
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::open(const TrustOptions& trust) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr)
    return fail(Errc::io, "OpenSSL gave no TLS context; is it installed whole?");
  std::shared_ptr<TlsContext> result(new TlsContext(context));
  set_policy(context);
  if (auto ok = load_trust(context, trust); !ok) return std::unexpected(std::move(ok.error()));
  return result;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

}  // namespace assay::net
