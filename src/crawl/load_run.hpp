#pragma once

// Load on the endpoints of a run, to see how fast they are: real work, sent through the same
// dispatcher, pacer and ledger as a run's, so that no limit or cap is passed; nothing is journalled
// and nothing is tried twice.

#include "crawl/run_spec.hpp"
#include "crawl/work_source.hpp"
#include "net/client.hpp"
#include "pace/dispatcher.hpp"
#include "wire/reading.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace assay::crawl {

// One step of load.
struct LoadShape {
  std::optional<double> rate_per_second;  // open: a request is due every 1/rate, come what may
  std::size_t in_flight = 1;              // closed: so many at once, else the most due and unsent
  Duration span{};
};

// A request of a step that went out. Each instant is on the monotonic clock.
struct LoadSample {
  Instant due;
  Instant sent;
  Instant done;
  std::optional<FailureClass> failure;
  TokenCount tokens;  // as the provider counts them; 0 when it does not say
};

struct LoadResult {
  Instant begun;
  std::vector<LoadSample> samples;
  std::uint64_t unsent = 0;  // due within the span, and did not go out
  pace::Binding binding;     // what held requests back when the span ended
};

class LoadRun {
 public:
  // `works` are sent in turn, over and over; not empty, each rendered. One loop, whatever the spec
  // says. Errors: those of net::Client::open and TlsContext::open.
  [[nodiscard]] static Result<std::unique_ptr<LoadRun>> open(RunSpec spec, std::vector<Work> works);
  ~LoadRun();

  // Runs one step to its end: sends for the span, then waits for what is in flight.
  [[nodiscard]] LoadResult run(const LoadShape& shape);

  // Why nothing more will be sent: a cap, or a provider that refuses for good. Further steps would
  // be empty.
  [[nodiscard]] const std::optional<pace::Halt>& halted() const { return halted_; }
  [[nodiscard]] pace::Amount spent() const { return ledger_.run().spent(); }

 private:
  // A request between being due and its record.
  struct Pending {
    const Work* work = nullptr;
    LoadSample sample;
    bool was_sent = false;
  };

  LoadRun(RunSpec spec, std::vector<Work> works);
  [[nodiscard]] Status open_clients();
  void schedule();
  void pump();
  void offer_due(Instant now);
  void offer(Instant due);
  [[nodiscard]] Instant due_of(std::uint64_t number) const;
  void wait_for_wakeup(Instant now);
  void end_span(Instant now);

  void carry_out(pace::Action action);
  void send(const pace::Send& send);
  void on_result(const pace::Send& send, net::ExchangeResult result);
  void record(const pace::Record& record);

  RunSpec spec_;
  std::vector<Work> works_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_guard_;
  boost::asio::steady_timer wakeup_;
  net::Loop net_loop_;
  std::vector<net::Client> clients_;  // by endpoint
  pace::SharedLedger ledger_;
  std::vector<std::unique_ptr<pace::SharedPacer>> pacers_;  // by endpoint
  std::unique_ptr<pace::Dispatcher> dispatcher_;
  wire::Scratch scratch_;
  wire::Reading reading_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::optional<pace::Halt> halted_;
  std::uint64_t next_item_ = 0;
  bool pump_scheduled_ = false;

  // Of the step.
  LoadShape shape_;
  LoadResult result_;
  Instant until_;
  std::uint64_t offered_ = 0;  // due and given to the dispatcher
  bool span_ended_ = false;
};

}  // namespace assay::crawl
