#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/sentences.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

#include <optional>

namespace assay::report {

namespace {

using namespace estimate;

std::string p_cell(std::optional<double> p) {
  return p ? fmt::format("{:.3g}", *p) : std::string("-");
}

std::string pair_row(const Comparison& pair) {
  return fmt::format(
      "<tr><td>{} less {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
      escaped(pair.policy),
      escaped(pair.other),
      figure_text(pair.difference),
      interval_text(pair.interval),
      p_cell(pair.p),
      p_cell(pair.p_holm),
      p_cell(pair.p_bh));
}

std::string pairs_by(const Findings& findings, std::string_view method, std::string_view heading) {
  std::string rows;
  for (const Comparison& pair : findings.comparisons) {
    if (pair.method == method) rows += pair_row(pair);
  }
  if (rows.empty()) return rows;
  return fmt::format(
      "<h3>{}</h3>\n<div class=\"scroll\"><table><tr><th>pair</th><th>difference</th><th>95 % "
      "interval</th><th>p</th><th>p, Holm</th><th>p, Benjamini-Hochberg</th></tr>\n{}</table>"
      "</div>\n",
      heading,
      rows);
}

}  // namespace

std::string disagreement_section(const Findings& findings) {
  std::string out;
  for (const Disagreement& found : findings.disagreements) {
    out += "<div class=\"box bad\">" + escaped(found.text) + ".</div>\n";
  }
  return out;
}

std::string comparison_section(const Findings& findings, bool show_refused) {
  std::string out = pairs_by(findings, "difference", "By labels of their own responses");
  out +=
      pairs_by(findings, "direct", "By the judge, if the calibration holds equally well on both");
  for (const PairBounds& pair : findings.pair_bounds) {
    if (pair.refused && !show_refused) continue;
    out += "<p class=\"faint\">SNIPS of " + escaped(pair_bounds_sentence(pair)) + ".</p>\n";
  }
  for (const NotCompared& left : findings.not_compared) {
    out += fmt::format("<div class=\"box\"><b>{}</b> is not ranked: {}.</div>\n",
                       escaped(left.policy),
                       escaped(left.reason));
  }
  return out;
}

}  // namespace assay::report
