#pragma once

// What a run is to do: plain values, all of them checked. Made by load() in load.hpp; never changed
// afterwards.

#include "assay/money.hpp"
#include "assay/policy.hpp"
#include "assay/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::config {

// A limit that is either given, or found out: from the provider's headers, by AIMD, from the
// machine.
struct AutoCount {
  std::optional<std::int64_t> fixed;  // empty: "auto"
  friend bool operator==(const AutoCount&, const AutoCount&) = default;
};

// Both ends included.
struct ScoreRange {
  double low = 0;
  double high = 1;
  friend bool operator==(const ScoreRange&, const ScoreRange&) = default;
};

// What the journal keeps of an answer. Source: design.md, section 4.
enum class Detail : std::uint8_t { minimal, standard, detailed, debug };

// A final failure of one item: mark its row as failed and go on, end the run with it, or go on and
// leave the row out of results.jsonl and results.csv (failures.jsonl and every count have it).
enum class OnFailure : std::uint8_t { mark, fail_fast, skip };

// A row of the data set that cannot be used: refuse the data set before anything is sent, or
// mark the row as `invalid_input` and go on.
enum class BadRows : std::uint8_t { refuse, mark };
enum class Http : std::uint8_t { automatic, http1, http2 };
enum class Compression : std::uint8_t { none, gzip };  // of answers

// Whether a pinned set of texts is scored again and again during a run, to notice another model.
enum class Canaries : std::uint8_t {
  automatic,  // "auto": in runs whose endpoints hold a capability certificate
  always,
  never,
};

struct Run {
  std::string dir;  // the run directory; empty when nobody named one
  std::uint64_t seed = 0;
  Detail detail = Detail::standard;
  OnFailure on_failure = OnFailure::mark;
  double max_failure_rate = 0;  // of the items; more is exit code 3
  AutoCount loops;              // event loops; auto: one per core
  bool unverified = false;      // no capability certificate is asked for, and everybody is told
  Canaries canaries = Canaries::automatic;
  std::int64_t canary_items = 0;  // at the latest after so many items,
  Duration canary_interval{};     // and after so much time
};

struct Data {
  // Files or directories in order, as given; relative ones to the working directory. "-" is stdin.
  std::vector<std::string> paths;
  std::string format;  // a name of dataset::Format, "auto" by default
  BadRows bad_rows = BadRows::refuse;
  std::optional<ScoreRange> score_range;  // of judge scores and labels; empty: any finite number
};

// Per endpoint; `fixed` is never below 1.
struct Limits {
  AutoCount requests_per_minute;
  AutoCount tokens_per_minute;
  AutoCount input_tokens_per_minute;
  AutoCount input_tokens_per_second;
  AutoCount requests_per_day;
  AutoCount concurrency;
};

struct Endpoint {
  std::string name;
  std::string dialect;
  std::string base_url;  // checked (base_url.hpp); without a slash at its end

  // Where the key is; at most one is not empty. None: requests carry no key.
  std::string api_key_env;
  std::string api_key_file;
  std::string api_key_command;

  std::string ca_file;          // PEM; added to the system's trust store
  Http http = Http::automatic;  // automatic: HTTP/2 where the server offers it
  Compression compression = Compression::none;
  Limits limits;
  std::int64_t prompts_per_request = 1;

  // Per million tokens; both or neither. An unknown price is not zero.
  std::optional<NanoUsd> input_usd_per_million;
  std::optional<NanoUsd> output_usd_per_million;
  [[nodiscard]] std::optional<Price> price() const;
};

// A chat template of the user's own: every field is text, and the meaning of each is that of the
// field of the same name in wire::Template.
struct ChatTemplate {
  std::string name;
  std::string bos, head, opening, end_of_turn, between;
  std::string system_prefix, system_suffix, system_default;
  std::string user_prefix, user_suffix;
  std::string assistant_prefix, assistant_suffix;
  std::string system_place;  // "block", "first_user", "last_user", "nowhere"
  std::string trim;          // "messages" or "nothing"
};

// Caps of the run or of a policy; absent: no cap. Money, tokens and requests over all sessions of a
// run, however they ended; time of each session.
struct Budget {
  std::optional<NanoUsd> usd;
  std::optional<std::int64_t> tokens;
  std::optional<std::int64_t> requests;
  std::optional<Duration> wall;
  friend bool operator==(const Budget&, const Budget&) = default;
};

// The policy as core knows it. `weights` is always filled; `revision` only says how it was named
// when nobody declared it.
struct Policy : assay::Policy {
  std::string revision;
  Budget budget;                           // what this policy may take of the run's
  std::optional<std::int64_t> replicates;  // how often each row is scored; once when not stated
};

// What results call the further scores of a policy: "base.r1", "base.r2" and so on.
[[nodiscard]] std::string replicate_name(std::string_view policy, std::uint32_t replicate);

// Deadlines on the monotonic clock. Source and reasons: reliability.md, "Retry, time-outs,
// breaker".
struct Network {
  Duration connect{};
  Duration handshake{};
  Duration first_byte{};
  Duration between_bytes{};
  Duration total{};
  std::int64_t connections_max = 0;  // open at once, over all endpoints
};

struct Retry {
  std::int64_t attempts = 0;  // of one item in total, the first included
  Duration row_deadline{};    // from an item's first attempt to its last
};

struct Config {
  Run run;
  Data data;
  std::vector<Endpoint> endpoints;
  std::vector<Policy> policies;  // each followed by its replicates, which are policies as well
  std::vector<ChatTemplate> templates;
  std::string logging_policy;  // empty when not stated
  Budget budget;
  Network network;
  Retry retry;

  // nullptr when there is none of that name.
  [[nodiscard]] const Endpoint* endpoint(std::string_view name) const;
  [[nodiscard]] const Policy* policy(std::string_view name) const;
};

[[nodiscard]] std::string_view name_of(Detail detail);
[[nodiscard]] std::string_view name_of(OnFailure on_failure);
[[nodiscard]] std::string_view name_of(Http http);
[[nodiscard]] std::string_view name_of(Compression compression);
[[nodiscard]] std::string_view name_of(BadRows bad_rows);
[[nodiscard]] std::string_view name_of(Canaries canaries);

}  // namespace assay::config
