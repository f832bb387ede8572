#pragma once

#include "estimate/matrix.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace assay::estimate {

// On how many rows two policies have the same log-probability to the last bit.
struct Agreement {
  std::size_t both = 0;  // rows that hold both
  std::size_t equal = 0;
  [[nodiscard]] double share() const {
    return static_cast<double>(equal) / static_cast<double>(both);
  }
};
[[nodiscard]] Agreement agreement_of(const ScoreColumn& a, const ScoreColumn& b);

// Where a larger share agrees to the last bit, the two are one model, measured twice at most.
inline constexpr double twin_share_min = 0.5;

// The first target that is the logging policy measured again: most of its values agree to the last
// bit, but not all. Its log-ratios are noise and nothing else.
[[nodiscard]] const ScoreColumn* noise_twin(const Matrix& matrix);

}  // namespace assay::estimate
