#pragma once

// The canaries of a run's earlier sessions, found again in its journal.

#include "assay/content_key.hpp"
#include "crawl/canary_schedule.hpp"
#include "crawl/run_spec.hpp"
#include "journal/record.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::crawl {

// Canaries of earlier sessions under one policy.
struct CanaryPast {
  struct Value {
    std::uint32_t canary;
    double nats;
    std::int64_t tokens;
  };
  std::vector<Value> first;  // the first value of each that has one
  std::uint32_t rounds = 0;  // the next round's number
};

// The policies that canaries watch: a replicate is the same model as its first.
[[nodiscard]] std::vector<std::uint32_t> watched_policies(const RunSpec& spec);

// Told every canary record, in the journal's order. The spec must outlive it.
class CanaryHistory {
 public:
  explicit CanaryHistory(const RunSpec& spec);

  void add(const journal::ScoreRecord& record);
  [[nodiscard]] std::vector<CanaryPast> result() && { return std::move(past_); }  // by policy

 private:
  void expect(std::uint32_t rounds);
  [[nodiscard]] std::optional<CanaryCall> find(const journal::ScoreRecord& record) const;

  const RunSpec& spec_;
  std::vector<CanaryPast> past_;
  std::map<std::pair<std::string, std::uint64_t>, std::uint32_t> records_;  // by policy and canary
  std::uint32_t rounds_ = 0;  // of the run that are known of so far
  std::multimap<ContentKey, CanaryCall> expected_;
  std::uint32_t expected_rounds_ = 0;  // those that are in expected_
};

}  // namespace assay::crawl
