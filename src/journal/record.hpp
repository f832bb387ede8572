#pragma once

// What a journal holds: one struct per record type, as values. How they are written is codec.hpp's
// business; FORMAT.md describes the bytes.

#include "assay/content_key.hpp"
#include "assay/outcome.hpp"
#include "assay/time.hpp"
#include "core/exchange.hpp"
#include "journal/run_id.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::journal {

// How much of an outcome is kept. Each level holds what the one before it holds.
enum class Detail : std::uint8_t {
  minimal,   // the outcome with its certificate, attempts, endpoint, model, cost
  standard,  // + latency, usage, time of day
  detailed,  // + token log-probs, token texts, the error of each failed attempt
  debug,     // + the answer's raw body
};
[[nodiscard]] std::string_view name_of(Detail detail);
[[nodiscard]] std::optional<Detail> detail_of(std::string_view name);

// The header line of a segment. The appender writes it; nobody queues one.
struct RunRecord {
  // The segment that this one follows: how many of its bytes are valid, and the sum of the last
  // valid line. What stands behind those bytes is void.
  struct Previous {
    std::uint64_t segment = 0;
    std::uint64_t bytes = 0;
    std::uint64_t sum = 0;
    friend bool operator==(const Previous&, const Previous&) = default;
  };
  RunId run;
  std::uint64_t segment = 0;  // from 1, as in the file's name
  ContentKey config_digest;
  ContentKey data_digest;
  std::optional<Previous> previous;  // none in the first segment
  std::string version;               // of the program that opened the segment
  WallTime time{};
  friend bool operator==(const RunRecord&, const RunRecord&) = default;
};

// One point on the axes of a budget.
struct BudgetPoint {
  NanoUsd money;
  TokenCount tokens;  // input and output together
  std::int64_t requests = 0;
  friend bool operator==(const BudgetPoint&, const BudgetPoint&) = default;
};

// How an outcome was come by, and what it cost.
struct Delivery {
  std::uint32_t attempts = 0;       // requests sent for it by this process; 0: never sent
  std::string endpoint;             // name of the one that gave the outcome; empty: none was asked
  std::string model;                // as the answer names it; empty: not reported
  std::optional<Duration> latency;  // of the attempt that gave the outcome
  BudgetPoint charged;              // reported as billed, over all attempts
  BudgetPoint unknown;              // worst case of attempts whose fate is unknown
  Usage usage;                      // as the provider reports it for the last attempt
  WallTime time{};                  // when the outcome was known
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

// Of the response's tokens, the provider's own text: each a JSON array as it stood in the answer,
// already validated. Empty: not kept.
struct TokenDetail {
  std::string logprobs;  // [-0.53,-1.25e-05,...]
  std::string texts;     // ["The"," cat",...]
  std::string offsets;   // [112,115,...]
  friend bool operator==(const TokenDetail&, const TokenDetail&) = default;
};

// An attempt that failed before the one that gave the outcome.
struct AttemptError {
  Failure failure;
  std::string endpoint;
  std::optional<Duration> latency;
  friend bool operator==(const AttemptError&, const AttemptError&) = default;
};

// The outcome of scoring one distinct piece of work.
struct ScoreRecord {
  ContentKey key;
  std::uint64_t row = 0;  // the first row that asked
  std::string policy;     // the policy under which it asked
  Purpose purpose = Purpose::score;
  Method method = Method::echo;  // of the proof, or of what failed
  Outcome outcome;
  Delivery delivery;
  TokenDetail tokens;                // detailed
  std::vector<AttemptError> errors;  // detailed
  std::string body;                  // debug: raw bytes of the last answer
  friend bool operator==(const ScoreRecord&, const ScoreRecord&) = default;
};

// A generated text, or why there is none.
struct TextRecord {
  ContentKey key;
  std::uint64_t row = 0;
  std::string policy;
  std::uint32_t replicate = 0;
  std::expected<std::string, Failure> text;
  std::string finish_reason;  // as the provider says it; empty: not reported
  Delivery delivery;
  std::vector<AttemptError> errors;
  std::string body;
  friend bool operator==(const TextRecord&, const TextRecord&) = default;
};

// A judge's number for one response, or why there is none.
struct JudgementRecord {
  ContentKey key;
  std::uint64_t row = 0;
  std::string policy;  // whose response was judged
  std::string judge;
  std::expected<double, Failure> value;  // finite
  Delivery delivery;
  std::vector<AttemptError> errors;
  std::string body;
  friend bool operator==(const JudgementRecord&, const JudgementRecord&) = default;
};

// Absent: no cap on that axis.
struct BudgetCap {
  std::optional<NanoUsd> money;
  std::optional<TokenCount> tokens;
  std::optional<std::int64_t> requests;
  friend bool operator==(const BudgetCap&, const BudgetCap&) = default;
};

// Marks of a budget, all cumulative over the whole run. `leased` is the high-water mark up to which
// spending may go before another lease is durable: after a crash it counts as spent until records
// prove less.
struct BudgetMarks {
  std::string account;  // whose: "" for the run as a whole, else a policy's name
  BudgetPoint leased;
  BudgetPoint spent;
  BudgetPoint unknown;           // worst case of requests whose fate is unknown; never given back
  BudgetPoint reserved;          // worst case of those in flight when this was written
  std::optional<BudgetCap> cap;  // in force then; absent: written before marks stated one
  WallTime time{};
  friend bool operator==(const BudgetMarks&, const BudgetMarks&) = default;
};
struct LeaseRecord {  // durable before the spending it covers
  BudgetMarks marks;
  friend bool operator==(const LeaseRecord&, const LeaseRecord&) = default;
};
struct SettleRecord {  // what has been spent up to here
  BudgetMarks marks;
  friend bool operator==(const SettleRecord&, const SettleRecord&) = default;
};

// Something worth keeping that is no measurement: why a run stopped, what a repair lost.
struct NoteRecord {
  std::string topic;  // a stable word: "stopped", "repaired", "disk_full"
  std::string text;
  WallTime time{};
  friend bool operator==(const NoteRecord&, const NoteRecord&) = default;
};

// A clean end. The appender writes it; nobody queues one.
struct SealRecord {
  std::uint64_t records = 0;  // lines of the run before this one, headers included
  std::uint64_t sum = 0;      // of the line before this one
  WallTime time{};
  friend bool operator==(const SealRecord&, const SealRecord&) = default;
};

using Record = std::variant<RunRecord,
                            ScoreRecord,
                            TextRecord,
                            JudgementRecord,
                            LeaseRecord,
                            SettleRecord,
                            NoteRecord,
                            SealRecord>;

// "run", "score", "text", "judgement", "lease", "settle", "note", "seal"; in Record's order.
inline constexpr std::size_t record_type_count = std::variant_size_v<Record>;
[[nodiscard]] std::string_view type_name(std::size_t index);
[[nodiscard]] std::string_view type_name(const Record& record);

// About what the record occupies in memory, for the queue's bound.
[[nodiscard]] std::size_t bytes_of(const Record& record);

}  // namespace assay::journal
