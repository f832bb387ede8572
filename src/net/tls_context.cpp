#include "net/tls_context.hpp"

#include "net/tls_session.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

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

// Where a store of certificates keeps the path of a file that it has not read yet.
int unread_file_index() {
  static const int index =
      CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE,
                              0,
                              nullptr,
                              nullptr,
                              nullptr,
                              [](void*, void* path, CRYPTO_EX_DATA*, int, long, void*) {
                                delete static_cast<std::string*>(path);
                              });
  return index;
}

// Whether there was anything to be read.
bool read_unread_file(X509_STORE* store) {
  const std::unique_ptr<std::string> path(
      static_cast<std::string*>(X509_STORE_get_ex_data(store, unread_file_index())));
  if (!path) return false;
  X509_STORE_set_ex_data(store, unread_file_index(), nullptr);
  X509_STORE_load_file(store, path->c_str());
  ERR_clear_error();
  return true;
}

bool has_expired(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

int find_issuer(X509** issuer, X509_STORE_CTX* check, X509* subject) {
  const int found = X509_STORE_CTX_get1_issuer(issuer, check, subject);
  if (found < 0 || (found > 0 && !has_expired(*issuer))) return found;
  if (!read_unread_file(X509_STORE_CTX_get0_store(check))) return found;
  if (found > 0) X509_free(*issuer);
  return X509_STORE_CTX_get1_issuer(issuer, check, subject);
}

// The system's file holds some 140 certificates, and to read them takes 40 ms: as long as 80
// handshakes. They are read when a chain first needs an authority that is not known otherwise; the
// file need not exist.
void trust_file_when_needed(SSL_CTX* context, std::string path) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  auto unread = std::make_unique<std::string>(std::move(path));
  if (X509_STORE_set_ex_data(store, unread_file_index(), unread.get()) != 1) throw std::bad_alloc();
  static_cast<void>(unread.release());  // the store's now
  X509_STORE_set_get_issuer(store, find_issuer);
}

// The system's own places where nothing else is named; a named file must exist.
Status load_trust(SSL_CTX* context, const TrustOptions& trust) {
  if (!trust.cert_file.empty()) {
    if (auto ok = load_file(context, trust.cert_file, "SSL_CERT_FILE"); !ok) return ok;
  } else {
    trust_file_when_needed(
        context,
        trust.system_file.empty() ? std::string(X509_get_default_cert_file()) : trust.system_file);
  }
  // Read only when a chain needs an authority, by the hash of its name.
  const std::string dir =
      trust.cert_dir.empty() ? std::string(X509_get_default_cert_dir()) : trust.cert_dir;
  SSL_CTX_load_verify_dir(context, dir.c_str());
  ERR_clear_error();
  if (trust.ca_file.empty()) return {};
  return load_file(context, trust.ca_file, "ca_file");
}

void set_policy(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
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
