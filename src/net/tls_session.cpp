#include "net/tls_session.hpp"

#include "net/certificate_failure.hpp"
#include "net/ip_address.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace assay::net {

namespace {

int read_window(BIO* bio, char* into, std::size_t room, std::size_t* count) {
  auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  *count = std::min(room, wire.left);
  if (*count == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  std::memcpy(into, wire.at, *count);
  wire.at += *count;
  wire.left -= *count;
  return 1;
}

int write_socket(BIO* bio, const char* bytes, std::size_t size, std::size_t* count) {
  auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const Transfer sent = send_bytes(wire, bytes, size);
  *count = sent.bytes;
  if (sent.io == Io::again) BIO_set_retry_write(bio);
  return sent.io == Io::done ? 1 : 0;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// One method for all connections; it lives as long as the process.
BIO_METHOD* wire_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "assay wire");
    BIO_meth_set_read_ex(made, read_window);
    BIO_meth_set_write_ex(made, write_socket);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

// SSL_get_error() would take an older error for that of the call before it. To look first costs a
// third of clearing sixteen places that are empty as a rule.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

int ticket_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

int on_new_session(SSL* ssl, SSL_SESSION* session) {
  static_cast<TlsTicket*>(SSL_get_ex_data(ssl, ticket_index()))->keep(session);
  return 1;  // the reference is ours now
}

void expect_host(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* check = SSL_get0_param(ssl);
  const bool set = parse_ip(host) ? X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) == 1
                                  : X509_VERIFY_PARAM_set1_host(check, host.c_str(), 0) == 1 &&
                                        SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
  if (!set) throw std::bad_alloc();  // nothing else can fail: the host was checked
}

void set_offer(SSL* ssl, TlsSession::Offer offer) {
  static constexpr std::string_view both = "\x02h2\x08http/1.1";
  const std::string_view protocols = offer == TlsSession::Offer::both    ? both
                                     : offer == TlsSession::Offer::http2 ? both.substr(0, 3)
                                                                         : both.substr(3);
  // Unlike its kin it gives 0 for success.
  if (SSL_set_alpn_protos(ssl,
                          reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size())) != 0) {
    throw std::bad_alloc();
  }
}

}  // namespace

TlsTicket::~TlsTicket() {
  SSL_SESSION_free(session_);
}

void TlsTicket::keep(ssl_session_st* session) {
  SSL_SESSION_free(std::exchange(session_, session));
  if (const auto told = std::exchange(told_, nullptr)) told();
}

void TlsSession::keep_sessions(ssl_ctx_st* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, on_new_session);
}

TlsSession::TlsSession(ssl_ctx_st* context,
                       Wire& wire,
                       const std::string& host,
                       std::shared_ptr<TlsTicket> ticket,
                       Offer offer)
    : ssl_(SSL_new(context)), wire_(wire), ticket_(std::move(ticket)) {
  BIO* bio = ssl_ == nullptr ? nullptr : BIO_new(wire_method());
  if (bio == nullptr) {
    SSL_free(ssl_);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, &wire_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_connect_state(ssl_);
  SSL_set_ex_data(ssl_, ticket_index(), ticket_.get());
  SSL_SESSION* known = ticket_->session();
  if (known != nullptr && SSL_SESSION_is_resumable(known) == 1) SSL_set_session(ssl_, known);
  try {
    expect_host(ssl_, host);
    set_offer(ssl_, offer);
  } catch (...) {
    SSL_free(ssl_);
    throw;
  }
}

TlsSession::~TlsSession() {
  // A connection freed without this flag would take its ticket with it: 0 of 1,500 resumed instead
  // of all.
  SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
  ERR_clear_error();
}

Io TlsSession::io_of(int returned) {
  switch (SSL_get_error(ssl_, returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Io::again;
    case SSL_ERROR_ZERO_RETURN:
      return Io::closed;
    default:
      return wire_.send_failed ? Io::cut : Io::broken;
  }
}

Io TlsSession::handshake() {
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_);
  if (returned != 1) return io_of(returned);
  // OpenSSL ends the handshake by itself when verification fails; this holds should that ever
  // change.
  return SSL_get_verify_result(ssl_) == X509_V_OK ? Io::done : Io::broken;
}

Failure TlsSession::failure(const std::string& host) {
  const long verdict = SSL_get_verify_result(ssl_);
  const unsigned long code = ERR_peek_error();
  const bool unverified = verdict != X509_V_OK;
  if (unverified) return certificate_failure(verdict, host);
  const int reason = ERR_GET_REASON(code);
  if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
      (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
       reason == SSL_R_PACKET_LENGTH_TOO_LONG)) {
    return make_failure(FailureClass::tls, "the server does not speak TLS on this port");
  }
  const char* text = ERR_reason_error_string(code);
  return make_failure(FailureClass::tls,
                      std::string("TLS handshake failed: ") + (text ? text : "no reason given"));
}

Transfer TlsSession::read(std::span<char> into) {
  Transfer result;
  forget_errors();
  const int returned = SSL_read_ex(ssl_, into.data(), into.size(), &result.bytes);
  result.io = returned == 1 ? Io::done : io_of(returned);
  return result;
}

Transfer TlsSession::write(std::string_view bytes) {
  Transfer result;
  forget_errors();
  const int returned = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &result.bytes);
  result.io = returned == 1 ? Io::done : io_of(returned);
  return result;
}

bool TlsSession::pending() const {
  return SSL_has_pending(ssl_) == 1;
}

bool TlsSession::goodbye_received() const {
  return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
}

bool TlsSession::resumed() const {
  return SSL_session_reused(ssl_) == 1;
}

bool TlsSession::chose_http2() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return std::string_view(reinterpret_cast<const char*>(name), size) == "h2";
}

void TlsSession::say_goodbye() {
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

}  // namespace assay::net
