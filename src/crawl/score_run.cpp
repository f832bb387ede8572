#include "crawl/score_run.hpp"

#include "assay/ensure.hpp"
#include "crawl/clock.hpp"
#include "crawl/terms.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::crawl {

Result<std::unique_ptr<ScoreRun>> ScoreRun::prepare(journal::Storage& storage,
                                                    RunSpec spec,
                                                    SampleSource& samples) {
  ensure(spec.loops > 0 && !spec.policies.empty(), "a run has a loop and a policy");
  if (spec.must_resume && !journal::RunDirectory::inspect(storage, spec.directory)) {
    return fail(Errc::usage,
                fmt::format("{}: there is no run to resume; leave out --resume to start one",
                            spec.directory.string()));
  }
  auto directory = journal::RunDirectory::enter(storage, spec.directory, spec.start);
  if (!directory) return std::unexpected(directory.error());
  std::unique_ptr<ScoreRun> run(
      new ScoreRun(storage, std::move(spec), samples, std::move(*directory)));
  if (auto planned = run->make_plan(); !planned) return std::unexpected(planned.error());
  return run;
}

ScoreRun::ScoreRun(journal::Storage& storage,
                   RunSpec spec,
                   SampleSource& samples,
                   journal::RunDirectory directory)
    : storage_(storage),
      spec_(std::move(spec)),
      samples_(samples),
      directory_(std::move(directory)) {}

ScoreRun::~ScoreRun() {
  abandon();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  // Its thread tells the drivers, which go first.
  if (writer_) static_cast<void>(writer_->finish(journal::Ending::unsealed));
}

Status ScoreRun::make_plan() {
  auto work = plan_work(storage_, spec_, samples_, spec_.directory);
  if (!work) return std::unexpected(work.error());
  history_ = std::move(work->history);
  to_do_ = std::move(work->to_do);
  keys_ = std::move(work->keys);
  plan_ = work->plan;
  return samples_.rewind();
}

void ScoreRun::make_budget() {
  std::vector<pace::Caps> policy_caps = spec_.policy_caps;
  policy_caps.resize(spec_.policies.size());
  ledger_ = std::make_unique<pace::SharedLedger>(spec_.caps, std::move(policy_caps), spec_.limits);
  ledger_->restore(history_.past);
}

void ScoreRun::make_pacers(Rng& rng) {
  for (const EndpointSpec& endpoint : spec_.endpoints) {
    const pace::EndpointId id{static_cast<std::uint32_t>(pacers_.size())};
    const Instant now = monotonic_now();
    pacers_.push_back(
        std::make_unique<pace::SharedPacer>(endpoint.terms, spec_.limits, now, rng.split()));
    pacers_.back()->restore(history_.sends.of(id, endpoint.terms, wall_now()), now);
  }
}

Status ScoreRun::open_writer() {
  journal::Opening opening;
  opening.run = directory_.manifest().run;
  opening.config_digest = spec_.start.config_digest;
  opening.data_digest = spec_.start.data_digest;
  opening.version = spec_.start.version;
  opening.clock = wall_now;
  opening.on_segment = [this](std::uint64_t segment) { return directory_.note_segment(segment); };
  journal::WriterOptions options;
  options.appender.detail = spec_.detail;
  journal::WriterEvents events;
  events.on_durable = [this](journal::Ticket up_to) {
    for (const auto& driver : drivers_) driver->on_durable(up_to);
  };
  events.on_failed = [this](const Error& error) {
    note(StopCause::storage, error.detail, std::nullopt);
    abandon();
  };
  auto writer =
      journal::JournalWriter::open(storage_, spec_.directory, opening, options, std::move(events));
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::move(*writer);
  return {};
}

Status ScoreRun::start(std::function<void()> on_ended) {
  make_budget();
  Rng rng(spec_.seed);
  make_pacers(rng);
  source_ = std::make_unique<WorkSource>(
      samples_, spec_.policies, forms_of(spec_), std::move(to_do_), watch_canaries(), &*keys_);
  if (auto opened = open_writer(); !opened) return opened;
  share();
  if (auto opened = open_drivers(rng); !opened) return opened;
  // The writer's thread tells the drivers of every record: they stand before the first one.
  if (history_.has_records) open_books();
  run_drivers(on_ended);
  return {};
}

void ScoreRun::share() {
  std::vector<pace::SharedPacer*> pacers;
  for (const auto& pacer : pacers_) pacers.push_back(pacer.get());
  shared_.reset(new Shared{
      .source = *source_,
      .writer = *writer_,
      .ledger = *ledger_,
      .pacers = std::move(pacers),
      .counters = counters_,
      .on_halt = [this](const pace::Halt& halt) { on_halt(halt); },
      .on_cross_checked = [this](const pace::CrossChecked& checked) { on_cross_checked(checked); },
      .on_error = [this](const Error& error) { stop(StopCause::input, error.detail); },
      .on_item_failed = [this](FailureClass cls) { on_item_failed(cls); },
      .on_canary = [this](const CanaryCall& call,
                          const Outcome* outcome) { on_canary(call, outcome); },
      .on_uncertified = [this](std::uint32_t policy,
                               const std::string& why) { on_uncertified(policy, why); },
      .on_news =
          [this] {
            for (const auto& driver : drivers_) driver->wake();
          },
  });
}

Status ScoreRun::open_drivers(Rng& rng) {
  drivers_.reserve(spec_.loops);
  for (unsigned loop = 0; loop < spec_.loops; ++loop) {
    auto driver = Driver::open(spec_, *shared_, rng.split());
    if (!driver) return std::unexpected(driver.error());
    drivers_.push_back(std::move(*driver));
  }
  return {};
}

void ScoreRun::run_drivers(const std::function<void()>& on_ended) {
  started_at_ = monotonic_now();
  loops_running_ = drivers_.size();
  for (const auto& driver : drivers_) {
    threads_.emplace_back([this, &driver = *driver, on_ended] {
      driver.run();
      if (--loops_running_ == 0) on_ended();
    });
  }
}

void ScoreRun::on_item_failed(FailureClass cls) {
  if (!spec_.stop_at_first_failure) return;
  note(StopCause::first_failure, fmt::format("an item failed ({})", assay::name_of(cls)), cls);
  drain();
}

void ScoreRun::on_uncertified(std::uint32_t policy, const std::string& why) {
  stop(StopCause::drift,
       fmt::format("policy '{}': {}: something else answers than what was examined; ask "
                   "`assay doctor` again",
                   spec_.policies[policy].name,
                   why));
}

// What earlier sessions saw first is what this one is held against. A past without a seal is in
// doubt even when each of its rows has a value: its last canaries disagreed, or were never heard.
std::optional<CanarySchedule> ScoreRun::watch_canaries() {
  const bool in_doubt = history_.has_records && !history_.report.is_sealed;
  if (!spec_.canaries || (plan_.to_do == 0 && !in_doubt)) return std::nullopt;
  std::uint32_t round = 0;
  for (std::size_t policy = 0; policy < spec_.policies.size(); ++policy) {
    doctor::CanaryWatch& watch = watches_.emplace_back(spec_.canaries->tolerances[policy]);
    if (policy >= history_.canaries.size()) continue;
    const CanaryPast& past = history_.canaries[policy];
    round = std::max(round, past.rounds);
    for (const CanaryPast::Value& first : past.first) {
      static_cast<void>(watch.see(first.canary, first.nats, first.tokens));
    }
  }
  return CanarySchedule(spec_.canaries->rhythm,
                        watched_policies(spec_),
                        static_cast<std::uint32_t>(doctor::canary_samples().size()),
                        round,
                        monotonic_now());
}

void ScoreRun::on_canary(const CanaryCall& call, const Outcome* outcome) {
  const Score* score = outcome == nullptr ? nullptr : outcome->score();
  std::optional<std::string> drift;
  ++(score != nullptr ? counters_.canaries : counters_.canaries_unscored);
  if (score != nullptr) {
    const std::lock_guard lock(mutex_);
    drift = watches_[call.policy].see(call.canary, score->logprob.nats(), score->tokens.value);
  }
  if (!drift) return;
  stop(StopCause::drift,
       fmt::format("policy '{}': {}: another model answers than at the start of this run. What "
                   "was scored since the last canary that agreed is in doubt; score the rest "
                   "into a new run directory",
                   spec_.policies[call.policy].name,
                   *drift));
}

void ScoreRun::note(StopCause cause, std::string reason, std::optional<FailureClass> cls) {
  const std::lock_guard lock(mutex_);
  if (!stop_) stop_ = Stop{.cause = cause, .reason = std::move(reason), .cls = cls};
}

void ScoreRun::on_halt(const pace::Halt& halt) {
  if (halt.scope != pace::Halt::Scope::run) {
    const bool one_of_several =
        halt.scope == pace::Halt::Scope::endpoint && spec_.endpoints.size() > 1;
    const std::string reason =
        one_of_several ? fmt::format("endpoint '{}': {}", name_of(*halt.endpoint), halt.reason)
                       : halt.reason;
    const std::lock_guard lock(mutex_);
    if (std::find(halted_.begin(), halted_.end(), reason) == halted_.end())
      halted_.push_back(reason);
  }
  // Others may serve in its place; if none does, the policy's halt follows.
  if (halt.scope == pace::Halt::Scope::endpoint) return;
  const auto cause = [&halt] {
    switch (halt.cause) {
      case pace::Halt::Cause::refused:
      case pace::Halt::Cause::same_failure:
      case pace::Halt::Cause::usage_above_bound:
        return StopCause::refused;
      case pace::Halt::Cause::unavailable:
        return StopCause::unavailable;
      case pace::Halt::Cause::budget:
      case pace::Halt::Cause::price_unknown:
        return StopCause::budget;
      case pace::Halt::Cause::time:
        return StopCause::time;
    }
    return StopCause::refused;
  }();
  note(cause, halt.reason, halt.cls);
  if (halt.exhausted) {
    const std::lock_guard lock(mutex_);
    if (!exhausted_) exhausted_ = halt.exhausted;
  }
  if (halt.scope == pace::Halt::Scope::policy && halt.policy) {
    source_->close(static_cast<std::uint32_t>(pace::index_of(*halt.policy)));
  }
  if (halt.scope == pace::Halt::Scope::run) drain();
}

const std::string& ScoreRun::name_of(pace::EndpointId endpoint) const {
  return spec_.endpoints[pace::index_of(endpoint)].name;
}

// Kept in the journal: which answers may stand beside which is part of what was measured.
void ScoreRun::on_cross_checked(const pace::CrossChecked& checked) {
  const std::string what = fmt::format("policy '{}': endpoint '{}' {} for '{}': ",
                                       spec_.policies[pace::index_of(checked.policy)].name,
                                       name_of(checked.stand_in),
                                       checked.equal ? "stands in" : "is refused as a stand-in",
                                       name_of(checked.reference));
  std::string text = what + checked.reason;
  std::vector<journal::Record> record{
      journal::NoteRecord{.topic = "cross_check", .text = text, .time = wall_now()}};
  static_cast<void>(writer_->try_push(record, journal::Urgency::grouped));
  const std::lock_guard lock(mutex_);
  if (!checked.equal) return halted_.push_back(std::move(text));
  // The canaries' rounds compare it again and again: the report tells the last time.
  std::erase_if(compared_, [&](const std::string& earlier) { return earlier.starts_with(what); });
  compared_.push_back(std::move(text));
}

std::optional<ReachedCap> ScoreRun::reached_cap() const {
  if (!exhausted_) return std::nullopt;
  const std::uint32_t account = exhausted_->refusal.account;
  const pace::Account held =
      account == 0 ? ledger_->run() : ledger_->policy(pace::PolicyId{account - 1});
  return ReachedCap{.policy = account == 0 ? std::string() : spec_.policies[account - 1].name,
                    .axis = exhausted_->refusal.axis,
                    .spent = held.spent(),
                    .unknown = held.unknown(),
                    .worst = exhausted_->worst};
}

void ScoreRun::stop(StopCause cause, std::string reason) {
  note(cause, std::move(reason), std::nullopt);
  drain();
}

void ScoreRun::drain() {
  for (const auto& driver : drivers_) driver->drain();
}

void ScoreRun::abandon() {
  for (const auto& driver : drivers_) driver->abandon();
}

ScoreRun::Snapshot ScoreRun::snapshot() const {
  Snapshot now;
  now.failed = counters_.failed;
  now.done = counters_.scored + now.failed;
  now.retries = counters_.retries;
  now.in_flight = counters_.in_flight;
  if (ledger_) now.spent = ledger_->run().spent().usd;
  for (const auto& pacer : pacers_) {
    now.in_flight_max +=
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, pacer->concurrency()));
    const pace::Binding binding = pacer->binding(monotonic_now());
    if (now.bound_by.empty() && binding.kind != pace::Binding::Kind::none)
      now.bound_by = pace::to_text(binding);
  }
  return now;
}

// What each account has committed, while nothing is reserved.
std::vector<journal::Record> ScoreRun::books() const {
  std::vector<journal::Record> books;
  for (const pace::LeaseMark& mark : ledger_->closing_marks()) {
    journal::SettleRecord settle;
    settle.marks = budget_marks(spec_, *ledger_, mark);
    settle.marks.time = wall_now();
    books.push_back(std::move(settle));
  }
  return books;
}

// A resumed session states what it starts from before it adds to it: what an earlier crash left
// unknown stays so, even should this session run without a cap.
void ScoreRun::open_books() {
  std::vector<journal::Record> opening = books();
  static_cast<void>(writer_->try_push(opening, journal::Urgency::grouped));
}

Status ScoreRun::write_last_words() {
  const std::optional<Stop> stopped = [this] {  // a signal or the writer may set it even now
    const std::lock_guard lock(mutex_);
    return stop_;
  }();
  std::vector<journal::Record> words = books();
  if (stopped)
    words.push_back(
        journal::NoteRecord{.topic = "stopped", .text = stopped->reason, .time = wall_now()});
  if (!words.empty()) static_cast<void>(writer_->try_push(words, journal::Urgency::at_once));
  const bool everything_done =
      counters_.scored + counters_.failed == plan_.to_do && plan_.left_out == 0;
  return writer_->finish(everything_done && !stopped ? journal::Ending::sealed
                                                     : journal::Ending::unsealed);
}

Result<RunReport> ScoreRun::finish() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  const Status written = write_last_words();
  const std::lock_guard lock(mutex_);
  if (!written) return std::unexpected(written.error());
  RunReport report;
  report.plan = plan_;
  report.stop = stop_;
  report.halted = halted_;
  report.compared = compared_;
  report.scored = counters_.scored;
  report.failed = counters_.failed;
  report.requests = counters_.requests;
  report.canaries = counters_.canaries;
  report.canaries_unscored = counters_.canaries_unscored;
  report.retries = counters_.retries;
  report.spent = ledger_->run().spent();
  report.unknown = ledger_->run().unknown();
  report.reached = reached_cap();
  report.elapsed = monotonic_now() - started_at_;
  pace::BoundTime bound(started_at_);
  for (const auto& driver : drivers_) bound.add(driver->bound_time());
  report.bound_by = bound.shares();
  return report;
}

}  // namespace assay::crawl
