#pragma once

// The neighbouring tool's second kind of calibration: judge score to a smooth index, the index to
// its rank, the rank to the expected label by an increasing map. Kept for comparison only: on real
// data it falls where the judge score rises. Source: cje.md 6.3 (two_stage, auto).

#include "estimate/frame.hpp"
#include "estimate/matrix.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace assay::estimate {

// Fewer labels are mapped by the increasing map alone.
inline constexpr std::size_t two_stage_rows_min = 20;

// As cross_fit(), with maps tabulated at every judge score of the logged rows and the draws: they
// must not be asked elsewhere. Empty when cross_fit() is.
[[nodiscard]] std::optional<CrossFit> two_stage_fit(const Matrix& matrix);

// What the neighbouring tool's mode "auto" takes: two stages when their error out of fold is lower
// by more than its standard error, or lower in two of three thirds of the scores (no tolerance).
enum class CalibrationMode : std::uint8_t { monotone, two_stage };
[[nodiscard]] std::string_view name_of(CalibrationMode mode);
[[nodiscard]] CalibrationMode automatic_mode(const Matrix& matrix,
                                             const CrossFit& monotone,
                                             const CrossFit& two_stage);

}  // namespace assay::estimate
