#include "estimate/weight_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace assay::estimate {

WeightHistogram weight_histogram(std::span<const double> log_ratio) {
  WeightHistogram histogram;
  for (const double l : log_ratio) {
    const double decade = l / std::numbers::ln10;
    if (decade < WeightHistogram::decade_low) ++histogram.below;
    if (decade >= WeightHistogram::decade_high) ++histogram.above;
    const double place = std::floor(2 * (decade - WeightHistogram::decade_low));
    const double last = static_cast<double>(WeightHistogram::bins - 1);
    ++histogram.counts[static_cast<std::size_t>(std::clamp(place, 0.0, last))];
  }
  return histogram;
}

}  // namespace assay::estimate
