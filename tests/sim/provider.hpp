#pragma once

#include "clockwork.hpp"
#include "core/rng.hpp"
#include "limiter.hpp"
#include "pace/work.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace assay::sim {

// What a provider is like. Shares are of requests, drawn one by one.
struct ProviderTerms {
  Limiter::Kind kind = Limiter::Kind::bucket;
  std::optional<double> requests_per_minute;
  std::optional<double> tokens_per_minute;
  std::optional<std::int64_t> concurrency;
  double requests_burst = 10;
  double tokens_burst = 33'000;

  Duration latency_min = std::chrono::milliseconds(150);
  Duration latency_spread = std::chrono::milliseconds(300);
  Duration way_min = std::chrono::milliseconds(1);
  Duration way_spread = std::chrono::milliseconds(4);

  enum class Headers : std::uint8_t { none, truthful, generous };  // generous: always full
  Headers headers = Headers::truthful;
  bool stated_late = false;  // headers are of when the answer leaves, not of the admission
  bool retry_after = true;   // on a 429

  // Refused on arrival, whatever the limits say.
  double refused_by_chance = 0;     // 429
  double overloaded_by_chance = 0;  // 503
  std::optional<Duration> hint_by_chance{};

  double other_weights = 0;  // nats per token by which they measure otherwise; 0: the same
  double noise = 0;          // nats per token between two answers to one text, at most

  double server_error = 0;  // 500, not billed
  double overloaded = 0;    // 503
  double lost_billed = 0;   // billed, and the answer is lost
  double malformed = 0;     // billed, unreadable
  double mismatch = 0;      // billed, and the outcome says echo_mismatch
  double stale = 0;         // the connection was dead
  double breaks = 0;        // the connection breaks under all that is worked on, which is billed
  double usage_absent = 0;
  double usage_zero = 0;
  double usage_negative = 0;
  double usage_above = 0;  // more than the bound

  enum class Down : std::uint8_t { refuses, silent, server_error, overloaded };
  struct Outage {
    Instant from;
    Instant until;
    Down how = Down::refuses;
  };
  std::vector<Outage> outages;
  struct Change {
    Instant at;
    double factor;  // of all limits
  };
  std::vector<Change> changes;
};

// What a simulated request asks for.
struct Asked {
  pace::PolicyId policy;
  std::size_t items = 1;
  std::int64_t input = 0;  // what it will truly be billed
  std::int64_t output = 0;
};

// The provider of a simulation: limits, latency, faults, outages and the bill it keeps.
class Provider {
 public:
  using Done = std::function<void(pace::Reply)>;

  Provider(Clockwork& clock, ProviderTerms terms, std::optional<Price> price, Rng rng);

  // Takes a request that was sent now; `done` comes once, unless the client is gone by then.
  void take(const Asked& asked, Done done);

  struct Counts {
    std::uint64_t arrived = 0;
    std::uint64_t admitted = 0;
    std::uint64_t refused = 0;    // 429, for a limit
    std::uint64_t by_chance = 0;  // 429 and 503, for none
    std::uint64_t arrived_down = 0;
    std::int64_t in_flight_max = 0;
    std::size_t minute_max = 0;  // requests that arrived within any minute
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // True bill, of all and by policy. A request that arrived counts, whatever became of it.
  [[nodiscard]] const pace::Amount& bill() const { return bill_; }
  [[nodiscard]] const std::map<pace::PolicyId, pace::Amount>& bills() const { return bills_; }
  // Called after each change of the bill.
  void on_bill(std::function<void()> check) { on_bill_ = std::move(check); }
  // How long admitted requests were worked on, in all.
  [[nodiscard]] double busy_seconds() const { return busy_seconds_; }
  [[nodiscard]] double taken_requests() const { return requests_ ? requests_->taken() : 0; }
  [[nodiscard]] double taken_tokens() const { return tokens_ ? tokens_->taken() : 0; }

 private:
  void arrive(const Asked& asked, Done done);
  void count_arrival();
  void work(std::uint64_t number, const Observation& seen);
  void break_connection();
  void answer(const Asked& asked, const Observation& seen, const Done& done);
  [[nodiscard]] std::int64_t in_flight() const {
    return static_cast<std::int64_t>(working_.size());
  }
  [[nodiscard]] bool is_down(ProviderTerms::Down& how) const;
  [[nodiscard]] Observation observe(int status);
  [[nodiscard]] pace::Reply refusal(const Asked& asked);
  [[nodiscard]] pace::Reply failure(int status, FailureClass cls, bool possibly_billed);
  void bill(const Asked& asked, bool tokens);
  [[nodiscard]] bool draws(double share) { return share > 0 && rng_.uniform() < share; }
  [[nodiscard]] Duration drawn(Duration min, Duration spread);
  void send_back(pace::Reply reply, const Done& done);

  Clockwork& clock_;
  ProviderTerms terms_;
  std::optional<Price> price_;
  Rng rng_;
  std::optional<Limiter> requests_;
  std::optional<Limiter> tokens_;
  struct Working {
    Asked asked;
    Done done;
  };
  std::map<std::uint64_t, Working> working_;  // by the number of the admission
  double busy_seconds_ = 0;
  std::deque<Instant> arrivals_;  // of the last minute
  Counts counts_;
  pace::Amount bill_;
  std::map<pace::PolicyId, pace::Amount> bills_;
  std::function<void()> on_bill_;
};

}  // namespace assay::sim
