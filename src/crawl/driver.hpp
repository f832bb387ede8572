#pragma once

// One event loop: the only place where pace, wire, net and journal meet. The dispatcher decides,
// the driver carries out: it builds a request for a Send, reads the answer for the dispatcher, and
// hands a Record to the journal.

#include "crawl/journal_link.hpp"
#include "crawl/run_counters.hpp"
#include "crawl/run_spec.hpp"
#include "crawl/scoring_call.hpp"
#include "crawl/work_source.hpp"
#include "net/client.hpp"
#include "pace/bound_time.hpp"
#include "pace/dispatcher.hpp"
#include "wire/course.hpp"
#include "wire/reading.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace assay::crawl {

// What the loops of one run share; everything in it is thread-safe and outlives them.
struct Shared {
  WorkSource& source;
  journal::JournalWriter& writer;
  pace::SharedLedger& ledger;
  std::vector<pace::SharedPacer*> pacers;  // by endpoint
  RunCounters& counters;
  std::function<void(const pace::Halt&)> on_halt;  // from any loop's thread
  std::function<void(const pace::CrossChecked&)> on_cross_checked;
  std::function<void(const Error&)> on_error;        // the data set could not be read on
  std::function<void(FailureClass)> on_item_failed;  // a final failure was recorded
  // A canary came to its end; nothing: it was not sent, or not to the end.
  std::function<void(const CanaryCall&, const Outcome*)> on_canary;
  // An answer for a policy came from something else than was certified, and why.
  std::function<void(std::uint32_t, const std::string&)> on_uncertified;
  std::function<void()> on_news;  // of the source: wake every driver
};

class Driver {
 public:
  // Errors: those of net::Client::open and TlsContext::open.
  [[nodiscard]] static Result<std::unique_ptr<Driver>> open(const RunSpec& spec,
                                                            Shared& shared,
                                                            Rng rng);
  ~Driver();

  // Runs until nothing is left to do, or it was told to stop. On a thread of its own.
  void run();

  // After run() returned.
  [[nodiscard]] const pace::BoundTime& bound_time() const { return bound_time_; }

  // From any thread.
  void on_durable(journal::Ticket up_to);
  void wake();     // there may be work again
  void drain();    // send no more; take what is in flight
  void abandon();  // end what is in flight, too

 private:
  // An item between the source and the journal.
  struct Held {
    Work work;
    journal::Delivery delivery;  // of the latest answer
    journal::TokenDetail tokens;
    std::vector<journal::AttemptError> errors;
    std::string body;
    std::unique_ptr<wire::Course> course;  // of a method that takes several exchanges
  };

  Driver(const RunSpec& spec, Shared& shared, Rng rng);
  [[nodiscard]] Status open_carriers();

  void schedule();
  void pump();
  // Whether there is more to poll the dispatcher for: new items, or the end of the work.
  bool refill();
  void accept(Work work, std::vector<pace::WorkItem>& offered);
  void refuse_unsent(const Work& work, const Failure& failure);
  void wait_for_wakeup();

  void carry_out(pace::Action action);
  void drop(const pace::Drop& drop);
  void end(const Work& work, const Outcome* outcome);
  void tell_news();
  void send(const pace::Send& send);
  void record(pace::Record record);
  void lease(const pace::LeaseNeeded& needed);
  void on_result(const pace::Send& send, net::ExchangeResult result);
  // Its body is written when a connection takes it, from what is held until its result.
  [[nodiscard]] net::Request request_of(const pace::Send& send);
  [[nodiscard]] ScoringCall call_of(const pace::Send& send);
  [[nodiscard]] pace::Reply read_answer(const pace::Send& send, const net::Answer& answer);
  [[nodiscard]] pace::Reply read_course(const pace::Send& send, const net::Answer& answer);
  void keep(const pace::Send& send, std::size_t place, const net::Answer& answer);
  void demand_certified(const Work& work, pace::EndpointId endpoint);
  void note_attempt(pace::WorkItemId item,
                    pace::EndpointId endpoint,
                    const Outcome& outcome,
                    std::optional<Duration> latency);
  [[nodiscard]] Held& held(pace::WorkItemId item);

  const RunSpec& spec_;
  Shared& shared_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_guard_;
  boost::asio::steady_timer wakeup_;
  net::Loop net_loop_;
  std::vector<std::unique_ptr<Carrier>> carriers_;  // by endpoint
  pace::Dispatcher dispatcher_;
  std::size_t lookahead_;  // items
  pace::BoundTime bound_time_;
  JournalLink link_;
  wire::Scratch scratch_;
  wire::Reading reading_;
  std::unordered_map<ItemOrdinal, Held> held_;
  std::vector<Work> taken_;
  std::vector<const Work*> works_;  // of the request in hand
  bool source_empty_ = false;
  bool abandoned_ = false;
  bool pump_scheduled_ = false;
  bool ended_ = false;
};

}  // namespace assay::crawl
