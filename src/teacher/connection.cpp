#include "teacher/connection.hpp"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <sys/socket.h>
#include <utility>

namespace assay::teacher {

namespace {

// While a request is at work, more than this of what the client sends ahead is left in the kernel.
constexpr std::size_t ahead_bytes_max = 256 * 1024;

// Frames given to TLS at once.
constexpr std::size_t output_bytes = 64 * 1024;

// An idle connection gives larger buffers back.
constexpr std::size_t idle_bytes_max = 16 * 1024;
constexpr std::size_t spare_bytes_max = 1024 * 1024;

Moment this_moment() {
  return {Instant(std::chrono::duration_cast<Duration>(
              std::chrono::steady_clock::now().time_since_epoch())),
          static_cast<std::int64_t>(std::time(nullptr))};
}

void shrink(std::string& text) {
  if (text.empty() && text.capacity() > idle_bytes_max) std::string().swap(text);
}

// To grow a buffer for each answer costs as much as to send it.
void borrow(std::string& text, std::string& spare) {
  if (text.empty() && text.capacity() < spare.capacity()) text.swap(spare);
}
void give_back(std::string& text, std::string& spare) {
  if (text.capacity() > spare.capacity() && text.capacity() <= spare_bytes_max) text.swap(spare);
  shrink(text);
}

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket, LoopParts parts)
    : socket_(std::move(socket)), parts_(parts), timer_(socket_.get_executor()) {
  if (parts_.tls != nullptr) tls_.emplace(*parts_.tls);
}

void Connection::start() {
  Error ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  if (!tls_ && parts_.http == HttpOffer::http2) start_http2();
  await_bytes();
}

void Connection::await_bytes() {
  if (reading_ || !socket_.is_open()) return;
  if (reply_ && in_.size() > ahead_bytes_max) return;
  reading_ = true;
  socket_.async_wait(boost::asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](Error error) {
                       self->reading_ = false;
                       if (!error) self->on_readable();
                     });
}

// Reads until the kernel has no more; a client that has closed its side is gone.
void Connection::on_readable() {
  while (socket_.is_open()) {
    const auto size =
        ::recv(socket_.native_handle(), parts_.buffer.data(), parts_.buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (size <= 0 || !take({parts_.buffer.data(), static_cast<std::size_t>(size)})) return close();
    if (static_cast<std::size_t>(size) < parts_.buffer.size()) break;
  }
  serve();
  await_bytes();
}

bool Connection::take(std::string_view bytes) {
  if (lingering_) return true;
  if (!tls_) {
    in_.append(bytes);
    return true;
  }
  const auto state = tls_->receive(bytes, in_, out_);
  if (!http2_ && tls_->chose_http2()) start_http2();
  flush();
  return state == TlsSession::State::open;
}

void Connection::start_http2() {
  Http2Session::Host& host = *this;  // a private base: only we may say so
  http2_.emplace(host, parts_.provider, parts_.manner, socket_.get_executor());
}

void Connection::serve_http2() {
  const bool good = http2_->receive(in_);
  in_.clear();
  shrink(in_);
  on_output();
  if (!good) close();
}

// As much as the socket takes: the rest stays in the session until there is room.
void Connection::on_output() {
  if (!socket_.is_open()) return;
  if (http2_->dropped()) return reset();
  auto& plain = parts_.plain;
  while (socket_.is_open() && !writing_) {
    plain.clear();
    http2_->compose(plain, output_bytes);
    if (plain.empty()) break;
    write(plain);
    flush();
  }
  if (!writing_ && socket_.is_open() && http2_->over()) linger();
}

// To close with requests unread would reset the connection, and with it what was said last.
void Connection::linger() {
  if (std::exchange(lingering_, true)) return;
  if (tls_) tls_->close(out_);
  flush();
  Error ignored;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
}

void Connection::serve() {
  if (http2_) return serve_http2();
  while (!reply_ && !ending_ && socket_.is_open() && !in_.empty()) {
    const auto state = reader_.read(in_);
    if (state == HttpReader::State::incomplete) return;
    if (state == HttpReader::State::wants_continue) {
      write("HTTP/1.1 100 Continue\r\n\r\n");
      flush();
      return;
    }
    if (state == HttpReader::State::refused) {
      in_.clear();
      return begin(Provider::unreadable(reader_.status()));
    }
    auto reply = parts_.provider.answer(reader_.request(), this_moment());
    reader_.consume(in_);
    begin(std::move(reply));
  }
  shrink(in_);
}

void Connection::begin(Reply reply) {
  reply_ = std::move(reply);
  step_ = 0;
  if (reply_->delay > Duration{}) return pause(reply_->delay);
  run_script();
}

void Connection::run_script() {
  auto& script = reply_->script;
  if (script.empty()) {
    // Together: a record of TLS less.
    write(reply_->kept.empty() ? reply_->bytes
                               : parts_.plain.assign(reply_->bytes).append(reply_->kept));
  } else {
    while (step_ < script.size() && socket_.is_open() && !waiting_) perform(script[step_++]);
  }
  flush();
  if (!waiting_ && !writing_ && socket_.is_open()) finish_request();
}

void Connection::perform(Step& step) {
  switch (step.kind) {
    case Step::Kind::send:
      write(step.bytes);
      return;
    case Step::Kind::wait:
      flush();
      return pause(step.time);
    case Step::Kind::hold:
      waiting_ = true;
      return;
    case Step::Kind::close:
      reply_->keep_alive = false;
      return;
    case Step::Kind::go_away:
      reply_->keep_alive = false;
      return;
    case Step::Kind::stall_windows:
      return;
    case Step::Kind::reset:
    case Step::Kind::drop:
      return reset();
  }
}

void Connection::pause(Duration time) {
  waiting_ = true;
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](Error error) {
    self->waiting_ = false;
    if (error || !self->socket_.is_open()) return;
    self->run_script();
    self->serve();
    self->await_bytes();
  });
}

// All of the answer is with the kernel. Not before: a slow reader counts as in flight.
void Connection::finish_request() {
  const bool keep_alive = reply_->keep_alive;
  reply_.reset();
  if (keep_alive) return;
  ending_ = true;
  if (tls_) tls_->close(out_);
  flush();
}

void Connection::write(std::string_view plain) {
  borrow(out_, parts_.spare);
  if (!tls_) {
    out_.append(plain);
  } else if (!tls_->send(plain, out_)) {
    close();
  }
}

void Connection::flush() {
  if (writing_ || !socket_.is_open()) return;
  while (sent_ < out_.size()) {
    const auto size =
        ::send(socket_.native_handle(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (size >= 0) {
      sent_ += static_cast<std::size_t>(size);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return close();
    writing_ = true;
    socket_.async_wait(boost::asio::ip::tcp::socket::wait_write,
                       [self = shared_from_this()](Error error) {
                         self->writing_ = false;
                         if (error || !self->socket_.is_open()) return;
                         self->flush();
                         if (self->writing_ || !self->socket_.is_open()) return;
                         if (self->http2_) return self->on_output();
                         if (self->reply_ && !self->waiting_) self->finish_request();
                         self->serve();
                         self->await_bytes();
                       });
    return;
  }
  out_.clear();
  sent_ = 0;
  give_back(out_, parts_.spare);
  if (ending_) close();
}

// An orderly end: what was sent arrives, then FIN. The client's own bytes are not waited for.
void Connection::close() {
  Error ignored;
  timer_.cancel();
  if (http2_) http2_->abandon();
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void Connection::reset() {
  flush();
  Error ignored;
  timer_.cancel();
  if (http2_) http2_->abandon();
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace assay::teacher
