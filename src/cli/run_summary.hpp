#pragma once

// What a scoring run came to: counted while its results are joined, then shown to a person and to
// programs.

#include "cli/flag_tally.hpp"
#include "config/price_table.hpp"
#include "crawl/score_run.hpp"
#include "journal/results.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

// Over all rows under all policies, as results.jsonl has them.
class RunSummary {
 public:
  explicit RunSummary(std::vector<Policy> policies);

  // One cell of the join.
  void add(const journal::ResultRow& row);

  struct PolicyCounts {
    std::string name;
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
    std::uint64_t not_attempted = 0;
    std::array<std::uint64_t, 3> grades{};           // A, B, C; their sum is ok
    std::map<FailureClass, std::uint64_t> failures;  // their sum is failed
  };
  [[nodiscard]] const std::vector<PolicyCounts>& policies() const { return policies_; }
  [[nodiscard]] const FlagTally& flags() const { return flags_; }
  [[nodiscard]] std::uint64_t total() const;
  [[nodiscard]] std::uint64_t ok() const;
  [[nodiscard]] std::uint64_t failed() const;
  [[nodiscard]] std::uint64_t not_attempted() const;
  // Of answers that gave an outcome: each distinct one counted once. Empty when nothing was sent.
  [[nodiscard]] std::optional<Duration> latency_quantile(double share) const;

 private:
  std::vector<PolicyCounts> policies_;
  FlagTally flags_;
  // Latencies in buckets of 1/16 of a power of two of microseconds: 6 % wide, whatever the range.
  std::array<std::uint64_t, 40 * 16> latencies_{};
  std::uint64_t latencies_counted_ = 0;
};

// What the summary says beside what the run came to.
struct SummaryFrame {
  std::string run_directory;
  int exit_code = 0;
  bool unverified = false;  // a start of the run had no capability certificate
  config::Budget budget;
  std::vector<config::Quote> quotes;
  std::chrono::sys_days today;
  std::string go_on;  // the command that goes on; empty when nothing is left to do
};

// The final table, for stderr.
[[nodiscard]] std::string to_text(const RunSummary& summary,
                                  const crawl::RunReport& report,
                                  const SummaryFrame& frame);

// summary.json, with its newline.
[[nodiscard]] std::string to_json(const RunSummary& summary,
                                  const crawl::RunReport& report,
                                  const SummaryFrame& frame);

}  // namespace assay::cli
