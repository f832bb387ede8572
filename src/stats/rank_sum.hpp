#pragma once

#include "stats/defined.hpp"

#include <cstdint>
#include <span>

namespace assay::stats {

// The Wilcoxon-Mann-Whitney test that two samples come from one distribution, on counts per ordered
// bin, so that samples of any size take fixed memory; values of one bin are ties. Two-sided p by
// the normal approximation, corrected for ties; undefined when a sample is empty or all values are
// tied. For values as they are: two_samples.hpp.
[[nodiscard]] Figure rank_sum_p(std::span<const std::uint64_t> first,
                                std::span<const std::uint64_t> second);

}  // namespace assay::stats
