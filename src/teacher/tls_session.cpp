#include "teacher/tls_session.hpp"

#include "assay/ensure.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>

namespace assay::teacher {

// The BIO between OpenSSL and the buffers of the session that calls it.
struct TlsBio {
  static TlsSession& session(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* data, std::size_t size, std::size_t* done) {
    BIO_clear_retry_flags(bio);
    auto& incoming = session(bio).incoming_;
    *done = std::min(size, incoming.size());
    if (*done == 0) {
      BIO_set_retry_read(bio);
      return 0;
    }
    std::memcpy(data, incoming.data(), *done);
    incoming.remove_prefix(*done);
    return 1;
  }

  static int write(BIO* bio, const char* data, std::size_t size, std::size_t* done) {
    BIO_clear_retry_flags(bio);
    if (auto* out = session(bio).outgoing_) out->append(data, size);
    *done = size;
    return 1;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      auto* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "assay teacher");
      ensure(fresh != nullptr, "OpenSSL makes BIO methods");
      BIO_meth_set_read_ex(fresh, read);
      BIO_meth_set_write_ex(fresh, write);
      BIO_meth_set_ctrl(fresh, control);
      return fresh;
    }();
    return made;
  }
};

namespace {

int choose_protocol(SSL*,
                    const unsigned char** out,
                    unsigned char* out_size,
                    const unsigned char* in,
                    unsigned in_size,
                    void* offer) {
  static constexpr std::string_view both = "\x02h2\x08http/1.1";
  const auto http = *static_cast<const HttpOffer*>(offer);
  const auto ours = http == HttpOffer::both    ? both
                    : http == HttpOffer::http2 ? both.substr(0, 3)
                                               : both.substr(3);
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen,
                            out_size,
                            reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned>(ours.size()),
                            in,
                            in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsContext::TlsContext(const Identity& identity, HttpOffer http)
    : context_(SSL_CTX_new(TLS_server_method())), http_(http) {
  ensure(context_ != nullptr, "OpenSSL makes TLS contexts");
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS);
  // The client's choice of cipher holds: all that are left are strong, and it knows its machine.
  SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_alpn_select_cb(context_, choose_protocol, &http_);
  static constexpr unsigned char session_context[] = "assay-teacher";
  SSL_CTX_set_session_id_context(context_, session_context, sizeof session_context - 1);

  const auto bio_of = [](const std::string& pem) {
    return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  };
  auto* certificate_bio = bio_of(identity.certificate);
  auto* key_bio = bio_of(identity.key);
  auto* certificate = PEM_read_bio_X509(certificate_bio, nullptr, nullptr, nullptr);
  auto* key = PEM_read_bio_PrivateKey(key_bio, nullptr, nullptr, nullptr);
  const bool used = certificate != nullptr && key != nullptr &&
                    SSL_CTX_use_certificate(context_, certificate) == 1 &&
                    SSL_CTX_use_PrivateKey(context_, key) == 1;
  X509_free(certificate);
  EVP_PKEY_free(key);
  BIO_free(certificate_bio);
  BIO_free(key_bio);
  ensure(used, "OpenSSL takes the certificate it made");
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

TlsSession::TlsSession(const TlsContext& context) : ssl_(SSL_new(context.native())) {
  ensure(ssl_ != nullptr, "OpenSSL makes TLS sessions");
  auto* bio = BIO_new(TlsBio::method());
  ensure(bio != nullptr, "OpenSSL makes BIOs");
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
}

TlsSession::~TlsSession() {
  // Without this the session's ticket would be marked unusable. Source: performance.md, finding 5.
  SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
}

TlsSession::State TlsSession::receive(std::string_view cipher,
                                      std::string& plain,
                                      std::string& out) {
  incoming_ = cipher;
  outgoing_ = &out;
  auto state = State::open;
  for (;;) {
    char piece[16384];
    std::size_t size = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_, piece, sizeof piece, &size);
    if (result == 1) {
      plain.append(piece, size);
      continue;
    }
    const auto error = SSL_get_error(ssl_, result);
    if (error == SSL_ERROR_ZERO_RETURN) state = State::ended;
    if (error != SSL_ERROR_ZERO_RETURN && error != SSL_ERROR_WANT_READ) state = State::broken;
    break;
  }
  outgoing_ = nullptr;
  return state;
}

bool TlsSession::send(std::string_view plain, std::string& out) {
  if (plain.empty()) return true;
  outgoing_ = &out;
  std::size_t written = 0;
  ERR_clear_error();
  const bool good = SSL_write_ex(ssl_, plain.data(), plain.size(), &written) == 1;
  outgoing_ = nullptr;
  return good && written == plain.size();
}

bool TlsSession::chose_http2() const {
  if (SSL_is_init_finished(ssl_) != 1) return false;
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return std::string_view(reinterpret_cast<const char*>(name), size) == "h2";
}

void TlsSession::close(std::string& out) {
  outgoing_ = &out;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  outgoing_ = nullptr;
}

}  // namespace assay::teacher
