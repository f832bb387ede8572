#pragma once

#include "estimate/calibration.hpp"
#include "estimate/figure.hpp"
#include "estimate/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::estimate {

// How far a policy's own judge scores leave the range in which the calibration was learnt. Source:
// cje.md 7, "boundary card".
enum class BoundaryStatus : std::uint8_t { ok, caution, refuse_level };
[[nodiscard]] std::string_view name_of(BoundaryStatus status);  // "OK", "CAUTION", "REFUSE-LEVEL"

struct Boundary {
  BoundaryStatus status = BoundaryStatus::ok;
  std::size_t n = 0;               // judged draws
  Figure below = {};               // share of draws below every labelled judge score
  Figure above = {};               // and above
  Figure saturation = {};          // share of calibrated values within 5 % of the map's ends
  Figure identified_width = {};    // what the draws outside could move the mean by
  std::optional<double> gap = {};  // |DR - IPS| where both were computed
};

inline constexpr double boundary_outside_max = 0.05;
inline constexpr double boundary_saturation_max = 0.20;
inline constexpr double boundary_gap_max = 0.10;

[[nodiscard]] Boundary boundary_of(const Calibration& calibration,
                                   const ResponseTable& draws,
                                   std::optional<double> dr_ips_gap);

}  // namespace assay::estimate
