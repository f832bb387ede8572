#include "net/dial.hpp"

#include "net/clock.hpp"
#include "net/response_head.hpp"
#include "net/seconds_text.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace assay::net {

namespace {

constexpr std::size_t proxy_answer_bytes_max = 16 * 1024;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress result;
  if (address.family == IpAddress::Family::v4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes.data(), sizeof v4.sin_addr);
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&result.storage, &v6, sizeof v6);
    result.size = sizeof v6;
  }
  return result;
}

// A non-blocking socket on its way to `address`, or the errno that stopped it. `pending` is the
// usual case.
struct Attempt {
  int descriptor = -1;
  int error = 0;
};

Attempt open_socket(const IpAddress& address) {
  const int family = address.family == IpAddress::Family::v4 ? AF_INET : AF_INET6;
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return {.error = errno};
  // A request is written whole, so waiting for more to send only delays it.
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {.descriptor = descriptor};
}

bool means_short_of_descriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// An HTTP/2 server's SETTINGS, which it may send with the handshake, are some dozen bytes.
constexpr std::size_t early_bytes_max = 64 * 1024;

TlsSession::Offer offer_of(HttpVersion http) {
  switch (http) {
    case HttpVersion::automatic:
      return TlsSession::Offer::both;
    case HttpVersion::http1:
      return TlsSession::Offer::http1;
    case HttpVersion::http2:
      break;
  }
  return TlsSession::Offer::http2;
}

Failure tcp_failure(int error) {
  if (error == ETIMEDOUT) {
    return make_failure(FailureClass::timeout, "the server does not answer");
  }
  return make_failure(FailureClass::connection,
                      "no connection: " + std::generic_category().message(error));
}

}  // namespace

Dial::Dial(LoopState& loop, const Route& route, Counters& counters, Instant not_after, Owner& owner)
    : loop_(loop),
      route_(route),
      counters_(counters),
      owner_(&owner),
      not_after_(not_after),
      started_(now()),
      step_until_(std::min(not_after, started_ + route.deadlines.connect)),
      step_failure_(make_failure(FailureClass::timeout,
                                 "no connection within " + seconds_text(route.deadlines.connect))) {
}

void Dial::start() {
  loop_.set_alarm(*this, step_until_);
  route_.addresses->find([weak = weak_from_this()](const AddressBook::Found& found) {
    const auto self = weak.lock();
    if (self && !self->over_) self->on_addresses(found);
  });
}

void Dial::cancel() {
  over_ = true;
  owner_ = nullptr;
  loop_.cancel_alarm(*this);
  if (stream_) stream_->close(Stream::Manner::abrupt);
}

void Dial::ring(Instant now) {
  if (over_) return;
  if (now < step_until_) {
    loop_.set_alarm(*this, step_until_);
  } else if (now >= not_after_) {
    refuse(FailureClass::timeout, "not complete within " + seconds_text(route_.deadlines.total));
  } else if (address_next_ < addresses_.size() && stream_) {
    tcp_failure_ = step_failure_;
    try_next_address();  // this address had its share of the time; the next has another
  } else {
    finish(std::unexpected(DialFailure{.failure = step_failure_}));
  }
}

void Dial::on_addresses(const AddressBook::Found& found) {
  if (!found) return finish(std::unexpected(DialFailure{.failure = found.error()}));
  addresses_ = *found;
  try_next_address();
}

void Dial::try_next_address() {
  if (stream_) stream_->close(Stream::Manner::abrupt);
  stream_.reset();
  if (address_next_ == addresses_.size()) {
    route_.addresses->note_bad();
    return finish(std::unexpected(DialFailure{.failure = tcp_failure_}));
  }
  // What is left of the connect deadline is shared by the addresses that are left.
  const Instant moment = now();
  const auto shares = static_cast<Duration::rep>(addresses_.size() - address_next_);
  const Instant end = std::min(not_after_, started_ + route_.deadlines.connect);
  step_until_ = moment + (end - moment) / shares;
  loop_.set_alarm(*this, step_until_);

  const IpAddress& address = addresses_[address_next_++];
  const Attempt attempt = open_socket(address);
  if (attempt.error != 0) {
    return finish(std::unexpected(
        DialFailure{.failure = tcp_failure(attempt.error),
                    .descriptors_short = means_short_of_descriptors(attempt.error)}));
  }
  stream_ = std::make_unique<Stream>(loop_, attempt.descriptor, counters_);
  const std::uint16_t port = route_.proxy ? route_.proxy->port : route_.origin.port;
  const SocketAddress to = socket_address(address, port);
  if (::connect(attempt.descriptor, reinterpret_cast<const sockaddr*>(&to.storage), to.size) != 0 &&
      errno != EINPROGRESS) {
    tcp_failure_ = tcp_failure(errno);
    return try_next_address();
  }
  stream_->wait_writable(
      [self = shared_from_this(), stream = stream_.get()](const boost::system::error_code&) {
        if (!self->over_ && self->stream_.get() == stream) self->on_tcp();
      });
}

void Dial::on_tcp() {
  if (const int error = stream_->connect_error(); error != 0) {
    tcp_failure_ = tcp_failure(error);
    return try_next_address();
  }
  route_.addresses->note_good(addresses_[address_next_ - 1]);
  address_next_ =
      addresses_.size();  // reached: whatever fails from here on is not for another address to mend
  if (route_.proxy) return ask_proxy();
  start_handshake();
}

void Dial::ask_proxy() {
  const std::string target = authority_with_port(route_.origin);
  const std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
  step_until_ = std::min(not_after_, started_ + route_.deadlines.connect);
  step_failure_.reason = "no answer of the proxy within " + seconds_text(route_.deadlines.connect);
  loop_.set_alarm(*this, step_until_);
  // A fresh socket takes these few bytes at once, or it is broken.
  const Transfer sent = stream_->write(request);
  if (sent.io != Io::done || sent.bytes != request.size()) {
    return refuse(FailureClass::connection, "the proxy closed the connection");
  }
  on_proxy_answer();
}

void Dial::on_proxy_answer() {
  for (bool more = true; more;) {
    const Io io = stream_->receive();
    if (io == Io::again) break;
    if (io != Io::done) {
      return refuse(FailureClass::connection, "the proxy closed the connection");
    }
    const Transfer part = stream_->read(loop_.plain_buffer());
    proxy_answer_.append(loop_.plain_buffer().data(), part.bytes);
    more = !proxy_answer_.contains("\r\n\r\n");
    if (stream_->pending() || proxy_answer_.size() > proxy_answer_bytes_max) {
      return refuse(FailureClass::connection, "the proxy's answer to CONNECT is too long");
    }
  }
  if (!proxy_answer_.contains("\r\n\r\n")) {
    return stream_->wait_readable([self = shared_from_this()](const boost::system::error_code&) {
      if (!self->over_) self->on_proxy_answer();
    });
  }
  const auto head = parse_response_head(proxy_answer_, AnswerLimits{}.fields_max);
  if (!head) return refuse(FailureClass::connection, "the proxy's answer: " + head.error());
  if (head->status < 200 || head->status > 299) {
    return refuse(FailureClass::connection,
                  "the proxy refuses to connect: status " + std::to_string(head->status));
  }
  start_handshake();
}

void Dial::start_handshake() {
  if (!route_.tls) return on_handshake_done();
  stream_->start_tls(
      route_.tls->native(), route_.origin.host, route_.ticket, offer_of(route_.http));
  step_until_ = std::min(not_after_, now() + route_.deadlines.handshake);
  step_failure_ = make_failure(
      FailureClass::timeout, "no TLS handshake within " + seconds_text(route_.deadlines.handshake));
  loop_.set_alarm(*this, step_until_);
  go_on_with_handshake();
}

void Dial::go_on_with_handshake() {
  switch (stream_->handshake()) {
    case Io::done:
      return on_handshake_done();
    case Io::again:
      // A handshake's flights are far smaller than a socket's buffer, so it can only wait for bytes
      // of the peer.
      return stream_->wait_readable([self = shared_from_this()](const boost::system::error_code&) {
        if (!self->over_) self->on_handshake_bytes();
      });
    case Io::closed:
    case Io::cut:
      return refuse(FailureClass::tls, "the server cut the TLS handshake");
    case Io::broken:
      break;
  }
  finish(std::unexpected(DialFailure{.failure = stream_->tls()->failure(route_.origin.host)}));
}

void Dial::on_handshake_bytes() {
  switch (stream_->receive()) {
    case Io::done:
    case Io::again:
      return go_on_with_handshake();
    case Io::closed:
    case Io::cut:
    case Io::broken:
      break;
  }
  refuse(FailureClass::tls, "the server cut the TLS handshake");
}

HttpVersion Dial::agreed() const {
  if (stream_->tls() == nullptr) {
    return route_.http == HttpVersion::http2 ? HttpVersion::http2 : HttpVersion::http1;
  }
  return stream_->tls()->chose_http2() ? HttpVersion::http2 : HttpVersion::http1;
}

void Dial::on_handshake_done() {
  const HttpVersion http = agreed();
  if (http != HttpVersion::http2 && route_.http == HttpVersion::http2) {
    return refuse(FailureClass::unsupported, "the server does not speak HTTP/2");
  }
  if (!take_early(http)) {
    return refuse(FailureClass::connection, "the server spoke before it was asked");
  }
  ++counters_.connections_opened;
  if (http == HttpVersion::http2) ++counters_.connections_http2;
  if (stream_->tls() != nullptr && stream_->tls()->resumed()) ++counters_.handshakes_resumed;
  finish(Dialled{.stream = std::move(stream_), .http = http, .early = std::move(early_)});
}

// The window goes with this event: session tickets are taken in now. Bytes of an HTTP/2 server are
// kept; bytes of an HTTP/1.1 answer that nobody asked for are a reason to go.
bool Dial::take_early(HttpVersion http) {
  while (stream_->pending()) {
    const Transfer part = stream_->read(loop_.plain_buffer());
    if (part.io == Io::again) return true;
    if (part.io != Io::done || http != HttpVersion::http2) return false;
    early_.append(loop_.plain_buffer().data(), part.bytes);
    if (early_.size() > early_bytes_max) return false;
  }
  return true;
}

void Dial::refuse(FailureClass cls, std::string_view reason) {
  finish(std::unexpected(DialFailure{.failure = make_failure(cls, reason)}));
}

void Dial::finish(Outcome outcome) {
  over_ = true;
  loop_.cancel_alarm(*this);
  if (stream_) stream_->close(Stream::Manner::abrupt);
  // Not from here: this may run inside Client::start().
  boost::asio::post(loop_.io, [self = shared_from_this(), outcome = std::move(outcome)]() mutable {
    Owner* const owner = std::exchange(self->owner_, nullptr);
    if (owner != nullptr) owner->on_dialled(*self, std::move(outcome));
  });
}

}  // namespace assay::net
