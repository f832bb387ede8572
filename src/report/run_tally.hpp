#pragma once

// What a run did, counted row by row from its journal: outcomes, grades, failures, cost, latency.

#include "assay/failure.hpp"
#include "assay/money.hpp"
#include "assay/outcome.hpp"
#include "assay/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::report {

// Latencies in bins that grow by 2^(1/8), so that quantiles are within 5 % in 2.5 KB, however many.
class LatencyTally {
 public:
  void add(Duration latency);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  // Empty when nothing was added; `share` in [0, 1].
  [[nodiscard]] std::optional<Duration> quantile(double share) const;

 private:
  static constexpr std::size_t bins_per_octave = 8;
  static constexpr std::size_t bin_count = 38 * bins_per_octave;  // 1 us to 3 days
  std::array<std::uint64_t, bin_count> bins_{};
  std::uint64_t count_ = 0;
};

struct PolicyTally {
  std::string policy;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_attempted = 0;
  std::uint64_t attempts = 0;  // over distinct work: rows that share an answer count it once
  std::array<std::uint64_t, 3> grades{};               // A, B, C
  std::map<std::string, std::uint64_t> failures = {};  // by class
  NanoUsd cost = {};
  LatencyTally latency = {};
};

struct RunTally {
  std::string directory;
  bool sealed = false;  // the run ended cleanly
  std::uint64_t rows = 0;
  std::uint64_t bad_rows = 0;
  std::vector<PolicyTally> policies = {};
  [[nodiscard]] NanoUsd cost() const;
};

}  // namespace assay::report
