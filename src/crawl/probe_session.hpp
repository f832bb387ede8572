#pragma once

// The shell of `assay doctor`: carries its exchanges out under the very rules that a scoring run
// keeps: the endpoint's pacer, retries, caps, TLS and key. One loop, on the caller's thread.

#include "assay/result.hpp"
#include "crawl/run_spec.hpp"
#include "doctor/exchange.hpp"
#include "net/client.hpp"
#include "pace/dispatcher.hpp"
#include "wire/reading.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::crawl {

// Whom to ask, and how much may be spent.
struct ProbeTerms {
  EndpointSpec endpoint;
  std::string model;
  std::string clone;  // for exchanges under the second name
  pace::Caps caps;
  pace::Limits limits;
  std::uint64_t seed = 0;
};

enum class Together : std::uint8_t { one_at_a_time, all_at_once };

class ProbeSession {
 public:
  // Errors: those of net::Client::open and TlsContext::open.
  [[nodiscard]] static Result<std::unique_ptr<ProbeSession>> open(ProbeTerms terms);
  ~ProbeSession();

  // What each exchange's answer shows, in their order. Blocks until all have one.
  // Errors: Errc::refused (key, certificate, model), Errc::unavailable, Errc::usage when a cap of
  // the budget comes first: one sentence.
  [[nodiscard]] Result<std::vector<doctor::Seen>> carry_out(
      std::span<const doctor::Exchange> exchanges, Together together);

  [[nodiscard]] pace::Amount spent() const { return ledger_.run().spent(); }
  [[nodiscard]] pace::Amount unknown() const { return ledger_.run().unknown(); }

 private:
  explicit ProbeSession(ProbeTerms terms);
  [[nodiscard]] Status open_client();

  void schedule();
  void pump();
  void offer_more();
  void wait_for_wakeup();
  void carry_out_action(pace::Action action);
  void send(const pace::Send& send);
  void on_result(const pace::Send& send, net::ExchangeResult result);
  [[nodiscard]] pace::Reply read_answer(std::size_t exchange, const net::Answer& answer);
  void end(std::size_t exchange);
  [[nodiscard]] const std::string& model_of(const doctor::Exchange& exchange) const;
  [[nodiscard]] Error error_of(const pace::Halt& halt) const;

  ProbeTerms terms_;
  boost::asio::io_context io_{1};
  boost::asio::steady_timer wakeup_;
  net::Loop net_loop_;
  std::optional<net::Client> client_;
  pace::SharedPacer pacer_;
  pace::SharedLedger ledger_;
  pace::Dispatcher dispatcher_;
  wire::Scratch scratch_;
  // Of the present carry_out.
  std::span<const doctor::Exchange> exchanges_;
  std::vector<doctor::Seen> seen_;
  std::size_t offered_ = 0;
  std::size_t ended_ = 0;
  Together together_ = Together::all_at_once;
  std::optional<pace::Halt> halt_;
  bool pump_scheduled_ = false;
};

}  // namespace assay::crawl
