#pragma once

#include "clockwork.hpp"
#include "core/rng.hpp"
#include "crawl/budget_history.hpp"
#include "journal/codec.hpp"
#include "pace/dispatcher.hpp"
#include "provider.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace assay::sim {

// One whole run to be simulated, crashes and resumes included.
struct Scenario {
  std::uint64_t seed = 0;
  std::size_t items = 200;  // per policy
  std::size_t policies = 1;
  std::size_t loops = 1;
  std::size_t prompts_per_request = 1;
  std::int64_t bytes_min = 100;  // of a prompt: its bound
  std::int64_t bytes_max = 100;
  double tokens_per_byte = 0.25;  // true
  std::int64_t output_tokens = 1;

  pace::Limits limits;
  pace::EndpointTerms terms;                // what the client is told, of each endpoint
  std::vector<ProviderTerms> providers{1};  // one endpoint each, all serving every policy
  std::optional<Price> price;
  pace::Caps caps;
  std::vector<pace::Caps> policy_caps;  // empty: none

  std::vector<Duration> crashes;  // after the start of each session in turn
  Duration restart_after = std::chrono::milliseconds(500);
  Duration group_commit = std::chrono::milliseconds(50);
  Duration sync_spread = std::chrono::milliseconds(10);
  Duration wake_late = std::chrono::milliseconds(1);  // timers are late by up to this
  Duration horizon = std::chrono::hours(3);           // a run that lasts longer is stuck
};

// What a simulated disk holds of a run.
struct Written {
  struct Line {
    Instant at;
    std::variant<pace::Record, pace::LeaseMark> what;
  };
  std::vector<Line> durable;
  std::vector<Line> pending;  // since the last sync
};

// The real dispatcher, pacers, ledger and journal codec among simulated providers, disk and
// crashes.
class World {
 public:
  explicit World(Scenario scenario);
  ~World();

  // Runs to the end of the last session.
  void run();

  // What was found wrong, in sentences; empty is well.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  [[nodiscard]] const Provider& provider(std::size_t index = 0) const { return *providers_[index]; }
  [[nodiscard]] const std::vector<pace::Halt>& halts() const { return halts_; }
  [[nodiscard]] const std::vector<pace::CrossChecked>& checked() const { return checked_; }
  [[nodiscard]] Instant ended_at() const { return ended_at_; }
  [[nodiscard]] Instant last_sent_at() const { return last_sent_at_; }
  [[nodiscard]] std::size_t succeeded() const { return succeeded_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }
  [[nodiscard]] std::size_t unfinished() const;
  [[nodiscard]] pace::Amount committed() const { return committed_; }
  [[nodiscard]] pace::Amount unknown() const { return unknown_; }
  [[nodiscard]] std::uint64_t trace() const { return trace_; }  // equal runs have equal ones
  // How many requests went out in each second since the start.
  [[nodiscard]] const std::map<std::int64_t, std::int64_t>& sent_per_second() const {
    return sent_per_second_;
  }
  [[nodiscard]] std::uint64_t first_sends() const { return first_sends_; }

 private:
  struct Session;
  struct LoopState;
  void start_session();
  void crash();
  void end_session();
  void poll(std::size_t loop);
  void carry_out(std::size_t loop, pace::Action action);
  void post(std::size_t loop, const pace::Send& send);
  void write(std::size_t loop, std::variant<pace::Record, pace::LeaseMark> what);
  void sync();
  void check_bill();
  void check_end();
  void check_minutes();
  void complain(std::string what);
  void note(std::uint64_t value) { trace_ = (trace_ ^ value) * 0x100000001b3u; }
  void keep(Written::Line line);
  void restore_pacers();

  Scenario scenario_;
  Clockwork clock_;
  Rng rng_;
  std::vector<std::unique_ptr<Provider>> providers_;
  std::vector<pace::WorkItem> work_;
  std::vector<std::int64_t> true_input_;
  std::vector<bool> recorded_;
  Written written_;
  journal::Decoder decoder_;
  crawl::BudgetHistory history_;  // of the durable lines
  std::unique_ptr<Session> session_;
  std::size_t sessions_ = 0;
  bool over_ = false;
  Instant ended_at_;
  Instant last_sent_at_;
  std::size_t succeeded_ = 0;
  std::size_t failed_ = 0;
  pace::Amount committed_;
  pace::Amount unknown_;
  std::vector<pace::Halt> halts_;
  std::vector<pace::CrossChecked> checked_;
  std::map<std::int64_t, std::int64_t> sent_per_second_;
  std::uint64_t first_sends_ = 0;
  std::uint64_t trace_ = 0xcbf29ce484222325u;
  std::vector<std::string> complaints_;
};

}  // namespace assay::sim
