#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace assay::estimate {

// How many weights lie in each half decade of w = exp(l), for a picture; one axis for all policies,
// so that they can be held side by side. The end bins take what lies beyond.
struct WeightHistogram {
  static constexpr int decade_low = -20;
  static constexpr int decade_high = 10;
  static constexpr std::size_t bins = 2 * (decade_high - decade_low);
  std::array<std::size_t, bins> counts{};
  std::size_t below = 0;  // of the first bin, those beyond its lower edge
  std::size_t above = 0;  // of the last bin, those beyond its upper edge
};
[[nodiscard]] WeightHistogram weight_histogram(std::span<const double> log_ratio);

}  // namespace assay::estimate
