#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay::stats {

// Positions of the values in ascending order; ties, of -0 and 0 too, keep their order. No NaN.
// Cost: linear from some thousand values on.
[[nodiscard]] std::vector<std::size_t> ascending_order(std::span<const double> values);

}  // namespace assay::stats
