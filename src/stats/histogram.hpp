#pragma once

#include "stats/defined.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace assay::stats {

// Equal bins over [low, high]; a value on an inner edge belongs to the upper bin, `high` to the
// last. Edges are low + i * ((high - low) / bins), rounded as written.
class Bins {
 public:
  Bins(double low, double high, std::size_t count);

  // Weight per bin, as differences of the running sum over ascending values; empty `weights` are
  // ones. Values outside are left out.
  [[nodiscard]] std::vector<double> masses(std::span<const double> values,
                                           std::span<const double> weights = {}) const;

 private:
  std::vector<double> edges_;
};

// Bhattacharyya coefficient of two samples, sum sqrt(p q) over `bins` equal bins of their joint
// range; 1 when all values are equal. Undefined when a side is empty or has no weight.
[[nodiscard]] Figure bhattacharyya(std::span<const double> a,
                                   std::span<const double> b,
                                   std::span<const double> weights_b = {},
                                   std::size_t bins = 20);

}  // namespace assay::stats
