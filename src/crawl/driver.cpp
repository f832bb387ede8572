#include "crawl/driver.hpp"

#include "assay/ensure.hpp"
#include "core/overloaded.hpp"
#include "crawl/clock.hpp"
#include "crawl/scoring_call.hpp"
#include "crawl/terms.hpp"

#include <boost/asio/post.hpp>

namespace assay::crawl {
namespace {

namespace asio = boost::asio;

// How many requests' worth of items are taken from the source ahead of what is being sent: enough
// that a loop never waits for a row, few enough that memory follows what is in flight.
constexpr std::size_t requests_ahead = 256;

}  // namespace

Result<std::unique_ptr<Driver>> Driver::open(const RunSpec& spec, Shared& shared, Rng rng) {
  std::unique_ptr<Driver> driver(new Driver(spec, shared, rng));
  if (auto opened = driver->open_carriers(); !opened) return std::unexpected(opened.error());
  return driver;
}

Driver::Driver(const RunSpec& spec, Shared& shared, Rng rng)
    : spec_(spec),
      shared_(shared),
      work_guard_(io_.get_executor()),
      wakeup_(io_),
      net_loop_(io_),
      dispatcher_(
          run_terms(spec, shared.pacers, monotonic_now()),
          shared.ledger,
          [this] { asio::post(io_, [this] { schedule(); }); },
          monotonic_now(),
          rng),
      lookahead_(requests_ahead * dispatcher_.prompts_max()),
      bound_time_(monotonic_now()),
      link_(shared.writer) {}

Driver::~Driver() = default;

Status Driver::open_carriers() {
  for (const EndpointSpec& endpoint : spec_.endpoints) {
    if (endpoint.carrier) {
      carriers_.push_back(endpoint.carrier(net_loop_));
      continue;
    }
    std::shared_ptr<net::TlsContext> tls;
    if (endpoint.client.origin.scheme == net::Scheme::https) {
      auto opened = net::TlsContext::open(endpoint.trust);
      if (!opened) return std::unexpected(opened.error());
      tls = std::move(*opened);
    }
    auto client = net::Client::open(net_loop_, std::move(tls), endpoint.client);
    if (!client) return std::unexpected(client.error());
    carriers_.push_back(carrier_over(std::move(*client)));
  }
  return {};
}

void Driver::run() {
  schedule();
  io_.run();
}

void Driver::on_durable(journal::Ticket up_to) {
  asio::post(io_, [this, up_to] {
    const JournalLink::Durable durable = link_.on_durable(up_to);
    const Instant now = monotonic_now();
    if (durable.outcomes > 0) dispatcher_.on_synced(durable.outcomes, now);
    for (const pace::LeaseMark& mark : durable.leases) dispatcher_.on_lease_durable(mark, now);
    schedule();
  });
}

void Driver::wake() {
  asio::post(io_, [this] { schedule(); });
}

void Driver::drain() {
  asio::post(io_, [this] {
    dispatcher_.drain();
    schedule();
  });
}

void Driver::abandon() {
  asio::post(io_, [this] {
    dispatcher_.drain();
    abandoned_ = true;
    for (const auto& carrier : carriers_) carrier->cancel_all();
    schedule();
  });
}

// Many answers arrive in one turn of the loop; one pump serves them all.
void Driver::schedule() {
  if (pump_scheduled_ || ended_) return;
  pump_scheduled_ = true;
  asio::post(io_, [this] {
    pump_scheduled_ = false;
    pump();
  });
}

void Driver::pump() {
  refill();
  while (auto action = dispatcher_.poll_action(monotonic_now())) carry_out(std::move(*action));
  // With nothing in flight no answer would ask for what came in here.
  if (refill()) schedule();
  link_.flush();
  const Instant now = monotonic_now();
  bound_time_.on_binding(dispatcher_.binding(now), now);
  const bool journal_idle = link_.pending() == 0 || (abandoned_ && !shared_.writer.has_room());
  if ((dispatcher_.done() || abandoned_) && dispatcher_.in_flight() == 0 && journal_idle) {
    ended_ = true;
    carriers_.clear();
    io_.stop();  // timers of deadlines that no longer matter would keep it running
    return;
  }
  wait_for_wakeup();
}

void Driver::wait_for_wakeup() {
  const Instant now = monotonic_now();
  const auto next = dispatcher_.next_wakeup(now);
  if (!next) return;
  if (*next <= now) return schedule();
  wakeup_.expires_after(*next - now);
  wakeup_.async_wait([this](boost::system::error_code ec) {
    if (!ec) schedule();
  });
}

bool Driver::refill() {
  const std::size_t ahead = dispatcher_.ready();
  if (source_empty_ || ahead >= lookahead_ / 2 || link_.held_back() > 0) return false;
  const std::size_t count = std::min(dispatcher_.wants(), lookahead_ - ahead);
  if (count == 0) return false;
  taken_.clear();
  if (auto status = shared_.source.take(count, taken_, monotonic_now()); !status)
    shared_.on_error(status.error());
  tell_news();
  if (taken_.size() < count && shared_.source.ended()) {
    source_empty_ = true;
    dispatcher_.finish();
  }
  std::vector<pace::WorkItem> offered;
  offered.reserve(taken_.size());
  for (Work& work : taken_) accept(std::move(work), offered);
  dispatcher_.offer(offered);
  return source_empty_ || !offered.empty();
}

void Driver::accept(Work work, std::vector<pace::WorkItem>& offered) {
  if (!work.rendered()) return refuse_unsent(work, work.rendered().error());
  pace::WorkItem offer{.id = pace::WorkItemId{work.item},
                       .policy = pace::PolicyId{work.policy},
                       .bound = {},
                       .alone = work.canary.has_value(),  // nothing else moves its value
                       .witness = work.canary.has_value()};
  std::unique_ptr<wire::Course> course;
  if (wire::takes_course(spec_.policies[work.policy].method)) {
    course = std::make_unique<wire::Course>(course_of(spec_, work));
    if (const auto objection = course->objection()) return refuse_unsent(work, *objection);
    offer.bound = course->bound();
    offer.alone = true;
  } else {
    const ScoringCall call(spec_, work);
    if (const auto objection = call.objection()) return refuse_unsent(work, *objection);
    offer.bound = call.worst_case();
  }
  offered.push_back(offer);
  const ItemOrdinal item = work.item;
  held_.emplace(item,
                Held{.work = std::move(work),
                     .delivery = {},
                     .tokens = {},
                     .errors = {},
                     .body = {},
                     .course = std::move(course)});
}

void Driver::refuse_unsent(const Work& work, const Failure& failure) {
  journal::Delivery delivery;
  delivery.time = wall_now();
  journal::ScoreRecord record{.key = work.key,
                              .row = work.row,
                              .policy = spec_.policies[work.policy].name,
                              .purpose = work.canary ? Purpose::canary : Purpose::score,
                              .method = spec_.policies[work.policy].method,
                              .outcome = failure,
                              .delivery = std::move(delivery),
                              .tokens = {},
                              .errors = {},
                              .body = {}};
  link_.add(std::move(record), JournalLink::Kind::aside);
  end(work, nullptr);
  if (work.canary) return;
  ++shared_.counters.failed;
  shared_.on_item_failed(failure.cls);
}

void Driver::carry_out(pace::Action action) {
  std::visit(Overloaded{[this](const pace::Send& what) { send(what); },
                        [this](pace::Record& what) { record(std::move(what)); },
                        [this](const pace::Drop& what) { drop(what); },
                        [this](const pace::LeaseNeeded& what) { lease(what); },
                        [this](const pace::Halt& what) { shared_.on_halt(what); },
                        [this](const pace::CrossChecked& what) { shared_.on_cross_checked(what); }},
             action);
}

Driver::Held& Driver::held(pace::WorkItemId item) {
  return held_.at(static_cast<ItemOrdinal>(item));
}

net::Request Driver::request_of(const pace::Send& send) {
  const Held& first = held(send.items.front());
  if (first.course) return crawl::request_of(*first.course);
  net::Request request = request_without_body(spec_.endpoints[pace::index_of(send.endpoint)],
                                              spec_.policies[first.work.policy]);
  request.write_body = [this, send](std::string& body) { call_of(send).append_body(body); };
  return request;
}

ScoringCall Driver::call_of(const pace::Send& send) {
  works_.clear();
  for (const pace::WorkItemId item : send.items) works_.push_back(&held(item).work);
  return ScoringCall(spec_, works_, spec_.endpoints[pace::index_of(send.endpoint)]);
}

void Driver::drop(const pace::Drop& drop) {
  const auto held = held_.extract(static_cast<ItemOrdinal>(drop.item));
  if (!held.empty()) end(held.mapped().work, nullptr);
}

// A canary's verdict comes before anything that waits for it may go.
void Driver::end(const Work& work, const Outcome* outcome) {
  if (work.canary) shared_.on_canary(*work.canary, outcome);
  shared_.source.on_ended(work);
  tell_news();
}

void Driver::tell_news() {
  if (shared_.source.take_news()) shared_.on_news();
}

void Driver::send(const pace::Send& send) {
  ++shared_.counters.requests;
  ++shared_.counters.in_flight;
  if (send.attempt > 1) ++shared_.counters.retries;
  carriers_[pace::index_of(send.endpoint)]->start(
      request_of(send),
      [this, send](net::ExchangeResult result) { on_result(send, std::move(result)); });
}

void Driver::on_result(const pace::Send& send, net::ExchangeResult result) {
  --shared_.counters.in_flight;
  pace::Reply reply;
  if (result) {
    const bool several = held(send.items.front()).course != nullptr;
    reply = several ? read_course(send, *result) : read_answer(send, *result);
  } else {
    reply = reply_of(result.error());
    for (const pace::WorkItemId item : send.items) {
      const bool is_attempt = !reply.stale_connection && !send.comparison;
      if (is_attempt) {
        note_attempt(item, send.endpoint, std::get<Failure>(reply.result), std::nullopt);
      }
    }
  }
  dispatcher_.on_reply(send.request, std::move(reply), monotonic_now());
  schedule();
}

pace::Reply Driver::read_answer(const pace::Send& send, const net::Answer& answer) {
  works_.clear();
  for (const pace::WorkItemId item : send.items) works_.push_back(&held(item).work);
  const ScoringCall call(spec_, works_, spec_.endpoints[pace::index_of(send.endpoint)]);
  call.read(answer.view(), scratch_, reading_);
  demand_certified(held(send.items.front()).work, send.endpoint);
  for (std::size_t i = 0; i < send.items.size(); ++i) keep(send, i, answer);
  return reply_of(std::move(reading_), answer);
}

pace::Reply Driver::read_course(const pace::Send& send, const net::Answer& answer) {
  wire::Course& course = *held(send.items.front()).course;
  const auto progress = course.read(answer.view(), scratch_, reading_);
  demand_certified(held(send.items.front()).work, send.endpoint);
  if (progress == wire::Course::Progress::ended) {
    keep(send, 0, answer);
    return reply_of(std::move(reading_), answer);
  }
  pace::Reply reply;
  reply.observation = reading_.observation;
  reply.usage = reading_.usage;
  reply.replays = answer.timing.replayed ? 1 : 0;
  reply.result = pace::Unfinished{course.bound()};
  return reply;
}

// What the item's record will say about this answer; nothing about one that was only compared.
void Driver::keep(const pace::Send& send, std::size_t place, const net::Answer& answer) {
  if (send.comparison) return;
  Held& of_item = held(send.items[place]);
  const wire::PromptReading& prompt = reading_.prompts[place];
  of_item.delivery.model = reading_.served_model;
  // Of several prompts only the sum is known, which is no single one's.
  of_item.delivery.usage = send.items.size() == 1 ? reading_.usage : Usage{};
  if (spec_.detail >= journal::Detail::detailed && prompt.outcome.score() != nullptr) {
    of_item.tokens.logprobs = "[" + std::string(prompt.token_log_probs) + "]";
  }
  if (spec_.detail >= journal::Detail::debug) of_item.body = answer.body();
  note_attempt(
      send.items[place], send.endpoint, prompt.outcome, answer.timing.done - answer.timing.started);
}

// Of an answer from something that nobody examined no value is taken, and the run ends.
void Driver::demand_certified(const Work& work, pace::EndpointId endpoint) {
  const auto index = static_cast<std::uint32_t>(pace::index_of(endpoint));
  const auto other =
      other_fingerprint(spec_.fingerprints, work.policy, index, reading_.fingerprint);
  if (!other) return;
  for (wire::PromptReading& prompt : reading_.prompts) {
    if (prompt.outcome.score() == nullptr) continue;
    prompt.outcome = *other;
    prompt.token_log_probs = {};
  }
  shared_.on_uncertified(work.policy, other->reason);
}

// What the record of the item will say about its latest attempt, and about the failed ones before
// it.
void Driver::note_attempt(pace::WorkItemId item,
                          pace::EndpointId endpoint,
                          const Outcome& outcome,
                          std::optional<Duration> latency) {
  Held& of_item = held(item);
  of_item.delivery.latency = latency;
  if (spec_.detail < journal::Detail::detailed || outcome.failure() == nullptr) return;
  of_item.errors.push_back(
      journal::AttemptError{.failure = *outcome.failure(),
                            .endpoint = spec_.endpoints[pace::index_of(endpoint)].name,
                            .latency = latency});
}

void Driver::record(pace::Record record) {
  const auto place = held_.find(static_cast<ItemOrdinal>(record.item));
  ensure(place != held_.end(), "a record is of an item in hand");
  Held held = std::move(place->second);
  held_.erase(place);
  const Failure* failure = record.outcome.failure();
  end(held.work, &record.outcome);
  if (!held.work.canary) {
    ++(failure == nullptr ? shared_.counters.scored : shared_.counters.failed);
    if (failure != nullptr) shared_.on_item_failed(failure->cls);
  }
  // The last failed attempt is the outcome itself, not one before it.
  if (failure != nullptr && !held.errors.empty()) held.errors.pop_back();
  held.delivery.attempts = record.attempts;
  held.delivery.endpoint = spec_.endpoints[pace::index_of(record.endpoint)].name;
  held.delivery.charged = point_of(record.charged);
  held.delivery.unknown = point_of(record.unknown);
  held.delivery.time = wall_now();
  journal::ScoreRecord score{.key = held.work.key,
                             .row = held.work.row,
                             .policy = spec_.policies[held.work.policy].name,
                             .purpose = held.work.canary ? Purpose::canary : Purpose::score,
                             .method = spec_.policies[held.work.policy].method,
                             .outcome = std::move(record.outcome),
                             .delivery = std::move(held.delivery),
                             .tokens = std::move(held.tokens),
                             .errors = std::move(held.errors),
                             .body = std::move(held.body)};
  link_.add(std::move(score), JournalLink::Kind::outcome);
}

void Driver::lease(const pace::LeaseNeeded& needed) {
  journal::LeaseRecord record;
  record.marks = budget_marks(spec_, shared_.ledger, needed.mark);
  record.marks.time = wall_now();
  link_.add_lease(std::move(record), needed.mark);
}

}  // namespace assay::crawl
