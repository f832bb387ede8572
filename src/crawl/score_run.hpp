#pragma once

// A scoring run from its plan to its last record: one run directory, one data set, several
// policies.
//
//   auto run = ScoreRun::prepare(storage, spec, samples);   // locks, verifies, plans; nothing is
//   sent
//   (*run)->start(on_ended);                                // threads; on_ended from one of them
//   ... (*run)->snapshot(), (*run)->stop(cause, reason) ...
//   auto report = (*run)->finish();                         // once it has ended

#include "assay/sample.hpp"
#include "crawl/driver.hpp"
#include "crawl/history.hpp"
#include "crawl/run_counters.hpp"
#include "crawl/run_spec.hpp"
#include "crawl/work_plan.hpp"
#include "journal/key_index.hpp"
#include "journal/run_directory.hpp"
#include "journal/storage.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace assay::crawl {

// Why a run stopped before everything was done. The first reason stays.
enum class StopCause : std::uint8_t {
  interrupted,    // a signal
  time,           // the run's own time limit
  budget,         // a cap is reached
  refused,        // the provider refuses for good
  unavailable,    // the provider is gone
  storage,        // the journal cannot be written
  input,          // the data set could not be read to its end
  drift,          // a canary says that another model answers
  first_failure,  // the user wants no run with failures
};

struct Stop {
  StopCause cause;
  std::string reason;  // a sentence
  std::optional<FailureClass> cls;
};

// Which cap let nothing more through, and where its account stood at the end.
struct ReachedCap {
  std::string policy;  // empty: the run's
  pace::BudgetAxis axis = pace::BudgetAxis::usd;
  pace::Amount spent;
  pace::Amount unknown;
  pace::Amount worst;  // of the request that no longer fitted
};

struct RunReport {
  WorkPlan plan;
  std::optional<Stop> stop;           // absent: everything was done
  std::vector<std::string> halted;    // sentences about policies and endpoints that were given up
  std::vector<std::string> compared;  // sentences about endpoints that stand in for another
  std::uint64_t scored = 0;           // in this session
  std::uint64_t failed = 0;
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;
  std::uint64_t canaries = 0;           // scored; all agree unless `stop` says otherwise
  std::uint64_t canaries_unscored = 0;  // ended without a value
  pace::Amount spent;                   // over the whole run
  pace::Amount unknown;                 // part of it may have been billed: nobody knows
  std::optional<ReachedCap> reached;    // the first one
  Duration elapsed{};
  std::vector<pace::BoundTime::Share> bound_by;  // for how much of the time each limit held
};

class ScoreRun {
 public:
  // Takes the run directory's lock, verifies its journal, reads what is done, and plans the rest.
  // `storage` and `samples` outlive the run; `samples` is read three times.
  // Errors: Errc::locked, Errc::damaged, Errc::io, Errc::input, Errc::config; Errc::usage when
  // there is nothing to resume though the spec demands it.
  [[nodiscard]] static Result<std::unique_ptr<ScoreRun>> prepare(journal::Storage& storage,
                                                                 RunSpec spec,
                                                                 SampleSource& samples);
  ~ScoreRun();

  [[nodiscard]] const WorkPlan& plan() const { return plan_; }
  [[nodiscard]] bool is_new() const { return directory_.is_new(); }
  // This start or an earlier one asked for no capability certificate.
  [[nodiscard]] bool is_unverified() const {
    return directory_.manifest().verification == journal::unverified;
  }
  [[nodiscard]] const journal::JournalReport& past() const { return history_.report; }
  // Of the data set under the spec's policies, as it was planned.
  [[nodiscard]] const journal::KeyShelf& keys() const { return *keys_; }

  // Opens the next segment and starts the loops. `on_ended` is called once, from a thread of the
  // run. Errors: those of JournalWriter::open and Driver::open.
  [[nodiscard]] Status start(std::function<void()> on_ended);

  // Sends no more and ends once what is in flight has come back. From any thread.
  void stop(StopCause cause, std::string reason);
  // Ends what is in flight, too.
  void abandon();

  struct Snapshot {
    std::uint64_t done = 0;  // outcomes of this session, on disk or on their way there
    std::uint64_t failed = 0;
    std::uint64_t retries = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t in_flight_max = 0;
    NanoUsd spent;
    std::string bound_by;
  };
  [[nodiscard]] Snapshot snapshot() const;  // from any thread

  // After on_ended: joins the threads, seals the journal when everything is done.
  // Errors: the journal's.
  [[nodiscard]] Result<RunReport> finish();

 private:
  ScoreRun(journal::Storage& storage,
           RunSpec spec,
           SampleSource& samples,
           journal::RunDirectory directory);
  [[nodiscard]] Status make_plan();
  [[nodiscard]] Status open_writer();
  void make_budget();
  void make_pacers(Rng& rng);
  void share();
  [[nodiscard]] Status open_drivers(Rng& rng);
  void run_drivers(const std::function<void()>& on_ended);
  void drain();
  void on_item_failed(FailureClass cls);
  void on_uncertified(std::uint32_t policy, const std::string& why);
  void on_halt(const pace::Halt& halt);
  void on_cross_checked(const pace::CrossChecked& checked);
  [[nodiscard]] const std::string& name_of(pace::EndpointId endpoint) const;
  [[nodiscard]] std::optional<CanarySchedule> watch_canaries();
  void on_canary(const CanaryCall& call, const Outcome* outcome);
  [[nodiscard]] std::optional<ReachedCap> reached_cap() const;
  void note(StopCause cause, std::string reason, std::optional<FailureClass> cls);
  [[nodiscard]] std::vector<journal::Record> books() const;
  void open_books();
  [[nodiscard]] Status write_last_words();

  journal::Storage& storage_;
  RunSpec spec_;
  SampleSource& samples_;
  journal::RunDirectory directory_;
  History history_{0};
  WorkPlan plan_;
  journal::Bitmap to_do_;
  std::optional<journal::KeyShelf> keys_;
  RunCounters counters_;
  std::unique_ptr<pace::SharedLedger> ledger_;
  std::vector<std::unique_ptr<pace::SharedPacer>> pacers_;
  std::unique_ptr<WorkSource> source_;
  std::unique_ptr<journal::JournalWriter> writer_;
  std::unique_ptr<Shared> shared_;
  std::vector<std::unique_ptr<Driver>> drivers_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> loops_running_{0};
  Instant started_at_{};
  mutable std::mutex mutex_;  // guards what follows
  std::optional<Stop> stop_;
  std::optional<pace::Exhausted> exhausted_;
  std::vector<std::string> halted_;
  std::vector<std::string> compared_;
  std::vector<doctor::CanaryWatch> watches_;  // by policy; empty without canaries
};

}  // namespace assay::crawl
