#include "net/pool.hpp"

#include "net/clock.hpp"
#include "net/seconds_text.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace assay::net {

namespace {

// What a connection takes when no further one may be had, if the server allows it: nghttp2's own
// tables and the answers' buffers stay within tens of megabytes.
constexpr std::size_t calls_max_at_most = 10'000;

// Without a descriptor to be had, the pool stays as large as it is for so long.
constexpr Duration descriptors_pause = std::chrono::milliseconds{100};

// A server that gives tickets does so within a round trip after the handshake, which took some: at
// least this long is waited for it, once.
constexpr Duration ticket_wait = std::chrono::milliseconds{100};

Route route_of(LoopState& loop, const ClientOptions& options, std::shared_ptr<TlsContext> tls) {
  const std::string& host = options.proxy ? options.proxy->host : options.origin.host;
  return {
      .origin = options.origin,
      .http = options.http,
      .proxy = options.proxy,
      .deadlines = options.deadlines,
      .tls = options.origin.scheme == Scheme::https ? std::move(tls) : nullptr,
      .ticket = std::make_shared<TlsTicket>(),
      .addresses = std::make_shared<AddressBook>(loop, host, options.deadlines.resolve_refresh)};
}

void write_body(Request& request) {
  if (const auto write = std::exchange(request.write_body, nullptr)) write(request.body);
}

TransportFailure unsent(FailureClass cls, std::string reason, bool possibly_billed = false) {
  return {.cls = cls, .reason = std::move(reason), .possibly_billed = possibly_billed};
}

}  // namespace

Client::Pool::Pool(Loop& loop,
                   std::shared_ptr<TlsContext> tls,
                   ClientOptions options,
                   SharedFields shared)
    : loop_(loop.state()),
      options_(std::move(options)),
      shared_(std::move(shared)),
      budget_(options_.limits.bodies_bytes_max),
      route_(route_of(loop_, options_, std::move(tls))),
      spoken_(options_.origin.scheme == Scheme::http && options_.http == HttpVersion::automatic
                  ? HttpVersion::http1
                  : options_.http),
      streams_each_(options_.streams_target) {}

Client::Pool::~Pool() {
  loop_.cancel_alarm(*this);
  for (auto& [key, dialling] : dials_) dialling.dial->cancel();
  for (auto& [key, connection] : connections_) connection->close(Stream::Manner::abrupt);
  for (const auto& connection : http2_) connection->close(Stream::Manner::abrupt);
}

std::size_t Client::Pool::connections() const {
  return connections_.size() + http2_.size() + dials_.size();
}

Gauges Client::Pool::gauges() const {
  Gauges gauges{.connections = connections(),
                .idle = idle_.size(),
                .in_flight = connections_.size() - idle_.size() + dials_.size(),
                .waiting = waiting_.size()};
  for (const auto& connection : http2_) {
    gauges.in_flight += connection->calls();
    if (connection->calls() == 0) ++gauges.idle;
  }
  return gauges;
}

void Client::Pool::start(Request request, Done done) {
  ++counters_.started;
  auto exchange = std::make_unique<Exchange>();
  exchange->done = std::move(done);
  exchange->timing.started = now();
  if (auto ok = check_request(request); !ok) {
    return deliver_later(std::move(exchange),
                         unsent(FailureClass::invalid_input, std::move(ok.error().detail)));
  }
  exchange->request = std::move(request);
  // Older exchanges that wait go first.
  if (waiting_.empty() && place(exchange)) return;
  if (waiting_.size() >= options_.waiting_max) {
    return deliver_later(std::move(exchange),
                         unsent(FailureClass::overloaded,
                                "more than " + std::to_string(options_.waiting_max) +
                                    " exchanges wait for a connection"));
  }
  wait(std::move(exchange));
}

bool Client::Pool::place(std::unique_ptr<Exchange>& exchange) {
  if (Connection* idle = take_idle(); idle != nullptr) {
    begin(*idle, std::move(exchange));
    return true;
  }
  if (Http2Connection* roomy = take_roomy(); roomy != nullptr) {
    begin(*roomy, std::move(exchange));
    return true;
  }
  if (!may_dial()) return false;
  dial(std::move(exchange));
  return true;
}

// From the last one used or freed onwards: it has room as a rule, and requests begun together share
// its writes.
Http2Connection* Client::Pool::take_roomy() {
  if (route_.http == HttpVersion::http1) return nullptr;  // the server asked for it
  const bool last_resort = connections() >= options_.connections_max;
  const std::size_t calls_max = last_resort ? calls_max_at_most : options_.streams_target;
  for (std::size_t looked = 0; looked < http2_.size(); ++looked) {
    if (roomy_ >= http2_.size()) roomy_ = 0;
    if (http2_[roomy_]->room(calls_max, good_for_) > 0) return http2_[roomy_].get();
    ++roomy_;
  }
  return nullptr;
}

Connection* Client::Pool::take_idle() {
  while (!idle_.empty()) {
    Connection* connection = idle_.back();
    idle_.pop_back();
    if (connection->usable()) return connection;
    drop(*connection);
  }
  return nullptr;
}

bool Client::Pool::may_dial() const {
  if (connections() >= options_.connections_max || now() < dial_again_at_) return false;
  if (awaits_ticket()) return false;
  switch (spoken_) {
    case HttpVersion::automatic:
      return dials_.empty();
    case HttpVersion::http1:
      return dials_.size() < options_.dials_max;
    case HttpVersion::http2:
      break;
  }
  // Those being made, and those that wait for the server's SETTINGS, will take most of the waiting.
  const auto unsettled = static_cast<std::size_t>(
      std::ranges::count_if(http2_, [](const auto& connection) { return !connection->settled(); }));
  return dials_.size() < options_.dials_max &&
         (dials_.size() + unsettled) * std::min<std::uint64_t>(streams_each_, good_for_) <=
             waiting_.size();
}

void Client::Pool::dial(std::unique_ptr<Exchange> exchange) {
  const Instant not_after = exchange->timing.started + options_.deadlines.total;
  const auto dial = std::make_shared<Dial>(loop_, route_, counters_, not_after, *this);
  dials_.emplace(dial.get(),
                 Dialling{.dial = dial, .exchange = std::move(exchange), .begun = now()});
  dial->start();
}

void Client::Pool::on_dialled(Dial& dial, Dial::Outcome outcome) {
  const auto entry = dials_.find(&dial);
  // A server that could not be reached is tried as widely as one of HTTP/1.1.
  if (spoken_ == HttpVersion::automatic || outcome) {
    spoken_ = outcome ? outcome->http : HttpVersion::http1;
  }
  std::unique_ptr<Exchange> exchange = std::move(entry->second.exchange);
  const Instant begun = entry->second.begun;
  dials_.erase(entry);
  if (!std::exchange(dialled_, true) && outcome) await_ticket(begun);
  if (outcome) return adopt(std::move(*outcome), std::move(exchange));
  if (outcome.error().descriptors_short) return pause_dialling(std::move(exchange));
  serve_waiting();
  const bool possibly_billed = exchange->possibly_billed;  // by the try before a replay
  deliver(std::move(exchange),
          std::unexpected(unsent(outcome.error().failure.cls,
                                 std::move(outcome.error().failure.reason),
                                 possibly_billed)));
}

// One handshake alone, so that the others can resume its session.
bool Client::Pool::awaits_ticket() const {
  if (!route_.tls || route_.ticket->session() != nullptr) return false;
  return dialled_ ? now() < ticket_by_ : !dials_.empty();
}

void Client::Pool::await_ticket(Instant dial_begun) {
  if (!route_.tls || route_.ticket->session() != nullptr) return;
  const Instant moment = now();
  ticket_by_ = moment + std::max(ticket_wait, moment - dial_begun);
  set_waiting_alarm();
  route_.ticket->on_first([io = &loop_.io, weak = weak_from_this()] {
    boost::asio::post(*io, [weak] {
      if (const auto self = weak.lock()) self->serve_waiting();
    });
  });
}

void Client::Pool::adopt(Dialled dialled, std::unique_ptr<Exchange> exchange) {
  if (dialled.http == HttpVersion::http2) {
    return adopt_http2(std::move(dialled), std::move(exchange));
  }
  const auto connection = std::make_shared<Connection>(
      loop_, std::move(dialled.stream), options_, shared_.lines(), budget_, *this);
  connections_.emplace(connection.get(), connection);
  connection->listen();
  exchange->timing.connected = now();
  begin(*connection, std::move(exchange));
  serve_waiting();
}

void Client::Pool::adopt_http2(Dialled dialled, std::unique_ptr<Exchange> exchange) {
  const auto connection = std::make_shared<Http2Connection>(
      loop_, std::move(dialled.stream), options_, shared_, budget_, *this);
  http2_.push_back(connection);
  connection->listen(dialled.early);
  exchange->timing.connected = now();
  begin(*connection, std::move(exchange));
  serve_waiting();
}

void Client::Pool::begin(Http2Connection& connection, std::unique_ptr<Exchange> exchange) {
  write_body(exchange->request);
  if (connection.has_served()) ++counters_.exchanges_on_reused;
  connection.begin(std::move(exchange));
}

void Client::Pool::on_call_end(Http2Connection& connection,
                               std::unique_ptr<Exchange> exchange,
                               ExchangeResult result) {
  for (std::size_t place = 0; place < http2_.size() && !waiting_.empty(); ++place) {
    if (http2_[place].get() == &connection) roomy_ = place;
  }
  if (route_.http == HttpVersion::http1 && connection.calls() == 0) retire(connection);
  if (connection.answered() / 2 >= good_for_) good_for_ = last_taken_ = any_number;
  serve_waiting();
  deliver(std::move(exchange), std::move(result));
}

void Client::Pool::on_sent_back(std::uint64_t taken) {
  good_for_ = std::max({taken, last_taken_, std::uint64_t{1}});
  last_taken_ = taken;
}

void Client::Pool::on_settled(Http2Connection& connection) {
  streams_each_ = std::clamp<std::size_t>(connection.streams_max(), 1, options_.streams_target);
  serve_waiting();
}

void Client::Pool::on_connection_end(Http2Connection& connection) {
  std::erase_if(http2_, [&](const auto& held) { return held.get() == &connection; });
  serve_waiting();
}

void Client::Pool::retire(Http2Connection& connection) {
  static_cast<void>(connection.close(Stream::Manner::polite));
  std::erase_if(http2_, [&](const auto& held) { return held.get() == &connection; });
}

void Client::Pool::on_http1_wanted() {
  route_.http = HttpVersion::http1;
  spoken_ = HttpVersion::http1;
}

void Client::Pool::begin(Connection& connection, std::unique_ptr<Exchange> exchange) {
  write_body(exchange->request);
  if (connection.has_served()) ++counters_.exchanges_on_reused;
  connection.begin(std::move(exchange));
}

void Client::Pool::drop(Connection& connection) {
  std::erase(idle_, &connection);
  connections_.erase(&connection);
}

void Client::Pool::on_exchange_end(Connection& connection,
                                   std::unique_ptr<Exchange> exchange,
                                   ExchangeResult result,
                                   Connection::After after) {
  if (after == Connection::After::reusable) {
    idle_.push_back(&connection);
  } else {
    drop(connection);
  }
  const bool may_replay = options_.dead_on_reuse == ClientOptions::DeadOnReuse::replay;
  if (after == Connection::After::dead_on_reuse && may_replay && !exchange->timing.replayed) {
    ++counters_.replays;
    exchange->timing.replayed = true;
    return dial(std::move(exchange));  // not on another idle connection: it may be as dead
  }
  serve_waiting();
  deliver(std::move(exchange), std::move(result));
}

void Client::Pool::on_idle_end(Connection& connection) {
  drop(connection);
}

void Client::Pool::wait(std::unique_ptr<Exchange> exchange) {
  waiting_.push_back(std::move(exchange));
  if (waiting_.size() == 1) set_waiting_alarm();
}

void Client::Pool::serve_waiting() {
  if (!waiting_.empty())
    expire_waiting(now());  // what is late must not be sent: it would be paid for in vain
  while (!waiting_.empty()) {
    std::unique_ptr<Exchange> next = std::move(waiting_.front());
    if (!place(next)) {
      waiting_.front() = std::move(next);
      return;
    }
    waiting_.pop_front();
  }
}

void Client::Pool::pause_dialling(std::unique_ptr<Exchange> exchange) {
  ++counters_.descriptors_short;
  dial_again_at_ = now() + descriptors_pause;
  const auto older = [](const auto& a, const auto& b) {
    return a->timing.started < b->timing.started;
  };
  waiting_.insert(std::ranges::upper_bound(waiting_, exchange, older), std::move(exchange));
  set_waiting_alarm();
  serve_waiting();  // a connection may have become idle meanwhile
}

// All wait under the same limit, so the oldest ends first.
void Client::Pool::set_waiting_alarm() {
  if (waiting_.empty()) return;
  Instant next = waiting_.front()->timing.started + options_.deadlines.total;
  for (const Instant pause_end : {dial_again_at_, ticket_by_}) {
    if (now() < pause_end) next = std::min(next, pause_end);
  }
  loop_.set_alarm(*this, next);
}

void Client::Pool::ring(Instant now) {
  expire_waiting(now);
  serve_waiting();
  set_waiting_alarm();
}

void Client::Pool::expire_waiting(Instant now) {
  while (!waiting_.empty() && waiting_.front()->timing.started + options_.deadlines.total <= now) {
    std::unique_ptr<Exchange> late = std::move(waiting_.front());
    waiting_.pop_front();
    const bool possibly_billed = late->possibly_billed;
    deliver(std::move(late),
            std::unexpected(
                unsent(FailureClass::timeout,
                       "no free connection within " + seconds_text(options_.deadlines.total),
                       possibly_billed)));
  }
}

void Client::Pool::cancel_all() {
  std::vector<std::unique_ptr<Exchange>> ended;
  for (auto& [key, dialling] : dials_) {
    dialling.dial->cancel();
    ended.push_back(std::move(dialling.exchange));
  }
  dials_.clear();
  for (auto& [key, connection] : connections_) {
    if (auto exchange = connection->close(Stream::Manner::abrupt)) {
      ended.push_back(std::move(exchange));
    }
  }
  connections_.clear();
  idle_.clear();
  for (const auto& connection : std::exchange(http2_, {})) {
    for (auto& exchange : connection->close(Stream::Manner::abrupt)) {
      ended.push_back(std::move(exchange));
    }
  }
  for (auto& exchange : std::exchange(waiting_, {})) ended.push_back(std::move(exchange));
  for (auto& exchange : ended) {
    const bool possibly_billed = exchange->possibly_billed;
    deliver_later(std::move(exchange),
                  unsent(FailureClass::cancelled, "cancelled", possibly_billed));
  }
}

void Client::Pool::deliver(std::unique_ptr<Exchange> exchange, ExchangeResult result) {
  ++(result ? counters_.answered : counters_.failed);
  if (result) free_in_a_row_ = 0;
  if (!result && result.error().dead_on_reuse) {
    result.error().dead_on_reuse = ++free_in_a_row_ <= options_.free_sendings_max;
  }
  Done done = std::move(exchange->done);
  exchange.reset();
  done(std::move(result));
}

void Client::Pool::deliver_later(std::unique_ptr<Exchange> exchange, TransportFailure failure) {
  boost::asio::post(loop_.io,
                    [weak = weak_from_this(),
                     exchange = std::move(exchange),
                     failure = std::move(failure)]() mutable {
                      if (const auto self = weak.lock()) {
                        self->deliver(std::move(exchange), std::unexpected(std::move(failure)));
                      }
                    });
}

}  // namespace assay::net
