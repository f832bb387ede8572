#include "world.hpp"

#include "crawl/terms.hpp"
#include "pace/past_sends.hpp"
#include <assay/ensure.hpp>

#include <algorithm>
#include <deque>
#include <utility>

namespace assay::sim {

using pace::Amount;
using pace::PolicyId;

struct World::LoopState {
  std::unique_ptr<pace::Dispatcher> dispatcher;
  bool poll_due = false;
  std::optional<Instant> timer;  // the soonest that is set
  std::size_t sends_unanswered = 0;
  std::size_t told_in_flight = 0;
};

// One life of the process, from its start to its end or crash.
struct World::Session {
  std::uint64_t number = 0;
  std::vector<std::unique_ptr<pace::SharedPacer>> pacers;
  std::unique_ptr<pace::SharedLedger> ledger;
  std::vector<LoopState> loops;
  std::deque<std::size_t> source;       // places in work_ still to be offered
  std::map<std::size_t, bool> in_hand;  // offered and neither recorded nor dropped
  std::map<std::size_t, Instant> first_sent;
  std::vector<std::size_t> line_loop;  // of each pending line
  bool sync_due = false;
};

namespace {

// A row's own deadline, and as much again for what the retry budget and outages defer.
constexpr Duration starved_after = std::chrono::minutes(30);

std::vector<std::string> policy_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("p" + std::to_string(i));
  return names;
}

}  // namespace

World::World(Scenario scenario)
    : scenario_(std::move(scenario)),
      rng_(scenario_.seed),
      history_(policy_names(scenario_.policies)) {
  for (const ProviderTerms& terms : scenario_.providers) {
    providers_.push_back(std::make_unique<Provider>(clock_, terms, scenario_.price, rng_.split()));
    providers_.back()->on_bill([this] { check_bill(); });
  }
  for (std::size_t i = 0; i < scenario_.items * scenario_.policies; ++i) {
    const auto spread = static_cast<std::uint64_t>(scenario_.bytes_max - scenario_.bytes_min + 1);
    const auto bytes = scenario_.bytes_min + static_cast<std::int64_t>(rng_.below(spread));
    const auto policy = static_cast<std::uint32_t>(i % scenario_.policies);
    work_.push_back({pace::WorkItemId{i},
                     PolicyId{policy},
                     {TokenCount{bytes}, TokenCount{scenario_.output_tokens}}});
    const double factor = scenario_.tokens_per_byte * (0.8 + 0.4 * rng_.uniform());
    true_input_.push_back(std::clamp<std::int64_t>(
        static_cast<std::int64_t>(static_cast<double>(bytes) * factor), 1, bytes));
  }
  recorded_.resize(work_.size(), false);
}

World::~World() = default;

void World::complain(std::string what) {
  if (complaints_.size() < 20) complaints_.push_back(std::move(what));
}

void World::run() {
  start_session();
  const Instant horizon = clock_.now() + scenario_.horizon;
  while (!over_) {
    if (clock_.empty()) return complain("stuck: nothing more will happen");
    if (clock_.now() > horizon) return complain("stuck: not over within the horizon");
    clock_.step();
  }
  check_end();
}

// The line as a real journal keeps it and a resumed run reads it back.
void World::keep(Written::Line line) {
  const auto name_of = [](pace::PolicyId policy) {
    return "p" + std::to_string(pace::index_of(policy));
  };
  journal::Record record;
  if (const auto* outcome = std::get_if<pace::Record>(&line.what)) {
    journal::ScoreRecord score{.key = {},
                               .policy = name_of(outcome->policy),
                               .outcome = outcome->outcome,
                               .delivery = {},
                               .tokens = {},
                               .errors = {},
                               .body = {}};
    score.delivery.charged = crawl::point_of(outcome->charged);
    score.delivery.unknown = crawl::point_of(outcome->unknown);
    record = std::move(score);
  } else {
    const auto& mark = std::get<pace::LeaseMark>(line.what);
    journal::LeaseRecord lease;
    if (mark.account > 0) lease.marks.account = name_of(PolicyId{mark.account - 1});
    lease.marks.leased = crawl::point_of(mark.committed_max);
    record = std::move(lease);
  }
  std::string text = "{";
  journal::append_payload(text, record, journal::Detail::minimal);
  text += '}';
  const auto read = decoder_.decode(text);
  ensure(read.has_value(), "what was written can be read");
  history_.add(*read);
  written_.durable.push_back(std::move(line));
}

// The journal tells when an outcome was written, in milliseconds; what was in flight it does not.
void World::restore_pacers() {
  const auto wall = [](Instant at) {
    return WallTime(std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch() +
                                                                  std::chrono::hours(1)));
  };
  pace::PastSends past(providers_.size());
  past.on_start();
  for (const Written::Line& line : written_.durable) {
    past.on_alive(wall(line.at));
    const auto* record = std::get_if<pace::Record>(&line.what);
    if (!record) continue;
    past.add({record->endpoint, record->attempts, record->charged.tokens.value, wall(line.at), {}});
  }
  for (std::uint32_t i = 0; i < providers_.size(); ++i) {
    const auto sends = past.of(pace::EndpointId{i}, scenario_.terms, wall(clock_.now()));
    session_->pacers[i]->restore(sends, clock_.now());
  }
}

void World::start_session() {
  session_ = std::make_unique<Session>();
  Session& session = *session_;
  session.number = ++sessions_;
  for (std::size_t i = 0; i < providers_.size(); ++i) {
    session.pacers.push_back(std::make_unique<pace::SharedPacer>(
        scenario_.terms, scenario_.limits, clock_.now(), rng_.split()));
  }
  std::vector<pace::Caps> caps = scenario_.policy_caps;
  caps.resize(scenario_.policies);
  session.ledger = std::make_unique<pace::SharedLedger>(scenario_.caps, caps, scenario_.limits);
  if (session.number > 1) {
    session.ledger->restore(history_.result());
    restore_pacers();
  }
  for (std::size_t i = 0; i < work_.size(); ++i) {
    if (!recorded_[i]) session.source.push_back(i);
  }
  pace::RunTerms terms;
  terms.limits = scenario_.limits;
  for (const auto& pacer : session.pacers) terms.endpoints.push_back(pacer.get());
  terms.prompts_per_request_max.assign(providers_.size(), scenario_.prompts_per_request);
  for (std::size_t p = 0; p < scenario_.policies; ++p) {
    pace::PolicyTerms policy;
    for (std::uint32_t e = 0; e < providers_.size(); ++e) {
      policy.offerings.push_back({pace::EndpointId{e}, scenario_.price});
    }
    terms.policies.push_back(policy);
  }
  session.loops.resize(scenario_.loops);
  for (std::size_t i = 0; i < scenario_.loops; ++i) {
    const auto wake = [this, i, number = session.number] {
      if (!session_ || session_->number != number || session_->loops[i].poll_due) return;
      session_->loops[i].poll_due = true;
      clock_.after({}, [this, i, number] {
        if (session_ && session_->number == number) poll(i);
      });
    };
    session.loops[i].dispatcher = std::make_unique<pace::Dispatcher>(
        terms, *session.ledger, wake, clock_.now(), rng_.split());
    wake();
  }
  if (session.number <= scenario_.crashes.size()) {
    clock_.after(scenario_.crashes[session.number - 1], [this, number = session.number] {
      if (session_ && session_->number == number && !over_) crash();
    });
  }
}

// The process dies between two instructions; of what was not synced a prefix may have reached the
// disk.
void World::crash() {
  const std::size_t kept = rng_.below(written_.pending.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    Written::Line& line = written_.pending[i];
    if (const auto* record = std::get_if<pace::Record>(&line.what)) {
      recorded_[static_cast<std::size_t>(record->item)] = true;
    }
    keep(std::move(line));
  }
  written_.pending.clear();
  session_.reset();
  clock_.after(scenario_.restart_after, [this] { start_session(); });
}

void World::poll(std::size_t loop) {
  LoopState& state = session_->loops[loop];
  state.poll_due = false;
  pace::Dispatcher& dispatcher = *state.dispatcher;
  for (;;) {
    std::vector<pace::WorkItem> batch;
    for (std::size_t n = dispatcher.wants(); n > 0 && !session_->source.empty(); --n) {
      const std::size_t place = session_->source.front();
      session_->source.pop_front();
      session_->in_hand[place] = true;
      batch.push_back(work_[place]);
    }
    dispatcher.offer(batch);
    if (session_->source.empty()) dispatcher.finish();
    auto action = dispatcher.poll_action(clock_.now());
    if (!action) break;
    carry_out(loop, std::move(*action));
  }
  const auto all_done = std::ranges::all_of(
      session_->loops, [](const LoopState& each) { return each.dispatcher->done(); });
  if (all_done) return end_session();
  const auto wakeup = dispatcher.next_wakeup(clock_.now());
  if (!wakeup || (state.timer && *state.timer <= *wakeup)) return;
  state.timer = *wakeup;
  const auto late = static_cast<double>(scenario_.wake_late.count()) * rng_.uniform();
  clock_.at(*wakeup + Duration(static_cast<std::int64_t>(late)),
            [this, loop, number = session_->number, when = *wakeup] {
              if (!session_ || session_->number != number) return;
              LoopState& woken = session_->loops[loop];
              if (woken.timer == when) woken.timer.reset();
              poll(loop);
            });
}

void World::carry_out(std::size_t loop, pace::Action action) {
  if (const auto* send = std::get_if<pace::Send>(&action)) {
    post(loop, *send);
  } else if (auto* record = std::get_if<pace::Record>(&action)) {
    const auto place = static_cast<std::size_t>(record->item);
    note(place * 2 + (record->outcome.score() ? 1 : 0));
    if (session_->in_hand.erase(place) != 1) complain("an item ended twice");
    if (clock_.now() - session_->first_sent.at(place) > starved_after) {
      complain("an item starved: it was sent long ago and only now came to its end");
    }
    const std::size_t endpoint = pace::index_of(record->endpoint);
    if (record->outcome.score() && endpoint > 0 &&
        scenario_.providers[endpoint].other_weights > 0) {
      complain("an outcome is of other weights");
    }
    write(loop, std::move(*record));
  } else if (const auto* drop = std::get_if<pace::Drop>(&action)) {
    if (session_->in_hand.erase(static_cast<std::size_t>(drop->item)) != 1) {
      complain("an item was dropped that had ended");
    }
  } else if (const auto* lease = std::get_if<pace::LeaseNeeded>(&action)) {
    write(loop, lease->mark);
  } else if (const auto* checked = std::get_if<pace::CrossChecked>(&action)) {
    checked_.push_back(*checked);
  } else {
    halts_.push_back(std::get<pace::Halt>(action));
  }
}

void World::post(std::size_t loop, const pace::Send& send) {
  Asked asked;
  asked.policy = send.policy;
  asked.items = send.items.size();
  for (const pace::WorkItemId item : send.items) {
    asked.input += true_input_[static_cast<std::size_t>(item)];
    asked.output += scenario_.output_tokens;
    note(static_cast<std::uint64_t>(item));
    session_->first_sent.emplace(static_cast<std::size_t>(item), clock_.now());
  }
  note(static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()));
  last_sent_at_ = clock_.now();
  if (send.attempt == 1) ++first_sends_;
  ++sent_per_second_[clock_.now().time_since_epoch() / std::chrono::seconds(1)];
  ++session_->loops[loop].sends_unanswered;
  if (scenario_.terms.concurrency) {
    std::size_t in_flight = 0;
    for (const LoopState& each : session_->loops) in_flight += each.sends_unanswered;
    const auto allowed = static_cast<std::size_t>(*scenario_.terms.concurrency);
    if (in_flight > allowed * providers_.size()) complain("more in flight than configured");
  }
  providers_[pace::index_of(send.endpoint)]->take(
      asked, [this, loop, request = send.request, number = session_->number](pace::Reply reply) {
        if (!session_ || session_->number != number) return;
        --session_->loops[loop].sends_unanswered;
        session_->loops[loop].dispatcher->on_reply(request, std::move(reply), clock_.now());
        poll(loop);
      });
}

void World::write(std::size_t loop, std::variant<pace::Record, pace::LeaseMark> what) {
  written_.pending.push_back({clock_.now(), std::move(what)});
  session_->line_loop.push_back(loop);
  if (session_->sync_due) return;
  session_->sync_due = true;
  const auto spread = static_cast<double>(scenario_.sync_spread.count()) * rng_.uniform();
  clock_.after(scenario_.group_commit + Duration(static_cast<std::int64_t>(spread)),
               [this, number = session_->number] {
                 if (session_ && session_->number == number) sync();
               });
}

void World::sync() {
  session_->sync_due = false;
  std::vector<Written::Line> lines = std::move(written_.pending);
  std::vector<std::size_t> owners = std::move(session_->line_loop);
  written_.pending.clear();
  session_->line_loop.clear();
  std::vector<std::uint64_t> records(session_->loops.size(), 0);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    pace::Dispatcher& dispatcher = *session_->loops[owners[i]].dispatcher;
    if (const auto* record = std::get_if<pace::Record>(&lines[i].what)) {
      const auto place = static_cast<std::size_t>(record->item);
      if (recorded_[place]) complain("an item was recorded twice");
      recorded_[place] = true;
      ++records[owners[i]];
    } else {
      dispatcher.on_lease_durable(std::get<pace::LeaseMark>(lines[i].what), clock_.now());
    }
    keep(std::move(lines[i]));
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    session_->loops[i].dispatcher->on_synced(records[i], clock_.now());
  }
  const std::uint64_t number = session_->number;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (session_ && session_->number == number) poll(i);
  }
}

void World::end_session() {
  if (!session_->ledger->nothing_reserved()) complain("something is reserved at the end");
  if (!session_->in_hand.empty()) complain("an item neither ended nor was dropped");
  committed_ = session_->ledger->run().committed();
  unknown_ = session_->ledger->run().unknown();
  ended_at_ = clock_.now();
  session_.reset();
  over_ = true;
}

void World::check_bill() {
  Amount bill;
  std::map<PolicyId, Amount> bills;
  for (const auto& provider : providers_) {
    bill += provider->bill();
    for (const auto& [policy, amount] : provider->bills()) bills[policy] += amount;
  }
  const auto exceeds = [](const Amount& amount, const pace::Caps& caps) {
    return (caps.usd && amount.usd > *caps.usd) || (caps.tokens && amount.tokens > *caps.tokens) ||
           (caps.requests && amount.requests > *caps.requests);
  };
  if (exceeds(bill, scenario_.caps)) complain("the bill is above the cap of the run");
  for (const auto& [policy, amount] : bills) {
    if (pace::index_of(policy) < scenario_.policy_caps.size() &&
        exceeds(amount, scenario_.policy_caps[pace::index_of(policy)])) {
      complain("the bill is above the cap of a policy");
    }
  }
}

// What the client was told of the limit holds over any minute, whatever headers claim; a bucket has
// its burst on top.
void World::check_minutes() {
  const auto told = scenario_.terms.requests_per_minute;
  if (!told || !scenario_.crashes.empty()) return;
  for (std::size_t i = 0; i < providers_.size(); ++i) {
    const ProviderTerms& terms = scenario_.providers[i];
    const bool bucket = terms.kind == Limiter::Kind::bucket;
    const double allowed = static_cast<double>(*told) + (bucket ? terms.requests_burst : 0);
    if (static_cast<double>(providers_[i]->counts().minute_max) > allowed) {
      complain("a minute saw more requests than the limit allows");
    }
  }
}

void World::check_end() {
  check_minutes();
  for (const Written::Line& line : written_.durable) {
    const auto* record = std::get_if<pace::Record>(&line.what);
    if (!record) continue;
    ++(record->outcome.score() ? succeeded_ : failed_);
  }
  const bool stopped = std::ranges::any_of(
      halts_, [](const pace::Halt& halt) { return halt.scope != pace::Halt::Scope::endpoint; });
  if (!stopped && unfinished() > 0) complain("items are left though nothing stopped the run");
}

std::size_t World::unfinished() const {
  return static_cast<std::size_t>(std::ranges::count(recorded_, false));
}

}  // namespace assay::sim
