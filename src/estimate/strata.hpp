#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace assay::estimate {

// Rows of like value: up to `wanted` strata of about equal size, equal values together, numbered
// from 0 ascending. A remainder under half a stratum joins the last one.
[[nodiscard]] std::vector<std::uint32_t> strata_of(std::span<const double> values,
                                                   std::size_t wanted);

}  // namespace assay::estimate
