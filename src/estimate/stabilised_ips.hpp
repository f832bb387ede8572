#pragma once

#include "estimate/figure.hpp"
#include "estimate/matrix.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::estimate {

// IPS under the weights of older scripts (stabilise.hpp: clipped at 20 nats, shifted by the 75th
// percentile when any ratio is large). Kept so that their users find their numbers; the shift
// multiplies the estimate by exp(-shift) and has no other meaning.
struct StabilisedIps {
  std::string policy;
  std::size_t n = 0;
  Figure shift = {};
  Figure estimate = {};
  Figure se = {};
};

// One per target, over its available rows that have a reward; `reward` has one entry per row.
[[nodiscard]] std::vector<StabilisedIps> stabilised_ips(
    const Matrix& matrix, std::span<const std::optional<double>> reward);

}  // namespace assay::estimate
