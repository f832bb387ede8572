#include "report/html.hpp"
#include "report/pictures.hpp"
#include "report/sentences.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

#include <iterator>
#include <vector>

namespace assay::report {

namespace {

using namespace estimate;

constexpr double middle = 15;  // of a track 30 high

bool is_drawn(const Line& line, bool show_refused) {
  return line.estimate && line.interval && (!line.refused || show_refused);
}

// Plain importance sampling has the scale of the weights, not of the rewards: it would squeeze all
// other lines, so the axis does not follow it.
bool shapes_axis(const Line& line, bool show_refused) {
  return is_drawn(line, show_refused) && !line.refused && line.method != "ips";
}

Axis axis_of(const Findings& findings, bool show_refused) {
  std::vector<double> ends;
  for (const Line& line : findings.lines) {
    if (!shapes_axis(line, show_refused)) continue;
    ends.push_back(line.interval->low);
    ends.push_back(line.interval->high);
  }
  return axis_around(ends);
}

std::string track(const Line& line, const Axis& axis, bool show_refused) {
  const bool drawn = is_drawn(line, show_refused);
  Svg svg("track",
          2 * middle,
          drawn ? fmt::format("{}: {} {}",
                              title_of(line),
                              figure_text(line.estimate),
                              interval_text(line.interval))
                : fmt::format("{}: no number", title_of(line)));
  for (const double tick : ticks_of(axis)) {
    svg.line("grid", axis.at(tick), 0, axis.at(tick), 2 * middle);
  }
  if (drawn && line.interval->high >= axis.low && line.interval->low <= axis.high) {
    const char* calm = line.refused || line.compatibility ? "off" : "";
    svg.line(fmt::format("span {}", calm),
             axis.at(std::max(axis.low, line.interval->low)),
             middle,
             axis.at(std::min(axis.high, line.interval->high)),
             middle);
    if (axis.holds(*line.estimate)) svg.dot(calm, axis.at(*line.estimate), middle);
  }
  return std::move(svg).text();
}

std::string row(const Line& line, const Axis& axis, bool show_refused) {
  const bool hidden = line.refused && !show_refused;
  std::string number =
      hidden
          ? std::string("<span class=\"tag\">refused</span>")
          : fmt::format("<b>{}</b> {}", figure_text(line.estimate), interval_text(line.interval));
  if (line.refused && show_refused) number += " <span class=\"tag\">refused</span>";
  const std::string why =
      line.refused ? escaped(fmt::format("{}", fmt::join(line.reasons, "; "))) : std::string();
  return fmt::format(
      "<div class=\"row{}\" title=\"{}\"><div>{}{} <small>n {}</small></div>{}<div "
      "class=\"num\">{}</div></div>\n",
      line.refused ? " refused" : "",
      why,
      escaped(title_of(line)),
      line.compatibility && !line.refused ? " <span class=\"tag calm\">for comparison</span>" : "",
      count_text(line.n),
      track(line, axis, show_refused),
      number);
}

std::string verdict(const GateVerdict& gate) {
  std::string out;
  if (!gate.passes()) {
    out += "<div class=\"box bad\"><b>Weighting is refused for this policy.</b><ul>";
    for (const std::string& reason : gate.reasons) out += "<li>" + escaped(reason) + "</li>";
    out += "</ul></div>\n";
  }
  for (const std::string& remark : gate.remarks) {
    out += "<p class=\"faint\">Note: " + escaped(remark) + ".</p>\n";
  }
  return out;
}

std::string support_of(const Findings& findings, const PolicyFindings& policy, const Axis& axis) {
  const Recommendation& best = policy.recommendation;
  std::string out;
  if (best.line) {
    const Line& line = findings.lines[*best.line];
    out = fmt::format(
        "<div class=\"row\"><div><b>{}</b> <small>{}</small></div>{}<div class=\"num\"><b>{}</b> "
        "{}</div></div>\n",
        escaped(policy.policy),
        escaped(title_of(line)),
        track(line, axis, false),
        figure_text(line.estimate),
        interval_text(line.interval));
  } else {
    out = fmt::format(
        "<div class=\"row refused\"><div><b>{}</b></div><svg class=\"empty\"></svg>"
        "<div class=\"num\"><span class=\"tag\">refused</span></div></div>\n",
        escaped(policy.policy));
  }
  out += "<p class=\"faint why\">" + escaped(best.why) + ".</p>\n";
  for (const std::string& help : best.would_help) {
    out += "<p class=\"why\">Would help: " + escaped(help) + ".</p>\n";
  }
  if (policy.plan) {
    out += "<p class=\"why\">Plan: " + escaped(plan_sentence(*policy.plan)) + ".</p>\n";
  }
  return out;
}

}  // namespace

std::string recommended_plot(const Findings& findings) {
  std::vector<double> ends;
  for (const PolicyFindings& policy : findings.policies) {
    if (!policy.recommendation.line) continue;
    const Line& line = findings.lines[*policy.recommendation.line];
    ends.push_back(line.interval->low);
    ends.push_back(line.interval->high);
  }
  const Axis axis = axis_around(ends);
  std::string out;
  for (const PolicyFindings& policy : findings.policies) out += support_of(findings, policy, axis);
  if (!ends.empty()) out += "<div class=\"axis\">" + tick_row(axis) + "</div>\n";
  return out;
}

std::string forest_plot(const Findings& findings, bool show_refused) {
  const Axis axis = axis_of(findings, show_refused);
  std::string out;
  for (std::size_t i = 0; i < findings.figures.policies.size(); ++i) {
    const std::string& policy = findings.figures.policies[i].policy;
    fmt::format_to(std::back_inserter(out), "<h3>{}</h3>\n", escaped(policy));
    for (const Line& line : findings.lines) {
      if (line.policy == policy) out += row(line, axis, show_refused);
    }
    out += "<div class=\"axis\">" + tick_row(axis) + "</div>\n" +
           verdict(findings.policies[i].weights);
  }
  return out;
}

}  // namespace assay::report
