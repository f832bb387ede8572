#pragma once

#include "stats/defined.hpp"

#include <cstdint>
#include <span>

namespace assay::stats {

// Standard error of the mean of `influence` whose rows are independent only between clusters
// (CRV1): T_g = sum of the centred rows of cluster g, itself centred;
// var = G/(G-1) sum T_g^2 / n^2. `cluster` numbers each row's cluster, from 0, `clusters` in all;
// those without rows do not count. Undefined for fewer than two clusters.
// Source: cje.md 6.8.
[[nodiscard]] Figure cluster_error(std::span<const double> influence,
                                   std::span<const std::uint32_t> cluster,
                                   std::size_t clusters);

// How many different clusters there are.
[[nodiscard]] std::size_t cluster_count(std::span<const std::uint32_t> cluster);

// Delete-a-group jackknife variance of K replicates: (K-1)/K sum (psi_k - mean)^2.
[[nodiscard]] double jackknife_variance(std::span<const double> replicates);

}  // namespace assay::stats
