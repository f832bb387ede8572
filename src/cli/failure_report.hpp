#pragma once

// What `assay failures` says: a run's failed rows by cause, and whether missing rows differ from
// the others.

#include "journal/results.hpp"
#include "stats/defined.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

// The rows of one failure class.
struct FailureGroup {
  FailureClass cls = FailureClass::invalid_output;
  std::uint64_t rows = 0;
  std::uint64_t sent = 0;         // of rows: something was sent for them
  std::optional<WallTime> first;  // when the outcome was known; absent where the journal kept none
  std::optional<WallTime> last;
  std::string example_id;  // of the first row
  std::string example_reason;
  NanoUsd spent;      // billed for them
  NanoUsd unknown;    // may have been
  TokenCount tokens;  // billed for them
};

class FailureReport {
 public:
  explicit FailureReport(std::vector<std::string> policies);

  void add(const journal::ResultRow& row);

  // Largest first.
  [[nodiscard]] std::vector<FailureGroup> groups() const;
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }
  [[nodiscard]] std::uint64_t not_attempted() const { return not_attempted_; }

  struct PolicyShare {
    std::string policy;
    std::uint64_t failed = 0;
    std::uint64_t ok = 0;
  };
  // Are failures related to policy or response length? Rows that are no sample, and rows that were
  // not attempted, say nothing here.
  struct Selection {
    std::vector<PolicyShare> policies;
    stats::Figure policy_p;    // that the share of failures does not depend on the policy
    double median_failed = 0;  // bytes of the response, within a tenth
    double median_ok = 0;
    stats::Figure length_p;  // that failed responses are as long as the others
  };
  [[nodiscard]] Selection selection() const;

 private:
  // Bytes in bins that grow by 2^(1/4), to 16 MiB.
  static constexpr std::size_t length_bins = 4 * 24 + 1;
  using Lengths = std::array<std::uint64_t, length_bins>;

  std::vector<std::string> policies_;
  std::vector<std::uint64_t> failed_of_;
  std::vector<std::uint64_t> ok_of_;
  std::map<FailureClass, FailureGroup> groups_;
  Lengths failed_lengths_{};
  Lengths ok_lengths_{};
  std::uint64_t rows_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t not_attempted_ = 0;
};

// What can be done about a class: whether the same request may work later, why, and one command.
struct Advice {
  bool retry_helps = false;
  std::string why;      // a sentence
  std::string command;  // `run` in it is the run directory
};
[[nodiscard]] Advice advice_for(FailureClass cls, const std::string& run);

[[nodiscard]] std::string to_text(const FailureReport& report, const std::string& run);
[[nodiscard]] std::string to_json(const FailureReport& report, const std::string& run);

}  // namespace assay::cli
