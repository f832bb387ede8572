#pragma once

// The direct estimate with the error of its calibration: prompts get Poisson(1) counts, jointly for
// labels and draws, and the map is fitted anew each time. Source: cje.md 6.10; Poisson counts
// instead of drawing with replacement (Hanley & MacGibbon 2006), because every estimate is a ratio
// of sums and one pass over the prompts is then enough.

#include "core/rng.hpp"
#include "estimate/calibration.hpp"
#include "estimate/matrix.hpp"
#include "stats/bootstrap.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace assay::estimate {

struct DirectBootstrap {
  std::string policy;
  double estimate = 0;
  stats::BootstrapIntervals intervals;
  std::vector<double> replicates;  // paired over policies: replicate b is of the same prompts
};

struct BootstrapOptions {
  std::size_t replicates = 2000;
  std::uint64_t seed = 42;
};

// One result for the logging policy (of its logged responses), then one per target that has judged
// fresh draws; nothing without calibration or targets. Cost: replicates times rows.
[[nodiscard]] std::vector<DirectBootstrap> direct_bootstrap(const Matrix& matrix,
                                                            const BootstrapOptions& options = {});

}  // namespace assay::estimate
