#pragma once

#include "stats/defined.hpp"
#include "stats/interval.hpp"

#include <expected>
#include <span>

namespace assay::stats {

// Intervals from bootstrap replicates. Source: statistics.md 9 (Efron 1987).
// Undefined below two replicates; BCa also when all of `left_out` are equal or the estimate lies
// beyond all replicates.
struct BootstrapIntervals {
  std::expected<Interval, Undefined> percentile = std::unexpected(Undefined{"not computed"});
  std::expected<Interval, Undefined> basic = std::unexpected(Undefined{"not computed"});
  std::expected<Interval, Undefined> bca = std::unexpected(Undefined{"not computed"});
  Figure se = {};  // sd of the replicates
};

// `left_out`: the estimate without each row or group in turn, for BCa's acceleration.
[[nodiscard]] BootstrapIntervals bootstrap_intervals(double estimate,
                                                     std::span<const double> replicates,
                                                     std::span<const double> left_out,
                                                     double level = 0.95);

}  // namespace assay::stats
