#include "net/connection.hpp"

#include "assay/ensure.hpp"
#include "net/clock.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace assay::net {

namespace {

// A large request lets the others on the loop have their turn after so many bytes.
constexpr std::size_t turn_bytes_max = std::size_t{256} << 10;

// A head as a rule fits, and most of what follows it in its record then goes to its place at once.
constexpr std::size_t head_read_bytes = std::size_t{2} << 10;

}  // namespace

Connection::Connection(LoopState& loop,
                       std::unique_ptr<Stream> stream,
                       const ClientOptions& options,
                       std::string_view shared_lines,
                       BodyBudget& budget,
                       Owner& owner)
    : loop_(loop),
      stream_(std::move(stream)),
      options_(options),
      shared_lines_(shared_lines),
      budget_(budget),
      owner_(owner),
      alarm_every_(std::min({options.deadlines.first_byte,
                             options.deadlines.between_bytes,
                             options.deadlines.progress_window,
                             options.deadlines.idle})),
      idle_since_(now()) {}

void Connection::listen() {
  loop_.set_alarm(*this, idle_since_ + alarm_every_);
  watch();
}

void Connection::watch() {
  stream_->wait_readable([self = shared_from_this()](const boost::system::error_code&) {
    if (self->state_ != State::closed) self->on_readable();
  });
}

void Connection::begin(std::unique_ptr<Exchange> exchange) {
  ensure(state_ == State::idle, "one exchange at a time on a connection");
  state_ = State::busy;
  exchange_ = std::move(exchange);
  request_.emplace(exchange_->request, options_.origin, shared_lines_);
  bytes_sent_ = 0;
  reader_.emplace(options_.limits, budget_);
  const Instant begun = now();
  clock_.emplace(begun, exchange_->timing.started);
  exchange_->timing.sent = begun;
  loop_.set_alarm(*this, std::min(clock_->due(options_.deadlines), begun + alarm_every_));
  send_more();
}

void Connection::send_more() {
  for (std::size_t sent_now = 0; bytes_sent_ < request_->size();) {
    if (sent_now >= turn_bytes_max) return wait_to_send();
    const Transfer sent = stream_->write(request_->compose(bytes_sent_, loop_.out_buffer()));
    if (sent.io == Io::again) {
      exchange_->possibly_billed = true;  // a part of the record may be on its way already
      return wait_to_send();
    }
    if (sent.io != Io::done) return expect_send_failure();
    exchange_->possibly_billed = true;
    bytes_sent_ += sent.bytes;
    sent_now += sent.bytes;
  }
}

void Connection::wait_to_send() {
  if (std::exchange(write_waiting_, true)) return;
  stream_->wait_writable([self = shared_from_this()](const boost::system::error_code&) {
    self->write_waiting_ = false;
    if (self->state_ == State::busy) self->send_more();
  });
}

// Not told from here: this may run inside Client::start(). An answer may have come before the
// break, too.
void Connection::expect_send_failure() {
  boost::asio::post(loop_.io, [self = shared_from_this(), exchange = exchange_.get()] {
    if (self->state_ == State::busy && self->exchange_.get() == exchange) {
      self->on_send_failure();
    }
  });
}

void Connection::on_send_failure() {
  on_answer_bytes();
  if (state_ == State::busy && bytes_sent_ < request_->size()) {
    fail_cut(FailureClass::connection, "the connection broke while the request was sent");
  }
}

void Connection::on_readable() {
  if (state_ == State::idle) {
    on_idle_bytes();
  } else {
    on_answer_bytes();
  }
  if (state_ != State::closed) watch();
}

// Takes in what TLS itself has to say; false when the stream ended or an answer came that nobody
// asked for.
bool Connection::absorb() {
  const Io io = stream_->receive();
  if (io == Io::again) return true;
  return io == Io::done && stream_->read(loop_.plain_buffer()).io == Io::again;
}

void Connection::on_idle_bytes() {
  if (absorb()) return;
  close(Stream::Manner::abrupt);
  owner_.on_idle_end(*this);
}

bool Connection::usable() {
  if (stream_->quiet() || absorb()) return true;
  close(Stream::Manner::abrupt);
  return false;
}

void Connection::on_answer_bytes() {
  switch (stream_->receive()) {
    case Io::again:
      return;
    case Io::done:
      clock_->note_bytes(now());
      while (read_part()) {
      }
      return;
    case Io::closed:
      if (auto ended = reader_->end(stream_->goodbye()); !ended) {
        return fail_cut(ended.error().cls, ended.error().reason);
      }
      return finish_answer(0);
    case Io::cut:
    case Io::broken:
      break;
  }
  fail_cut(FailureClass::connection, "the connection was reset");
}

// Moves bytes from the stream to the reader; whether there may be more of them for this exchange.
bool Connection::read_part() {
  const auto room = reader_->room();
  if (!room) return fail(room.error().cls, room.error().reason), false;
  const bool direct = !room->empty();
  const Transfer part = stream_->read(direct ? *room : indirect_room());
  if (part.io == Io::again) return false;
  if (part.io == Io::closed) {
    if (auto ended = reader_->end(true); !ended) {
      return fail_cut(ended.error().cls, ended.error().reason), false;
    }
    return finish_answer(0), false;
  }
  if (part.io != Io::done) {
    return fail_cut(FailureClass::connection, "what came is not valid TLS"), false;
  }
  const auto consumed = hand_over(part.bytes, direct);
  if (!consumed) return fail(consumed.error().cls, consumed.error().reason), false;
  if (!reader_->complete()) return true;
  return finish_answer(part.bytes - *consumed), false;
}

std::span<char> Connection::indirect_room() const {
  const auto buffer = loop_.plain_buffer();
  return reader_->in_head() ? buffer.first(head_read_bytes) : buffer;
}

// How many of the bytes belong to the answer.
std::expected<std::size_t, Failure> Connection::hand_over(std::size_t bytes, bool direct) {
  if (direct) {
    reader_->advance(bytes);
    return bytes;
  }
  const bool was_in_final = reader_->in_final();
  auto consumed = reader_->feed({loop_.plain_buffer().data(), bytes});
  if (!was_in_final && reader_->in_final()) {
    exchange_->timing.first_byte = clock_->last_byte();
    clock_->note_final(reader_->bytes_in());
  }
  return consumed;
}

void Connection::finish_answer(std::size_t surplus_bytes) {
  bool reusable = reader_->reusable() && surplus_bytes == 0 && bytes_sent_ == request_->size();
  // Whatever else came with the answer is looked at now: the window goes with this event.
  if (reusable && stream_->pending()) {
    reusable = stream_->read(loop_.plain_buffer()).io == Io::again;
  }
  exchange_->timing.done = clock_->last_byte();
  Answer answer = reader_->take();
  answer.timing = exchange_->timing;
  ++served_;
  end_exchange(std::move(answer), reusable ? After::reusable : After::closed);
}

void Connection::fail(FailureClass cls, std::string_view reason) {
  end_exchange(std::unexpected(TransportFailure{.cls = cls,
                                                .reason = std::string(reason),
                                                .possibly_billed = exchange_->possibly_billed}),
               After::closed);
}

// For failures that a connection closed between two exchanges looks like.
void Connection::fail_cut(FailureClass cls, std::string_view reason) {
  const bool dead_on_reuse = served_ > 0 && !reader_->began();
  ExchangeFailure failure(TransportFailure{
      .cls = cls, .reason = std::string(reason), .possibly_billed = exchange_->possibly_billed});
  failure.dead_on_reuse = dead_on_reuse;
  end_exchange(std::unexpected(std::move(failure)),
               dead_on_reuse ? After::dead_on_reuse : After::closed);
}

void Connection::end_exchange(ExchangeResult result, After after) {
  std::unique_ptr<Exchange> exchange = std::move(exchange_);
  request_.reset();
  reader_.reset();
  if (after == After::reusable) {
    state_ = State::idle;
    idle_since_ = clock_->last_byte();
  } else {
    const bool answered = result.has_value();
    close(answered ? Stream::Manner::polite : Stream::Manner::abrupt);
  }
  owner_.on_exchange_end(*this, std::move(exchange), std::move(result), after);
}

std::unique_ptr<Exchange> Connection::close(Stream::Manner manner) {
  state_ = State::closed;
  loop_.cancel_alarm(*this);
  stream_->close(manner);
  request_.reset();
  reader_.reset();
  return std::move(exchange_);
}

void Connection::ring(Instant now) {
  const auto self = shared_from_this();  // the owner may let go of it meanwhile
  if (state_ == State::idle) {
    ring_idle(now);
  } else if (state_ == State::busy) {
    ring_busy(now);
  }
}

void Connection::ring_idle(Instant now) {
  const Instant end = idle_since_ + options_.deadlines.idle;
  if (now < end) return loop_.set_alarm(*this, std::min(end, now + alarm_every_));
  close(Stream::Manner::polite);
  owner_.on_idle_end(*this);
}

void Connection::ring_busy(Instant now) {
  if (auto reason = clock_->overdue(now, reader_->bytes_in(), options_.deadlines)) {
    return fail(FailureClass::timeout, *reason);
  }
  loop_.set_alarm(*this, std::min(clock_->due(options_.deadlines), now + alarm_every_));
}

}  // namespace assay::net
