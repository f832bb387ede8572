#include "monitor/load_step.hpp"
#include "monitor/milliseconds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::monitor {
namespace {

constexpr double width = 720;
constexpr double height = 420;
constexpr double plot_left = 70;
constexpr double plot_right = width - 20;
constexpr double plot_top = 40;
constexpr double plot_bottom = height - 50;

// Throughput to the right, latency upwards by powers of ten.
struct Scale {
  double rate_max = 1;
  double decade_min = 0;
  double decade_max = 1;

  [[nodiscard]] double x(double rate) const {
    return plot_left + (plot_right - plot_left) * rate / rate_max;
  }
  [[nodiscard]] double y(double ms) const {
    const double share = (std::log10(ms) - decade_min) / (decade_max - decade_min);
    return plot_bottom - (plot_bottom - plot_top) * share;
  }
};

bool is_shown(const LoadFigures& step) {
  return step.rate && step.latency && step.latency->p50 > Duration{};
}

Scale scale_of(std::span<const LoadFigures> steps) {
  double least = 1e9;
  double greatest = 1e-3;
  Scale scale;
  for (const LoadFigures& step : steps) {
    if (!is_shown(step)) continue;
    scale.rate_max = std::max(scale.rate_max, 1.1 * *step.rate);
    least = std::min(least, milliseconds(step.latency->p50));
    greatest = std::max(greatest, milliseconds(step.latency->p99));
  }
  if (least > greatest) return scale;
  scale.decade_min = std::floor(std::log10(least));
  scale.decade_max = std::max(scale.decade_min + 1, std::ceil(std::log10(greatest)));
  return scale;
}

std::string text(double x, double y, const char* anchor, const std::string& words) {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)"
                     "\n",
                     x,
                     y,
                     anchor,
                     words);
}

std::string axes(const Scale& scale) {
  std::string out;
  for (double decade = scale.decade_min; decade <= scale.decade_max; ++decade) {
    const double y = scale.y(std::pow(10, decade));
    out += fmt::format(R"(<path d="M{:.1f} {:.1f}H{:.1f}" stroke="#ddd"/>)"
                       "\n",
                       plot_left,
                       y,
                       plot_right);
    out += text(plot_left - 8, y + 4, "end", fmt::format("{:g} ms", std::pow(10, decade)));
  }
  for (int tick = 0; tick <= 4; ++tick) {
    const double rate = scale.rate_max * tick / 4;
    out += text(scale.x(rate), plot_bottom + 20, "middle", fmt::format("{:.0f}/s", rate));
  }
  return out + text((plot_left + plot_right) / 2, height - 10, "middle", "answers a second");
}

// A line through the closed steps, in the order they were taken; a ring for each open one.
std::string curve(std::span<const LoadFigures> steps,
                  const Scale& scale,
                  Duration Percentiles::* percentile,
                  const char* colour) {
  std::string path;
  std::string points;
  for (const LoadFigures& step : steps) {
    if (!is_shown(step)) continue;
    const double x = scale.x(*step.rate);
    const double y = scale.y(milliseconds((*step.latency).*percentile));
    const bool is_closed = step.kind == LoadKind::closed;
    if (is_closed) path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y);
    points += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}" stroke="{}"/>)"
                          "\n",
                          x,
                          y,
                          is_closed ? colour : "#fff",
                          colour);
  }
  return fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="2"/>)"
                     "\n",
                     path,
                     colour) +
         points;
}

}  // namespace

std::string load_picture(std::span<const LoadFigures> steps) {
  const Scale scale = scale_of(steps);
  std::string out = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:.0f} {1:.0f}" font-family="sans-serif" font-size="12">)"
      "\n"
      R"(<rect width="{0:.0f}" height="{1:.0f}" fill="#fff"/>)"
      "\n",
      width,
      height);
  out += text(plot_left,
              22,
              "start",
              "Latency from when a request was due: median (blue) and 99 % (red); "
              "closed load filled, open load hollow");
  out += axes(scale);
  out += curve(steps, scale, &Percentiles::p50, "#06c");
  out += curve(steps, scale, &Percentiles::p99, "#c22");
  const LoadFindings found = findings_of(steps);
  if (found.knee && is_shown(steps[*found.knee])) {
    const LoadFigures& knee = steps[*found.knee];
    out += text(scale.x(*knee.rate),
                scale.y(milliseconds(knee.latency->p50)) + 18,
                "middle",
                fmt::format("knee: {:.0f} in flight", knee.asked));
  }
  return out + "</svg>\n";
}

}  // namespace assay::monitor
