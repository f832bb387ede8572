#include "net/scripted_server.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace assay::net::testing {

namespace {

int choose_http2(SSL*,
                 const unsigned char** out,
                 unsigned char* out_size,
                 const unsigned char* in,
                 unsigned in_size,
                 void*) {
  static constexpr unsigned char ours[] = "\x02h2";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Peer::Peer(int descriptor, ssl_ctx_st* context, std::size_t index)
    : descriptor_(descriptor), index_(index) {
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (context == nullptr) return;
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, descriptor_);
}

Peer::~Peer() {
  if (ssl_ == nullptr) return;
  SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
  ERR_clear_error();
}

bool Peer::handshake() {
  return ssl_ == nullptr || SSL_accept(ssl_) == 1;
}

bool Peer::resumed() const {
  return ssl_ != nullptr && SSL_session_reused(ssl_) == 1;
}

long Peer::read(char* into, std::size_t room) {
  if (ssl_ == nullptr) return ::recv(descriptor_, into, room, 0);
  return SSL_read(ssl_, into, static_cast<int>(room));
}

std::string Peer::read_request() {
  char block[4096];
  for (;;) {
    const std::size_t head = buffered_.find("\r\n\r\n");
    if (head != std::string::npos) {
      std::size_t body = 0;
      const std::size_t field = buffered_.find("Content-Length: ");
      if (field < head) {
        const char* digits = buffered_.data() + field + 16;
        std::from_chars(digits, buffered_.data() + head, body);
      }
      const std::size_t size = head + 4 + body;
      if (buffered_.size() >= size) {
        std::string request = buffered_.substr(0, size);
        buffered_.erase(0, size);
        return request;
      }
    }
    const long got = read(block, sizeof block);
    if (got <= 0) return {};
    buffered_.append(block, static_cast<std::size_t>(got));
  }
}

std::string Peer::read_bytes(std::size_t count) {
  char block[16384];
  while (buffered_.size() < count) {
    const long got = read(block, sizeof block);
    if (got <= 0) break;
    buffered_.append(block, static_cast<std::size_t>(got));
  }
  std::string bytes = buffered_.substr(0, count);
  buffered_.erase(0, bytes.size());
  return bytes;
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long sent =
        ssl_ == nullptr ? ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                        : SSL_write(ssl_,
                                    bytes.data(),
                                    static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)));
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Peer::send_bytewise(std::string_view bytes) {
  return std::ranges::all_of(bytes, [this](const char& byte) { return send({&byte, 1}); });
}

void Peer::send_raw(std::string_view bytes) {
  static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void Peer::say_goodbye() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_);
}

void Peer::finish() {
  ::shutdown(descriptor_, SHUT_WR);
}

void Peer::reset() {
  // Connected to nothing: the kernel sends RST and the descriptor stays ours.
  sockaddr nothing{};
  nothing.sa_family = AF_UNSPEC;
  ::connect(descriptor_, &nothing, sizeof nothing);
}

void Peer::wait_for_byte() {
  char byte = 0;
  static_cast<void>(::recv(descriptor_, &byte, 1, MSG_PEEK));
}

void Peer::wait_for_close() {
  char block[4096];
  while (::recv(descriptor_, block, sizeof block, 0) > 0) {
  }
}

ScriptedServer::ScriptedServer(const Identity* identity, Script script, Mode mode)
    : script_(std::move(script)), mode_(mode) {
  if (mode != Mode::plain) {
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(context_, 0);  // some tests show weak certificates
    SSL_CTX_use_certificate(context_, identity->certificate.get());
    SSL_CTX_use_PrivateKey(context_, identity->key.get());
    if (mode == Mode::tls_http2) SSL_CTX_set_alpn_select_cb(context_, choose_http2, nullptr);
    SSL_CTX_set_session_id_context(context_, reinterpret_cast<const unsigned char*>("assay"), 5);
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 1024) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no listener");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
  SSL_CTX_free(context_);
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0 && errno == EMFILE) {  // a test that takes descriptors away means the client
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
      continue;
    }
    if (descriptor < 0) return;
    {
      const std::lock_guard lock(mutex_);
      open_.push_back(descriptor);
    }
    threads_.emplace_back([this, descriptor, index = connections_++] { serve(descriptor, index); });
  }
}

void ScriptedServer::serve(int descriptor, std::size_t index) {
  // OpenSSL's own socket calls raise SIGPIPE. Blocked in this thread only: the client must not
  // raise it.
  sigset_t pipe{};
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  {
    Peer peer(descriptor, context_, index);
    if ((mode_ != Mode::tls && mode_ != Mode::tls_http2) || peer.handshake()) {
      if (peer.resumed()) ++resumed_;
      script_(peer);
    }
  }
  const std::lock_guard lock(mutex_);
  open_.remove(descriptor);
  ::close(descriptor);
}

std::string answer_of(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

void Gate::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void Gate::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return open_; });
}

}  // namespace assay::net::testing
