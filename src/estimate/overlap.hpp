#pragma once

// Does the logged data cover what the target policy does?

#include "estimate/cases.hpp"
#include "estimate/matrix.hpp"
#include "estimate/weights.hpp"

#include <span>

namespace assay::estimate {

// Target-typicality coverage: the share of logged rows whose surprisal under the target, per unit
// of length, is at most the self-normalised weighted 0.9 quantile. Source: cje.md 7.
// Lengths are positive; all spans have one length.
[[nodiscard]] Figure typicality_coverage(std::span<const double> surprisal,
                                         std::span<const double> length,
                                         std::span<const double> shifted_weight);

// The unit that a length is counted in.
enum class LengthUnit : std::uint8_t { chars, tokens };

// TTC of a policy's cases: by tokens where asked and given for every case, else undefined.
[[nodiscard]] Figure typicality_of(const Matrix& matrix,
                                   const ScoreColumn& target,
                                   const Cases& cases,
                                   std::span<const double> shifted_weight,
                                   LengthUnit unit);

// Judge-space Bhattacharyya affinity of the logged rows with the same rows weighted.
[[nodiscard]] Figure judge_affinity_weighted(const Matrix& matrix,
                                             const Cases& cases,
                                             const Weights& weights);

// The same with fresh draws of the target; `rows` are the complete ones.
[[nodiscard]] Figure judge_affinity_fresh(const Matrix& matrix,
                                          std::span<const std::size_t> rows,
                                          const Draws& draws);

}  // namespace assay::estimate
