#pragma once

// The join of a data set with a run's journal: every row under every policy, in data-set order,
// exactly once. Fixed memory plus a few bits per item; the data set is read twice, and no record
// goes to a text that was changed in between.
//
// Of the records of one content key the last proved one counts, else the last failure. Rows with
// equal keys share one record; what it cost (all records of the key together) stands on the first
// of these rows, and 0 on the others, so that sums over rows are true. attempts and latency_ms
// describe the record and are repeated.

#include "assay/result.hpp"
#include "assay/sample.hpp"
#include "journal/external_sort.hpp"
#include "journal/key_shelf.hpp"
#include "journal/record.hpp"
#include "journal/storage.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace assay::journal {

// One column of the join: a policy and the method its content keys are made with.
struct ScoredPolicy {
  Policy policy;
  Method method = Method::echo;
};

struct ResultsRequest {
  std::filesystem::path run;
  SampleSource* samples = nullptr;  // rewound before each pass
  std::vector<ScoredPolicy> policies;
  // Why an item without a record has none.
  Failure not_attempted{FailureClass::cancelled, "not reached before the run stopped"};
  // Whether results.jsonl and results.csv have a line for a failed row, too; failures.jsonl and the
  // counts have it either way.
  enum class Failed : std::uint8_t { shown, left_out };
  Failed failed = Failed::shown;
  SortOptions sort = {};
  // Of the samples under these policies in this order, filled; outlives the join. Without, and
  // where it is of others, keys are made.
  const KeyShelf* keys = nullptr;
};

enum class ResultStatus : std::uint8_t { ok, failed, not_attempted };
[[nodiscard]] std::string_view name_of(ResultStatus status);

// One sample under one policy. Everything is valid during the callback only.
struct ResultRow {
  const Row* row = nullptr;  // a good sample or a bad row
  std::size_t policy = 0;    // index into the request's policies
  ResultStatus status = ResultStatus::not_attempted;
  const ScoreRecord* record = nullptr;  // none when not attempted, or for a bad row
  const Failure* failure = nullptr;     // set unless ok
  const ContentKey* key = nullptr;      // none for a bad row
  NanoUsd cost;                         // 0 unless this row paid
};

struct ResultCounts {
  std::uint64_t rows = 0;  // samples x policies = ok + failed + not_attempted
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_attempted = 0;
  std::uint64_t bad_rows = 0;  // of the data set; each is `failed` under every policy
  friend bool operator==(const ResultCounts&, const ResultCounts&) = default;
};

// Streams the join. The callback may end it with an Error.
// Errors: Errc::damaged, Errc::io, Errc::input (the data set changed meanwhile, too), and what the
// callback gave.
[[nodiscard]] Result<ResultCounts> for_each_result(
    Storage& storage,
    const ResultsRequest& request,
    const std::function<Status(const ResultRow&)>& take);

// Writes results.jsonl, failures.jsonl (its rows that are not ok) and results.csv into `folder`,
// each whole or not at all, and gives each row to `also`, if set, on the way. Source of the names:
// design.md, section 4.
[[nodiscard]] Result<ResultCounts> write_results(
    Storage& storage,
    const ResultsRequest& request,
    const std::filesystem::path& folder,
    const std::function<Status(const ResultRow&)>& also = {});

// One line of results.jsonl and one of results.csv, each with its end.
void append_result(
    std::string& json, std::string& csv, const ResultRow& row, const Policy& policy, Method method);
[[nodiscard]] std::string_view result_csv_header();

}  // namespace assay::journal
