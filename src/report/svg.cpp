#include "report/svg.hpp"

#include "report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace assay::report {

namespace {

constexpr double drawing_width = 1000;

// 1, 2 or 5 times a power of ten, at least `step`.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::string tick_text(double value) {
  // What rounding leaves of zero is zero.
  return fmt::format("{:.4g}", std::abs(value) < 1e-12 ? 0.0 : value);
}

}  // namespace

double Axis::at(double value) const {
  return drawing_width * (value - low) / (high - low);
}

Axis axis_around(std::span<const double> values) {
  if (values.empty()) return {};
  const auto [least, most] = std::ranges::minmax(values);
  const double spread = std::max(most - least, 0.02 * std::max(1.0, std::abs(most)));
  const double step = round_step(spread / 8);
  return {step * std::floor((least - spread / 20) / step),
          step * std::ceil((most + spread / 20) / step)};
}

std::vector<double> ticks_of(const Axis& axis) {
  const double step = round_step((axis.high - axis.low) / 6);
  std::vector<double> ticks;
  for (double k = std::ceil(axis.low / step - 1e-9); k * step <= axis.high + step * 1e-9; ++k) {
    ticks.push_back(k * step);
  }
  return ticks;
}

Svg::Svg(std::string_view name, double height, std::string_view title) {
  out_ = fmt::format(
      "<svg class=\"{}\" viewBox=\"0 0 1000 {:g}\" preserveAspectRatio=\"none\" role=\"img\">"
      "<title>{}</title>",
      name,
      height,
      escaped(title));
}

Svg& Svg::line(std::string_view name, double x1, double y1, double x2, double y2) {
  fmt::format_to(std::back_inserter(out_),
                 "<line class=\"{}\" x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" y2=\"{:.2f}\"/>",
                 name,
                 x1,
                 y1,
                 x2,
                 y2);
  return *this;
}

Svg& Svg::dot(std::string_view name, double x, double y) {
  // A line of no length with round ends; its stroke does not stretch with the picture.
  return line(fmt::format("dot {}", name), x, y, x, y);
}

Svg& Svg::rect(std::string_view name, double x, double y, double wide, double high) {
  fmt::format_to(
      std::back_inserter(out_),
      "<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"/>",
      name,
      x,
      y,
      wide,
      high);
  return *this;
}

Svg& Svg::polyline(std::string_view name, std::span<const double> x, std::span<const double> y) {
  fmt::format_to(std::back_inserter(out_), "<polyline class=\"{}\" points=\"", name);
  for (std::size_t i = 0; i < x.size(); ++i) {
    fmt::format_to(std::back_inserter(out_), "{:.2f},{:.2f} ", x[i], y[i]);
  }
  out_ += "\"/>";
  return *this;
}

std::string Svg::text() && {
  return std::move(out_) + "</svg>";
}

std::string tick_row(const Axis& axis) {
  std::string out = "<div class=\"ticks\" aria-hidden=\"true\">";
  for (const double tick : ticks_of(axis)) {
    fmt::format_to(std::back_inserter(out),
                   "<span style=\"left:{:.2f}%\">{}</span>",
                   axis.at(tick) / 10,
                   tick_text(tick));
  }
  return out + "</div>";
}

}  // namespace assay::report
