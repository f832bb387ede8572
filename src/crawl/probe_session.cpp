#include "crawl/probe_session.hpp"

#include "assay/ensure.hpp"
#include "core/overloaded.hpp"
#include "crawl/clock.hpp"
#include "crawl/scoring_call.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace assay::crawl {
namespace {

namespace asio = boost::asio;

// An answer that cannot be trusted is what the doctor looks for: asking again would hide it. And
// many probes may be refused in the same way without anything being wrong with the others.
pace::Limits limits_of(pace::Limits limits) {
  limits.distrust_attempts_max = 1;
  limits.first_failures_max = std::numeric_limits<int>::max();
  // A verdict wants every answer: what no longer fits the budget ends the session instead of being
  // left out.
  limits.passed_over_max = 0;
  limits.unavailable_after = std::chrono::seconds(30);  // somebody waits for the verdict
  return limits;
}

pace::RunTerms run_terms(const ProbeTerms& terms, pace::SharedPacer& pacer) {
  pace::RunTerms run;
  run.limits = limits_of(terms.limits);
  run.endpoints = {&pacer};
  pace::PolicyTerms policy;
  policy.offerings.push_back(
      {.endpoint = pace::EndpointId{0}, .price = terms.endpoint.price_of(terms.model)});
  run.policies.push_back(std::move(policy));
  return run;
}

// The dispatcher settles and moves on by this; the doctor judges what was seen, not this.
Outcome outcome_of(const doctor::Sight& sight) {
  if (sight.failure) return *sight.failure;
  std::vector<double> nats;
  for (const doctor::Segment& segment : sight.segments) {
    nats.insert(nats.end(), segment.nats.begin(), segment.nats.end());
  }
  const auto sum = LogProb::sum(nats);
  if (!sum || !sight.certificate) return make_failure(FailureClass::invalid_logprob, "no value");
  return Score{.logprob = *sum,
               .tokens = TokenCount{static_cast<std::int64_t>(nats.size())},
               .certificate = *sight.certificate};
}

}  // namespace

ProbeSession::ProbeSession(ProbeTerms terms)
    : terms_(std::move(terms)),
      wakeup_(io_),
      net_loop_(io_),
      pacer_(terms_.endpoint.terms, terms_.limits, monotonic_now(), Rng(terms_.seed)),
      ledger_(terms_.caps, std::vector<pace::Caps>(1), terms_.limits),
      dispatcher_(
          run_terms(terms_, pacer_),
          ledger_,
          [this] { asio::post(io_, [this] { schedule(); }); },
          monotonic_now(),
          Rng(terms_.seed).split()) {}

ProbeSession::~ProbeSession() = default;

Result<std::unique_ptr<ProbeSession>> ProbeSession::open(ProbeTerms terms) {
  std::unique_ptr<ProbeSession> session(new ProbeSession(std::move(terms)));
  if (auto opened = session->open_client(); !opened) return std::unexpected(opened.error());
  return session;
}

Status ProbeSession::open_client() {
  std::shared_ptr<net::TlsContext> tls;
  if (terms_.endpoint.client.origin.scheme == net::Scheme::https) {
    auto opened = net::TlsContext::open(terms_.endpoint.trust);
    if (!opened) return std::unexpected(opened.error());
    tls = std::move(*opened);
  }
  auto client = net::Client::open(net_loop_, std::move(tls), terms_.endpoint.client);
  if (!client) return std::unexpected(client.error());
  client_ = std::move(*client);
  return {};
}

Result<std::vector<doctor::Seen>> ProbeSession::carry_out(
    std::span<const doctor::Exchange> exchanges, Together together) {
  exchanges_ = exchanges;
  together_ = together;
  seen_.assign(exchanges.size(), {});
  offered_ = 0;
  ended_ = 0;
  if (exchanges.empty()) return std::vector<doctor::Seen>{};
  io_.restart();
  const auto guard = asio::make_work_guard(io_);
  schedule();
  io_.run();
  if (halt_) return std::unexpected(error_of(*halt_));
  return std::move(seen_);
}

void ProbeSession::schedule() {
  if (pump_scheduled_) return;
  pump_scheduled_ = true;
  asio::post(io_, [this] {
    pump_scheduled_ = false;
    pump();
  });
}

void ProbeSession::pump() {
  offer_more();
  while (auto action = dispatcher_.poll_action(monotonic_now())) {
    carry_out_action(std::move(*action));
    offer_more();
  }
  const bool over = ended_ == exchanges_.size() || halt_.has_value();
  if (over && dispatcher_.in_flight() == 0) {
    wakeup_.cancel();
    io_.stop();
    return;
  }
  wait_for_wakeup();
}

void ProbeSession::offer_more() {
  while (offered_ < exchanges_.size() && dispatcher_.wants() > 0 && !halt_) {
    if (together_ == Together::one_at_a_time && ended_ < offered_) return;
    const pace::WorkItem item{
        .id = pace::WorkItemId{offered_},
        .policy = pace::PolicyId{0},
        .bound = doctor::bound_of(exchanges_[offered_], *terms_.endpoint.dialect)};
    ++offered_;
    dispatcher_.offer(std::span(&item, 1));
  }
}

void ProbeSession::wait_for_wakeup() {
  const Instant now = monotonic_now();
  const auto next = dispatcher_.next_wakeup(now);
  if (!next) return;
  if (*next <= now) return schedule();
  wakeup_.expires_after(*next - now);
  wakeup_.async_wait([this](boost::system::error_code ec) {
    if (!ec) schedule();
  });
}

void ProbeSession::carry_out_action(pace::Action action) {
  std::visit(
      Overloaded{[this](const pace::Send& what) { send(what); },
                 [this](const pace::Record& what) {
                   dispatcher_.on_synced(1, monotonic_now());
                   end(static_cast<std::size_t>(what.item));
                 },
                 [this](const pace::Drop& what) { end(static_cast<std::size_t>(what.item)); },
                 // Nothing is kept for a later session: what is reserved ends with this one.
                 [this](const pace::LeaseNeeded& what) {
                   dispatcher_.on_lease_durable(what.mark, monotonic_now());
                 },
                 [this](const pace::Halt& what) {
                   if (!halt_) halt_ = what;
                   dispatcher_.drain();
                 },
                 [](const pace::CrossChecked&) { ensure(false, "one endpoint is not compared"); }},
      action);
}

void ProbeSession::end(std::size_t exchange) {
  ++ended_;
  doctor::Seen& seen = seen_[exchange];
  if (seen.prompts.empty() && !seen.refused) {
    seen.refused = make_failure(FailureClass::cancelled, "never asked");
  }
}

const std::string& ProbeSession::model_of(const doctor::Exchange& exchange) const {
  return exchange.under_clone ? terms_.clone : terms_.model;
}

void ProbeSession::send(const pace::Send& send) {
  const doctor::Exchange& exchange = exchanges_[static_cast<std::size_t>(send.items.front())];
  const wire::Dialect& dialect = *terms_.endpoint.dialect;
  auto body = doctor::body_of(exchange, dialect, model_of(exchange));
  ensure(body.has_value(), "only what the dialect can be asked is planned");
  net::Request request;
  request.target = wire::score_target(dialect, "", model_of(exchange));
  request.body = std::move(*body);
  client_->start(std::move(request),
                 [this, send](net::ExchangeResult result) { on_result(send, std::move(result)); });
}

void ProbeSession::on_result(const pace::Send& send, net::ExchangeResult result) {
  const auto exchange = static_cast<std::size_t>(send.items.front());
  pace::Reply reply;
  if (result) {
    reply = read_answer(exchange, *result);
  } else {
    reply = reply_of(result.error());
    seen_[exchange].refused = std::get<Failure>(reply.result);
  }
  dispatcher_.on_reply(send.request, std::move(reply), monotonic_now());
  schedule();
}

pace::Reply ProbeSession::read_answer(std::size_t exchange, const net::Answer& answer) {
  const doctor::Exchange& asked = exchanges_[exchange];
  doctor::Seen seen = doctor::read_answer(
      asked, *terms_.endpoint.dialect, model_of(asked), answer.view(), scratch_);
  pace::Reply reply;
  reply.observation = seen.observation;
  reply.usage = seen.usage;
  reply.possibly_billed = possibly_billed(answer.status());
  reply.replays = answer.timing.replayed ? 1 : 0;
  if (seen.refused) {
    reply.result = *seen.refused;
  } else {
    Outcome outcome = outcome_of(seen.prompts.front());
    const Failure* failure = outcome.failure();
    if (failure != nullptr && remedy_of(failure->cls) == Remedy::retry) {
      seen.refused = *failure;
      reply.result = *failure;
    } else {
      reply.result = std::vector<Outcome>{std::move(outcome)};
    }
  }
  seen_[exchange] = std::move(seen);
  return reply;
}

Error ProbeSession::error_of(const pace::Halt& halt) const {
  const std::string cls = halt.cls ? fmt::format("{}: ", name_of(*halt.cls)) : "";
  const auto errc = [&halt] {
    switch (halt.cause) {
      case pace::Halt::Cause::unavailable:
        return Errc::unavailable;
      case pace::Halt::Cause::budget:
      case pace::Halt::Cause::price_unknown:
      case pace::Halt::Cause::time:
        return Errc::usage;
      case pace::Halt::Cause::refused:
      case pace::Halt::Cause::same_failure:
      case pace::Halt::Cause::usage_above_bound:
        return Errc::refused;
    }
    return Errc::refused;
  }();
  return Error{
      errc,
      fmt::format(
          "endpoint '{}', model {}: {}{}", terms_.endpoint.name, terms_.model, cls, halt.reason)};
}

}  // namespace assay::crawl
