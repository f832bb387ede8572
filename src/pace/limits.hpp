#pragma once

#include "assay/money.hpp"
#include "assay/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace assay::pace {

// Every bound of this room, each with its reason. Source where none is given: reliability.md,
// "Retry, time-outs, breaker".
struct Limits {
  // Of one dispatcher. An item in hand costs about 200 bytes here, and its text in the loop.
  std::size_t items_held_max = 32'768;  // 10,000 in flight, all failed at once, still leave room
  // The journal's queue: full means no new sends. What is in flight counts, since it ends there.
  std::size_t records_unsynced_max = 16'384;

  // Of one request that holds several prompts, in bound tokens, which are bytes: its answer is some
  // twenty times as long and still fits the longest body a client takes.
  TokenCount request_tokens_max{256 * 1024};

  // So many items in a row that cost more than is left of a cap: the rest will, too.
  int passed_over_max = 256;

  // Retry. The first sending is attempt 1.
  int attempts_max = 5;            // passing failures
  int malformed_attempts_max = 3;  // framing and JSON errors: twice again, then the answer is so
  int distrust_attempts_max = 2;   // an answer that cannot be trusted: once again
  int sends_max = 25;              // in total, those that do not count as attempts included
  // Sendings of an item that met a connection that broke under several go out again at once up to
  // here, then after delays that grow: a server that breaks each after some answers is not to be
  // fed at full speed.
  int broken_sends_max = 5;
  Duration delay_min = std::chrono::milliseconds(50);  // no hot loop, whatever a server says
  Duration delay_first = std::chrono::milliseconds(500);
  Duration delay_first_refused = std::chrono::seconds(1);  // 429 without a hint
  Duration delay_max = std::chrono::seconds(60);
  double hint_jitter = 0.10;  // a hint is a floor: 0 to 10 % later, so that callers do not herd
  Duration hint_max = std::chrono::seconds(120);     // beyond: the row waits alone
  Duration row_deadline = std::chrono::minutes(15);  // from an item's first sending
  int first_failures_max = 20;  // the same permanent failure on the first rows, in a row

  // Retries of one endpoint: at most this share of the successes of the last minute, but always
  // some.
  double retry_share = 0.5;
  std::int64_t retry_floor_per_second = 10;

  // Breaker of one endpoint.
  Duration breaker_span = std::chrono::seconds(10);
  int breaker_answers_min = 20;
  double breaker_failure_share = 0.5;
  int breaker_connects_max = 5;  // connect or TLS failures in a row
  // A connection that breaks under many requests counts once; where breaks take so many times what
  // is answered, each request counts, since each may have to be paid for.
  std::int64_t breaker_lost_per_answer = 2;
  Duration probe_interval = std::chrono::seconds(2);
  double probe_jitter = 0.1;  // either way
  Duration unavailable_after = std::chrono::minutes(10);

  // An item of a cross-check is sent for good after this long, compared or not.
  Duration comparison_max = std::chrono::seconds(30);

  // Concurrency found by probing (finder.hpp).
  std::int64_t concurrency_max = 10'000;

  // Limits. A request may overtake another on its way by this much, and a wake-up be late by as
  // much: paced requests keep that distance from the provider's limit.
  Duration arrival_jitter = std::chrono::milliseconds(50);
  // What a sliding or fixed window of the provider must be longer in our book than in its own:
  // spread of the way there (0.4 % of a minute; the goal is 99 %).
  Duration window_slack = std::chrono::milliseconds(240);

  // Leases of money (ledger.hpp): share of the cap made durable ahead of spending. Small loses
  // little in a crash, large waits less for the disk; it doubles up to the maximum when sending
  // had to wait.
  double lease_share = 0.01;
  double lease_share_max = 0.04;
};

// What is known about one endpoint before the first request. An absent limit is learnt from the
// provider's headers, or found.
struct EndpointTerms {
  std::optional<std::int64_t> requests_per_minute{};
  std::optional<std::int64_t> requests_per_day{};
  std::optional<std::int64_t> tokens_per_minute{};  // input and output together
  std::optional<std::int64_t> input_tokens_per_minute{};
  std::optional<std::int64_t> input_tokens_per_second{};
  std::optional<std::int64_t> concurrency{};
  // How much the provider is known to take at once beyond the even pace. Absent: as little as its
  // headers show, else nothing.
  std::optional<std::int64_t> requests_burst{};
  std::optional<std::int64_t> tokens_burst{};
};

}  // namespace assay::pace
