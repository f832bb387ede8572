#pragma once

#include "assay/failure.hpp"
#include "assay/time.hpp"
#include "core/exchange.hpp"
#include "core/rng.hpp"
#include "pace/axis.hpp"
#include "pace/binding.hpp"
#include "pace/breaker.hpp"
#include "pace/concurrency_finder.hpp"
#include "pace/cooldown.hpp"
#include "pace/limits.hpp"
#include "pace/retry_budget.hpp"
#include "pace/token_estimate.hpp"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

namespace assay::pace {

inline constexpr std::size_t token_axis_count = 4;  // all, input, output; input per second

// Leave to send one request. Goes back by exactly one of Pacer::on_reply and Pacer::cancel.
struct Permit {
  Instant sent_at;
  std::uint64_t seq = 0;       // in the order granted
  TokenCounts tokens{};        // estimated, as taken from the limits
  std::int64_t in_flight = 0;  // at the endpoint, this request included
  AxisMark requests;
  std::array<AxisMark, token_axis_count> tokens_mark;
  Breaker::Ticket breaker;
  std::optional<RetryBudget::From> retry;  // what it counts against, as a retry
};

// Why nothing more goes to an endpoint, for good.
struct Shut {
  enum class Cause : std::uint8_t { refused, unavailable, usage_above_bound };
  Cause cause = Cause::refused;
  std::optional<FailureClass> cls;
  std::string reason;  // a sentence
};

// No leave now. Ask again at `not_before`, or, when there is none, once a request came back.
struct Denial {
  Binding binding;
  std::optional<Instant> not_before;
};

enum class Urgency : std::uint8_t {
  fresh,  // a first sending, or again after an outage or a dead connection
  retry,  // must also fit the retry budget
};

// When requests may go to one (endpoint, model, key): its limits, the cool-down, the breaker, the
// retry budget. Everything that several loops must agree on, as one single-threaded value;
// shared_pacer.hpp puts a lock around it.
//
// Order: a permit for each request before it is sent; on_reply once its fate is known. A clock
//        that goes back stands still.
// Cost:  O(1), no allocation after construction.
class Pacer {
 public:
  Pacer(const EndpointTerms& terms, const Limits& limits, Instant now, Rng rng);

  // Leave for one request of `bound`.
  [[nodiscard]] std::expected<Permit, Denial> acquire(const TokenBound& bound,
                                                      Urgency urgency,
                                                      Instant now);

  // What the pacer must know of a reply. `failure` is absent for an answer that could be read,
  // whatever it says about its items.
  struct Feedback {
    Observation observation;
    Usage usage;
    TokenBound bound;  // as given to acquire
    std::optional<FailureClass> failure;
    bool stale_connection = false;
    bool same_break = false;
  };
  // What it means for the items of the request.
  struct Judgement {
    bool outage = false;  // the endpoint is down; the failure says nothing about the items
  };
  Judgement on_reply(const Permit& permit, const Feedback& feedback, Instant now);

  // The permit was not used.
  void cancel(const Permit& permit, Instant now);

  // What holds the endpoint back now; asked at any time, changes nothing.
  [[nodiscard]] Binding binding(Instant now) const;

  // How many outages began so far. What failed just before one was its doing too.
  [[nodiscard]] std::uint64_t outages() const { return breaker_.outages(); }

  // Nothing more goes there; the first reason stays.
  void shut(Shut why);
  [[nodiscard]] const std::optional<Shut>& shut() const { return shut_; }

  // Before the first permit of a resumed run: what was sent lately, youngest last. Ages are before
  // `now`. A restart gains no fresh window.
  // One entry may stand for several requests.
  struct PastSend {
    Duration age;
    std::int64_t requests;
    std::int64_t tokens;
  };
  void restore(std::span<const PastSend> sends, Instant now);

  // Gauges, for the progress line.
  [[nodiscard]] std::int64_t in_flight() const { return in_flight_; }
  [[nodiscard]] std::int64_t concurrency() const { return finder_.limit(); }
  // How many requests may go out at once now, at most: for spreading load. 0 while cooling down.
  [[nodiscard]] std::int64_t room(Instant now);
  // The limits as they stand; 0 where none is known.
  struct InForce {
    std::int64_t concurrency = 0;
    std::int64_t requests = 0;
    std::array<std::int64_t, token_axis_count> tokens{};
    friend bool operator==(const InForce&, const InForce&) = default;
  };
  [[nodiscard]] InForce in_force() const;

 private:
  [[nodiscard]] std::optional<Denial> denial(const TokenCounts& tokens,
                                             Urgency urgency,
                                             Instant now);
  void on_answer(const Permit& permit, const Feedback& feedback, Instant now);
  void on_refused(const Permit& permit, const Feedback& feedback, Instant now);
  [[nodiscard]] bool on_overloaded(const Permit& permit, Instant now);
  [[nodiscard]] bool on_failed(FailureClass cls,
                               Breaker::Told told,
                               const Permit& permit,
                               Instant now);
  [[nodiscard]] ConcurrencyFinder::Refusal on_unstated(const Permit& permit, Instant now);
  void read_limits(const Permit& permit, const Feedback& feedback, Instant now);
  void settle_tokens(const Permit& permit, const Feedback& feedback, Instant now);
  void expect_concurrency();

  Limits limits_;
  Rng rng_;
  Instant now_;  // latest seen
  Axis requests_;
  Axis requests_daily_;
  std::array<Axis, token_axis_count> tokens_;
  TokenEstimate estimate_;
  ConcurrencyFinder finder_;
  std::optional<ConcurrencyFinder> finder_before_;  // as it was before the latest 503s
  Instant finder_kept_at_;
  Cooldown cooldown_;
  Breaker breaker_;
  RetryBudget retry_budget_;
  std::int64_t in_flight_ = 0;
  std::uint64_t granted_ = 0;
  std::optional<Shut> shut_;
  Binding held_by_;  // what the last refused acquire met
  Instant held_at_;
};

}  // namespace assay::pace
