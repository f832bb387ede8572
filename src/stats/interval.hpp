#pragma once

#include <cstddef>
#include <optional>

namespace assay::stats {

struct Interval {
  double low;
  double high;
  [[nodiscard]] bool contains(double value) const { return low <= value && value <= high; }
  [[nodiscard]] double half_width() const { return (high - low) / 2; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// centre +- quantile * error; Student's when degrees of freedom are given, else normal.
[[nodiscard]] Interval interval_around(double centre,
                                       double error,
                                       std::optional<double> degrees_of_freedom = std::nullopt,
                                       double level = 0.95);

// Wilson's score interval for `hits` of `trials`; trials > 0.
[[nodiscard]] Interval wilson(std::size_t hits, std::size_t trials, double level = 0.95);

}  // namespace assay::stats
