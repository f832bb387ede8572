#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::stats {

// MT19937 as the array library's legacy generator seeds and samples it: kept so that shuffled folds
// of other tools can be met exactly. Not for anything new; core/rng.hpp is.
// Source: cje.md 6.9, "Legacy RandomState facts"; Matsumoto & Nishimura 1998.
class LegacyRandom {
 public:
  explicit LegacyRandom(std::uint32_t seed);
  std::uint32_t next();
  // Uniform on [0, bound_included], by rejection under the smallest covering mask.
  std::uint32_t upto(std::uint32_t bound_included);

 private:
  void refill();
  std::array<std::uint32_t, 624> state_;
  std::size_t used_ = 624;
};

// KFold(folds, shuffle=True) over rows 0..n-1: the fold of each row. Rows are shuffled from the end
// (Fisher-Yates); the first n mod folds folds get one row more.
[[nodiscard]] std::vector<std::uint32_t> shuffled_folds(std::size_t n,
                                                        std::uint32_t folds,
                                                        std::uint32_t seed);

}  // namespace assay::stats
