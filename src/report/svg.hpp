#pragma once

// Pictures as inline SVG without any text in them: words stand in the page around, so that they
// keep their size when a picture is stretched to the width of a phone or a sheet.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::report {

// A linear axis. `at` gives the place of a value in [0, 1000], the width of every picture.
struct Axis {
  double low = 0;
  double high = 1;
  [[nodiscard]] double at(double value) const;
  [[nodiscard]] bool holds(double value) const { return low <= value && value <= high; }
};

// An axis around all `values`, with room at both ends and round limits; [0, 1] when there are none.
[[nodiscard]] Axis axis_around(std::span<const double> values);

// Round numbers on an axis, four to seven of them.
[[nodiscard]] std::vector<double> ticks_of(const Axis& axis);

// A picture 1000 wide and `height` high that stretches to its box.
class Svg {
 public:
  // `title` is what a screen reader says, and what the mouse shows. `name` is the CSS class.
  Svg(std::string_view name, double height, std::string_view title);

  Svg& line(std::string_view name, double x1, double y1, double x2, double y2);
  Svg& dot(std::string_view name, double x, double y);  // round whatever the stretch
  Svg& rect(std::string_view name, double x, double y, double width, double height);
  Svg& polyline(std::string_view name, std::span<const double> x, std::span<const double> y);
  [[nodiscard]] std::string text() &&;

 private:
  std::string out_;
};

// The row of numbers below a picture.
[[nodiscard]] std::string tick_row(const Axis& axis);

}  // namespace assay::report
