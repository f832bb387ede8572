#pragma once

// How much of a weight is the provider's noise: what a perfect copy of the logging policy would
// show. Source: cje.md 10; a log-ratio with normal noise of variance s2 inflates the weights'
// second moment by exp(s2), so that ESS alone falls to exp(-s2).

#include "estimate/figure.hpp"
#include "estimate/matrix.hpp"

#include <cstddef>
#include <string>

namespace assay::estimate {

struct Noise {
  Figure variance = {};      // of one log-ratio, nats squared
  Figure ess_fraction = {};  // of a clone with this noise
  std::size_t rows = 0;      // that were scored more than once, or of the twin
  std::string twin = {};     // the policy that stood in for replicates; empty: replicates
};

// From rows scored repeatedly, else from a target that is the logging policy measured again
// (agreement.hpp), else undefined. A target scored once is taken to be as noisy as the base.
[[nodiscard]] Noise noise_of(const Matrix& matrix, const ScoreColumn& target);

}  // namespace assay::estimate
