#include "report/html.hpp"
#include "report/pictures.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <vector>

namespace assay::report {

namespace {

using namespace estimate;

constexpr std::array<const char*, 5> shades{"s0", "s1", "s2", "s3", "s4"};
constexpr std::array<const char*, 5> colours{"--b", "--c", "--bad", "--d", "--faint"};

// A shade per reason; from the fifth on they share the last.
std::map<std::string, std::size_t> shade_of_reasons(const Findings& findings) {
  std::map<std::string, std::size_t> shade;
  for (const CellCount& cells : findings.cells) {
    for (const auto& entry : cells.missing) {
      shade.try_emplace(entry.first, std::min(shade.size(), shades.size() - 1));
    }
  }
  return shade;
}

std::string missing_bar(const CellCount& cells,
                        const std::map<std::string, std::size_t>& shade,
                        std::size_t rows) {
  const double unit = 1000.0 / static_cast<double>(std::max<std::size_t>(1, rows));
  Svg svg("track", 30, fmt::format("{} of {} present", cells.present, rows));
  double x = unit * static_cast<double>(cells.present);
  svg.rect("soft", 0, 8, x, 14);
  for (const auto& [label, count] : cells.missing) {
    const double wide = std::max(2.0, unit * static_cast<double>(count));
    svg.rect(shades[shade.at(label)], std::min(x, 1000 - wide), 8, wide, 14);
    x += unit * static_cast<double>(count);
  }
  return std::move(svg).text();
}

constexpr double map_height = 400;
constexpr std::size_t dots_max = 60;  // more of them hide the line

// Scores and labels lie in [0, 1] as a rule; then that is the whole axis.
Axis unit_axis(std::span<const double> values) {
  const Axis unit{0, 1};
  const bool fits = std::ranges::all_of(values, [&](double v) { return unit.holds(v); });
  return fits ? unit : axis_around(values);
}

}  // namespace

std::string missing_plot(const Findings& findings) {
  const auto shade = shade_of_reasons(findings);
  const std::size_t rows = findings.figures.n_rows;
  std::string out;
  for (const CellCount& cells : findings.cells) {
    fmt::format_to(
        std::back_inserter(out),
        "<div class=\"row bar\"><div>{}</div>{}<div class=\"num\"><b>{}</b> of {}</div></div>\n",
        escaped(cells.policy),
        missing_bar(cells, shade, rows),
        count_text(cells.present),
        count_text(rows));
  }
  out += "<p class=\"key\"><span><i style=\"background:var(--soft)\"></i>present</span>";
  for (const auto& [label, index] : shade) {
    fmt::format_to(std::back_inserter(out),
                   "<span><i style=\"background:var({})\"></i>{}</span>",
                   colours[index],
                   escaped(label));
  }
  return out + "</p>\n";
}

std::string calibration_plot(const Calibration& calibration) {
  std::vector<double> scores;
  std::vector<double> levels;
  for (const auto& knot : calibration.map.knots()) {
    scores.push_back(knot.x);
    levels.push_back(knot.y);
  }
  const Axis across = unit_axis(scores);
  const Axis up = unit_axis(levels);
  auto height_of = [&](double level) { return map_height * (1 - up.at(level) / 1000); };
  Svg svg("map", map_height, "calibration curve: judge score to expected label");
  for (const double tick : ticks_of(across)) {
    svg.line("grid", across.at(tick), 0, across.at(tick), map_height);
  }
  std::string labels;
  for (const double tick : ticks_of(up)) {
    svg.line("grid", 0, height_of(tick), 1000, height_of(tick));
    fmt::format_to(std::back_inserter(labels),
                   "<span class=\"up\" style=\"top:{:.2f}%\">{:.3g}</span>",
                   100 * height_of(tick) / map_height,
                   tick);
  }
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    x.push_back(across.at(scores[i]));
    y.push_back(height_of(levels[i]));
    if (scores.size() <= dots_max) svg.dot("", x.back(), y.back());
  }
  svg.polyline("curve", x, y);
  return fmt::format(
      "<div class=\"plot\"><div style=\"position:relative\">{}</div>{}</div>\n<div class=\"plot\">"
      "{}</div>\n<p class=\"faint\">Across: judge score. Upwards: expected label.</p>\n",
      std::move(svg).text(),
      labels,
      tick_row(across));
}

}  // namespace assay::report
