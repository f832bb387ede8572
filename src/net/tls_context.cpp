#include "net/tls_context.hpp"

#include "net/tls_session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <new>
#include <string_view>
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

struct CheckDeleter {
  void operator()(X509_STORE_CTX* check) const { X509_STORE_CTX_free(check); }
};

// Judges the chain of `check`, which has been refused, once more: by what its store holds now,
// under the same conditions (host, purpose, time, security level). The verdict becomes that of
// `check`; where there is none, for want of memory, the first stands.
bool verify_anew(X509_STORE_CTX* check) {
  const std::unique_ptr<X509_STORE_CTX, CheckDeleter> anew(X509_STORE_CTX_new());
  if (anew == nullptr ||
      X509_STORE_CTX_init(anew.get(),
                          X509_STORE_CTX_get0_store(check),
                          X509_STORE_CTX_get0_cert(check),
                          X509_STORE_CTX_get0_untrusted(check)) != 1 ||
      X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(anew.get()),
                             X509_STORE_CTX_get0_param(check)) != 1) {
    return false;
  }
  const bool verified = X509_verify_cert(anew.get()) == 1;
  X509_STORE_CTX_set_error(check, X509_STORE_CTX_get_error(anew.get()));
  X509_STORE_CTX_set_error_depth(check, X509_STORE_CTX_get_error_depth(anew.get()));
  X509_STORE_CTX_set0_verified_chain(check, X509_STORE_CTX_get1_chain(anew.get()));
  X509_VERIFY_PARAM_move_peername(X509_STORE_CTX_get0_param(check),
                                  X509_STORE_CTX_get0_param(anew.get()));
  return verified;
}

// 128 bits first, as in browsers: ten rounds a block cost a third less than fourteen, and no key of
// either size is in reach. Only the order is ours: what OpenSSL's configuration leaves out stays
// out, and a server that insists on 256 bits gets them.
void prefer_short_keys(SSL_CTX* context) {
  static constexpr std::string_view preferred = "TLS_AES_128_GCM_SHA256";
  std::string suites;
  const STACK_OF(SSL_CIPHER)* const ciphers = SSL_CTX_get_ciphers(context);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(ciphers, i);
    if (SSL_CIPHER_get_version(cipher) != std::string_view("TLSv1.3")) continue;
    const std::string name = SSL_CIPHER_get_name(cipher);
    suites = name == preferred ? name + ":" + suites : suites + name + ":";
  }
  SSL_CTX_set_ciphersuites(context, suites.c_str());  // names that it gave itself
}

// Whether authorities are found by the hashes of their names there, as c_rehash lays them out.
bool has_hashed_names(const std::string& dir) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(dir, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.size() == 10 && name.ends_with(".0")) return true;
  }
  return false;
}

void set_policy(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  prefer_short_keys(context);
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

std::string system_cert_file() {
  return X509_get_default_cert_file();
}

Result<std::shared_ptr<TlsContext>> TlsContext::open(const TrustOptions& trust,
                                                     std::string system_file) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr)
    return fail(Errc::io, "OpenSSL gave no TLS context; is it installed whole?");
  std::shared_ptr<TlsContext> result(new TlsContext(context));
  set_policy(context);
  if (auto ok = result->trust(trust, std::move(system_file)); !ok)
    return std::unexpected(std::move(ok.error()));
  return result;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

// The system's own places where nothing else is named.
Status TlsContext::trust(const TrustOptions& options, std::string system_file) {
  const std::string dir =
      options.cert_dir.empty() ? std::string(X509_get_default_cert_dir()) : options.cert_dir;
  if (!options.cert_file.empty()) {
    if (auto ok = load_file(context_, options.cert_file, "SSL_CERT_FILE"); !ok) return ok;
  } else if (!options.ca_file.empty() || has_hashed_names(dir)) {
    trust_system_file_when_needed(std::move(system_file));
  } else {
    SSL_CTX_load_verify_file(context_, system_file.c_str());
  }
  // Read only when a chain needs an authority, by the hash of its name.
  SSL_CTX_load_verify_dir(context_, dir.c_str());
  ERR_clear_error();
  if (options.ca_file.empty()) return {};
  return load_file(context_, options.ca_file, "ca_file");
}

// A store may take certificates while chains are verified with it, but no new way of looking them
// up: that is added now.
void TlsContext::trust_system_file_when_needed(std::string path) {
  system_file_ = std::move(path);
  if (X509_STORE_add_lookup(SSL_CTX_get_cert_store(context_), X509_LOOKUP_file()) == nullptr)
    throw std::bad_alloc();
  SSL_CTX_set_cert_verify_callback(context_, verify, this);
}

int TlsContext::verify(X509_STORE_CTX* check, void* context) {
  if (X509_verify_cert(check) == 1) return 1;
  auto& self = *static_cast<TlsContext*>(context);
  std::call_once(self.system_file_read_, [&self] {
    X509_STORE_load_file(SSL_CTX_get_cert_store(self.context_), self.system_file_.c_str());
    ERR_clear_error();
  });
  return verify_anew(check) ? 1 : 0;
}

}  // namespace assay::net
