#include "net/http2_connection.hpp"

#include "assay/ensure.hpp"
#include "net/clock.hpp"
#include "net/seconds_text.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace assay::net {

namespace {

// Refusals that cost no attempt, until an answer comes: one connection's worth of streams. A server
// that refuses on and on is overloaded, and only waiting helps. One that goes is not: what it sends
// back is free up to ClientOptions::free_sendings_max.
constexpr std::uint64_t free_refusals = 100;

}  // namespace

Http2Connection::Http2Connection(LoopState& loop,
                                 std::unique_ptr<Stream> stream,
                                 const ClientOptions& options,
                                 const SharedFields& shared,
                                 BodyBudget& budget,
                                 Owner& owner)
    : loop_(loop),
      stream_(std::move(stream)),
      options_(options),
      budget_(budget),
      owner_(owner),
      session_(options.origin, shared),
      alarm_every_(std::min({options.deadlines.first_byte,
                             options.deadlines.between_bytes,
                             options.deadlines.progress_window,
                             options.deadlines.ping_after,
                             options.deadlines.ping_wait,
                             options.deadlines.idle})),
      idle_since_(now()),
      last_bytes_(idle_since_) {}

void Http2Connection::listen(std::string_view early) {
  set_alarm(now());
  flush_later();
  watch();
  if (early.empty()) return;
  // Told to the owner from the loop, like everything.
  boost::asio::post(loop_.io, [self = shared_from_this(), bytes = std::string(early)] {
    if (!self->open_) return;
    self->take_in_plain(bytes);
    self->deliver();
    self->flush();
  });
}

void Http2Connection::watch() {
  stream_->wait_readable([self = shared_from_this()](const boost::system::error_code&) {
    if (self->open_) self->on_readable();
  });
}

std::size_t Http2Connection::room(std::size_t calls_max, std::uint64_t good_for) const {
  if (!open_ || session_.draining()) return 0;
  const std::size_t allowed = session_.settled() ? std::min(calls_max, session_.streams_max()) : 1;
  const std::uint64_t lifetime =
      ended() < good_for ? good_for : good_for + 2 * (ended() - good_for) + 1;
  return std::min<std::uint64_t>(allowed - std::min(allowed, calls_.size()),
                                 lifetime - std::min(lifetime, begun_));
}

void Http2Connection::begin(std::unique_ptr<Exchange> exchange) {
  ensure(open_, "an exchange begins on an open connection");
  const Instant begun = now();
  exchange->timing.sent = begun;
  auto call = std::make_unique<Http2Call>(std::move(exchange), begun, options_.limits, budget_);
  call->place = calls_.size();
  ++begun_;
  session_.submit(*call);
  loop_.set_alarm(*this, std::min(call->clock.due(options_.deadlines), begun + alarm_every_));
  calls_.push_back(std::move(call));
  flush_later();
}

// Once per turn of the loop: requests begun together share TLS records and system calls.
void Http2Connection::flush_later() {
  if (std::exchange(flush_posted_, true)) return;
  boost::asio::post(loop_.io, [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void Http2Connection::flush() {
  const bool broke = !write_out();
  // A stream that nghttp2 resets by itself ends as its RST_STREAM goes out.
  deliver();
  if (!open_) return;
  if (broke) return on_send_failure();
  if (!write_waiting_) end_if_done();
}

// False when the connection broke.
bool Http2Connection::write_out() {
  while (open_ && !write_waiting_) {
    const std::string_view bytes =
        unsent_.empty() ? session_.compose(loop_.out_buffer()) : std::string_view(unsent_);
    if (bytes.empty()) return true;
    const Transfer sent = stream_->write(bytes);
    if (sent.io == Io::done) {
      unsent_ = std::string(bytes.substr(sent.bytes));
    } else if (sent.io == Io::again) {
      unsent_ = std::string(bytes);
      write_waiting_ = true;
      stream_->wait_writable([self = shared_from_this()](const boost::system::error_code&) {
        self->write_waiting_ = false;
        self->flush();
      });
    } else {
      return false;
    }
  }
  return true;
}

// What came before the break counts: answers, and GOAWAY with what it says of the others.
void Http2Connection::on_send_failure() {
  const std::optional<Failure> cut = take_in();
  deliver();
  if (open_) {
    end(cut.value_or(
        make_failure(FailureClass::connection, "the connection broke while requests were sent")));
  }
}

void Http2Connection::on_readable() {
  const std::optional<Failure> cut = take_in();
  deliver();
  if (!open_) return;
  if (cut) return end(*cut);
  flush();
  if (open_) watch();
}

// One recv and all that it brought; what ended the connection, if anything.
std::optional<Failure> Http2Connection::take_in() {
  switch (stream_->receive()) {
    case Io::again:
      return std::nullopt;
    case Io::done:
      break;
    case Io::closed:
      return make_failure(FailureClass::connection, "the server closed the connection");
    case Io::cut:
    case Io::broken:
      return make_failure(FailureClass::connection, "the connection was reset");
  }
  for (;;) {
    const Transfer part = stream_->read(loop_.plain_buffer());
    if (part.io == Io::again) return std::nullopt;
    if (part.io == Io::closed) {
      return make_failure(FailureClass::connection, "the server closed the connection");
    }
    if (part.io != Io::done) {
      return make_failure(FailureClass::connection, "what came is not valid TLS");
    }
    take_in_plain({loop_.plain_buffer().data(), part.bytes});
  }
}

void Http2Connection::take_in_plain(std::string_view bytes) {
  last_bytes_ = now();
  pinged_.reset();
  session_.receive(bytes, last_bytes_);
}

// Not before everything that came was read: the owner may make another connection read into the
// loop's buffer.
void Http2Connection::deliver() {
  std::vector<Ending> endings;
  collect(endings);
  if (session_.settled() && !std::exchange(settled_told_, true)) owner_.on_settled(*this);
  if (sent_back_ > 0 && !std::exchange(sent_back_told_, true)) {
    owner_.on_sent_back(begun_ - sent_back_);
  }
  tell(std::move(endings));
}

void Http2Connection::collect(std::vector<Ending>& endings) {
  for (Http2End& end : session_.take_ended()) {
    if (end.how == Http2End::How::wants_http1) owner_.on_http1_wanted();
    const std::unique_ptr<Http2Call> call = forget(*end.call);
    ExchangeResult result = result_of(*call, end);
    endings.emplace_back(std::move(call->exchange), std::move(result));
  }
  if (!endings.empty() && calls_.empty()) idle_since_ = last_bytes_;
}

void Http2Connection::tell(std::vector<Ending> endings) {
  for (auto& [exchange, result] : endings) {
    owner_.on_call_end(*this, std::move(exchange), std::move(result));
  }
}

ExchangeResult Http2Connection::result_of(Http2Call& call, Http2End& end) {
  using How = Http2End::How;
  if (end.how == How::answered) {
    ++answered_;
    refusals_in_a_row_ = 0;
    call.exchange->timing.done = last_bytes_;
    Answer answer = call.answer.take();
    answer.timing = call.exchange->timing;
    return answer;
  }
  ExchangeFailure failure(TransportFailure{.cls = end.failure.cls,
                                           .reason = std::move(end.failure.reason),
                                           .possibly_billed = call.exchange->possibly_billed});
  if (end.how != How::failed) {
    failure.possibly_billed = false;  // the server's word: it did nothing with it
    if (session_.draining()) ++sent_back_;
    failure.dead_on_reuse =
        end.how != How::not_processed || (has_served() && ++refusals_in_a_row_ <= free_refusals);
  }
  return std::unexpected(std::move(failure));
}

std::unique_ptr<Http2Call> Http2Connection::forget(Http2Call& call) {
  const std::size_t place = call.place;
  std::unique_ptr<Http2Call> taken = std::move(calls_[place]);
  if (place + 1 < calls_.size()) {
    calls_[place] = std::move(calls_.back());
    calls_[place]->place = place;
  }
  calls_.pop_back();
  return taken;
}

// A call of a connection that is over. One begun after the last byte met a connection that was
// dying: the same race as an idle connection of HTTP/1.1 that is found dead.
ExchangeFailure Http2Connection::cut_off(const Http2Call& call, const Failure& failure) const {
  ExchangeFailure cut(TransportFailure{.cls = failure.cls,
                                       .reason = failure.reason,
                                       .possibly_billed = call.exchange->possibly_billed});
  cut.dead_on_reuse = failure.cls == FailureClass::connection && has_served() &&
                      !call.answer.began() && call.begun > last_bytes_;
  return cut;
}

void Http2Connection::end(const Failure& failure, Stream::Manner manner) {
  const auto self = shared_from_this();  // the owner lets go of it
  std::vector<Ending> endings;
  collect(endings);
  bool told = false;
  for (const auto& call : std::exchange(calls_, {})) {
    ExchangeFailure result = cut_off(*call, failure);
    const bool is_break = result.cls == FailureClass::connection && !result.dead_on_reuse;
    if (is_break) result.same_break = std::exchange(told, true);
    endings.emplace_back(std::move(call->exchange), std::unexpected(std::move(result)));
  }
  static_cast<void>(close(manner));
  owner_.on_connection_end(*this);
  tell(std::move(endings));
}

// After the server's goodbye the connection ends with its last call.
void Http2Connection::end_if_done() {
  if (session_.broken()) {
    return end(make_failure(FailureClass::malformed_response, rules_broken));
  }
  if (!session_.draining() || !calls_.empty()) return;
  end(make_failure(FailureClass::connection, "the server said goodbye"), Stream::Manner::polite);
}

std::vector<std::unique_ptr<Exchange>> Http2Connection::close(Stream::Manner manner) {
  std::vector<std::unique_ptr<Exchange>> under_way;
  for (const auto& call : std::exchange(calls_, {})) {
    under_way.push_back(std::move(call->exchange));
  }
  if (!open_) return under_way;
  open_ = false;
  loop_.cancel_alarm(*this);
  if (manner == Stream::Manner::polite && !write_waiting_ && unsent_.empty()) {
    session_.say_goodbye();
    const std::string_view bytes = session_.compose(loop_.out_buffer());
    if (!bytes.empty()) static_cast<void>(stream_->write(bytes));  // as far as it goes
  }
  stream_->close(manner);
  return under_way;
}

void Http2Connection::ring(Instant now) {
  const auto self = shared_from_this();  // the owner may let go of it meanwhile
  if (!open_) return;
  if (calls_.empty()) {
    if (now >= idle_since_ + options_.deadlines.idle) {
      return end(make_failure(FailureClass::connection, "idle"), Stream::Manner::polite);
    }
  } else {
    if (!check_life(now)) return;
    end_overdue(now);
  }
  if (!open_) return;
  set_alarm(now);
  flush();
}

bool Http2Connection::check_life(Instant now) {
  const Deadlines& limits = options_.deadlines;
  if (pinged_ && now >= *pinged_ + limits.ping_wait) {
    end(make_failure(FailureClass::connection,
                     "the server answered no ping within " + seconds_text(limits.ping_wait)));
    return false;
  }
  if (!pinged_ && now >= last_bytes_ + limits.ping_after) {
    pinged_ = now;
    session_.ping();
  }
  return true;
}

// Each by a RST_STREAM: the others on the connection go on.
void Http2Connection::end_overdue(Instant now) {
  std::vector<Ending> endings;
  for (std::size_t i = calls_.size(); i-- > 0;) {
    Http2Call& call = *calls_[i];
    auto reason = call.clock.overdue(now, call.answer.bytes_in(), options_.deadlines);
    if (!reason) continue;
    session_.cancel(call);
    TransportFailure failure{.cls = FailureClass::timeout,
                             .reason = std::move(*reason),
                             .possibly_billed = call.exchange->possibly_billed};
    endings.emplace_back(std::move(forget(call)->exchange), std::unexpected(std::move(failure)));
  }
  if (!endings.empty() && calls_.empty()) idle_since_ = now;
  tell(std::move(endings));
}

void Http2Connection::set_alarm(Instant now) {
  Instant due = now + alarm_every_;
  if (calls_.empty()) due = std::min(due, idle_since_ + options_.deadlines.idle);
  for (const auto& call : calls_) due = std::min(due, call->clock.due(options_.deadlines));
  if (pinged_) due = std::min(due, *pinged_ + options_.deadlines.ping_wait);
  loop_.set_alarm(*this, due);
}

}  // namespace assay::net
