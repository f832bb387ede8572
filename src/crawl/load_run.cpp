#include "crawl/load_run.hpp"

#include "assay/ensure.hpp"
#include "core/overloaded.hpp"
#include "crawl/clock.hpp"
#include "crawl/scoring_call.hpp"
#include "crawl/terms.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cmath>

namespace assay::crawl {
namespace {

namespace asio = boost::asio;

// What fails says so once: a retry would be another request, and its wait would pass for latency.
// One prompt a request, and each policy at its first endpoint alone.
RunSpec one_by_one(RunSpec spec) {
  spec.limits.attempts_max = 1;
  spec.limits.malformed_attempts_max = 1;
  spec.limits.distrust_attempts_max = 1;
  spec.limits.sends_max = 1;
  for (EndpointSpec& endpoint : spec.endpoints) endpoint.prompts_per_request_max = 1;
  for (Policy& policy : spec.policies) policy.endpoints.resize(1);
  return spec;
}

std::vector<pace::Caps> policy_caps_of(const RunSpec& spec) {
  std::vector<pace::Caps> caps = spec.policy_caps;
  caps.resize(spec.policies.size());
  return caps;
}

}  // namespace

LoadRun::LoadRun(RunSpec spec, std::vector<Work> works)
    : spec_(one_by_one(std::move(spec))),
      works_(std::move(works)),
      work_guard_(asio::make_work_guard(io_)),
      wakeup_(io_),
      net_loop_(io_),
      ledger_(spec_.caps, policy_caps_of(spec_), spec_.limits) {
  Rng rng(spec_.seed);
  std::vector<pace::SharedPacer*> pacers;
  for (const EndpointSpec& endpoint : spec_.endpoints) {
    pacers_.push_back(std::make_unique<pace::SharedPacer>(
        endpoint.terms, spec_.limits, monotonic_now(), rng.split()));
    pacers.push_back(pacers_.back().get());
  }
  dispatcher_ = std::make_unique<pace::Dispatcher>(
      run_terms(spec_, pacers, monotonic_now()),
      ledger_,
      [this] { asio::post(io_, [this] { schedule(); }); },
      monotonic_now(),
      rng);
}

LoadRun::~LoadRun() = default;

Result<std::unique_ptr<LoadRun>> LoadRun::open(RunSpec spec, std::vector<Work> works) {
  ensure(!works.empty(), "load needs something to send");
  std::unique_ptr<LoadRun> run(new LoadRun(std::move(spec), std::move(works)));
  if (auto opened = run->open_clients(); !opened) return std::unexpected(opened.error());
  return run;
}

Status LoadRun::open_clients() {
  for (const EndpointSpec& endpoint : spec_.endpoints) {
    std::shared_ptr<net::TlsContext> tls;
    if (endpoint.client.origin.scheme == net::Scheme::https) {
      auto opened = net::TlsContext::open(endpoint.trust);
      if (!opened) return std::unexpected(opened.error());
      tls = std::move(*opened);
    }
    auto client = net::Client::open(net_loop_, std::move(tls), endpoint.client);
    if (!client) return std::unexpected(client.error());
    clients_.push_back(std::move(*client));
  }
  return {};
}

LoadResult LoadRun::run(const LoadShape& shape) {
  ensure(shape.span > Duration{} && shape.in_flight > 0, "a step sends something for a while");
  shape_ = shape;
  result_ = LoadResult{};
  result_.begun = monotonic_now();
  until_ = result_.begun + shape.span;
  offered_ = 0;
  span_ended_ = false;
  io_.restart();
  schedule();
  io_.run();
  return std::move(result_);
}

void LoadRun::schedule() {
  if (pump_scheduled_) return;
  pump_scheduled_ = true;
  asio::post(io_, [this] {
    pump_scheduled_ = false;
    pump();
  });
}

void LoadRun::pump() {
  const Instant now = monotonic_now();
  if (!span_ended_ && (now >= until_ || halted_)) end_span(now);
  if (!span_ended_) offer_due(now);
  while (auto action = dispatcher_->poll_action(monotonic_now())) carry_out(std::move(*action));
  if (span_ended_ && pending_.empty()) return io_.stop();
  if (halted_ && !span_ended_) return schedule();
  wait_for_wakeup(monotonic_now());
}

Instant LoadRun::due_of(std::uint64_t number) const {
  const double seconds = static_cast<double>(number) / *shape_.rate_per_second;
  return result_.begun +
         std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

// Open: what is due waits with us, not in the dispatcher, as far as it cannot go out soon, so that
// the step's end leaves little behind.
void LoadRun::offer_due(Instant now) {
  if (!shape_.rate_per_second) {
    while (pending_.size() < shape_.in_flight && dispatcher_->wants() > 0) offer(now);
    return;
  }
  const auto waiting = [this] { return pending_.size() - dispatcher_->in_flight(); };
  while (due_of(offered_) <= now && waiting() < shape_.in_flight && dispatcher_->wants() > 0) {
    offer(due_of(offered_));
  }
}

void LoadRun::offer(Instant due) {
  const Work& work = works_[next_item_ % works_.size()];
  const ScoringCall call(spec_, work);
  const pace::WorkItem item{.id = pace::WorkItemId{next_item_},
                            .policy = pace::PolicyId{work.policy},
                            .bound = call.worst_case()};
  pending_.emplace(
      next_item_,
      Pending{.work = &work,
              .sample = {.due = due, .sent = {}, .done = {}, .failure = {}, .tokens = {}}});
  ++next_item_;
  ++offered_;
  dispatcher_->offer({&item, 1});
}

void LoadRun::end_span(Instant now) {
  span_ended_ = true;
  result_.binding = pacers_.front()->binding(now);
  if (!shape_.rate_per_second) return;
  const double due =
      std::floor(*shape_.rate_per_second * std::chrono::duration<double>(shape_.span).count());
  const auto in_span = static_cast<std::uint64_t>(due);
  result_.unsent += in_span > offered_ ? in_span - offered_ : 0;
}

void LoadRun::wait_for_wakeup(Instant now) {
  std::optional<Instant> next = dispatcher_->next_wakeup(now);
  const auto sooner = [&next](Instant when) { next = next ? std::min(*next, when) : when; };
  if (!span_ended_) {
    sooner(until_);
    if (shape_.rate_per_second && due_of(offered_) > now) sooner(due_of(offered_));
  }
  if (!next) return;
  if (*next <= now) return schedule();
  wakeup_.expires_after(*next - now);
  wakeup_.async_wait([this](boost::system::error_code ec) {
    if (!ec) schedule();
  });
}

void LoadRun::carry_out(pace::Action action) {
  std::visit(Overloaded{[this](const pace::Send& what) { send(what); },
                        [this](const pace::Record& what) { record(what); },
                        [this](const pace::Drop& what) {
                          ++result_.unsent;
                          pending_.erase(static_cast<std::uint64_t>(what.item));
                        },
                        // Nothing outlives this process that could forget it.
                        [this](const pace::LeaseNeeded& what) {
                          dispatcher_->on_lease_durable(what.mark, monotonic_now());
                        },
                        [this](const pace::Halt& what) {
                          if (!halted_) halted_ = what;
                        },
                        [](const pace::CrossChecked&) {}},  // needs a second endpoint
             action);
}

void LoadRun::send(const pace::Send& send) {
  Pending& pending = pending_.at(static_cast<std::uint64_t>(send.items.front()));
  const EndpointSpec& endpoint = spec_.endpoints[pace::index_of(send.endpoint)];
  net::Request request = request_without_body(endpoint, spec_.policies[pending.work->policy]);
  ScoringCall(spec_, {&pending.work, 1}, endpoint).append_body(request.body);
  pending.was_sent = true;
  pending.sample.sent = monotonic_now();
  clients_[pace::index_of(send.endpoint)].start(
      std::move(request),
      [this, send](net::ExchangeResult result) { on_result(send, std::move(result)); });
}

void LoadRun::on_result(const pace::Send& send, net::ExchangeResult result) {
  Pending& pending = pending_.at(static_cast<std::uint64_t>(send.items.front()));
  pending.sample.done = monotonic_now();
  pace::Reply reply;
  if (result) {
    const ScoringCall call(
        spec_, {&pending.work, 1}, spec_.endpoints[pace::index_of(send.endpoint)]);
    call.read(result->view(), scratch_, reading_);
    for (const auto& count : {reading_.usage.input, reading_.usage.output}) {
      if (count) pending.sample.tokens.value += count->value;
    }
    reply = reply_of(std::move(reading_), *result);
  } else {
    reply = reply_of(result.error());
  }
  dispatcher_->on_reply(send.request, std::move(reply), monotonic_now());
  schedule();
}

void LoadRun::record(const pace::Record& record) {
  const auto place = pending_.find(static_cast<std::uint64_t>(record.item));
  ensure(place != pending_.end(), "a record is of a request that is pending");
  if (const Failure* failure = record.outcome.failure()) {
    place->second.sample.failure = failure->cls;
  }
  if (place->second.was_sent) {
    result_.samples.push_back(place->second.sample);
  } else {
    ++result_.unsent;
  }
  pending_.erase(place);
  dispatcher_->on_synced(1, monotonic_now());
  schedule();  // a place is free: what was due before it was polled for has gone
}

}  // namespace assay::crawl
