#include "report/html.hpp"
#include "report/pictures.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

#include <iterator>

namespace assay::report {

namespace {

std::string latency_cell(const LatencyTally& latency, double share) {
  const auto value = latency.quantile(share);
  return value ? to_text(*value) : std::string("-");
}

std::string failure_text(const PolicyTally& tally) {
  std::string out;
  for (const auto& [name, count] : tally.failures) {
    fmt::format_to(std::back_inserter(out),
                   "{}{} {}",
                   out.empty() ? "" : ", ",
                   count_text(count),
                   escaped(name));
  }
  return out.empty() ? "none" : out;
}

std::string policy_row(const PolicyTally& tally) {
  return fmt::format(
      "<tr><td>{}</td><td>{}</td><td>{} / {} / {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "<td>{}</td><td>{}</td></tr>\n",
      escaped(tally.policy),
      count_text(tally.ok),
      count_text(tally.grades[0]),
      count_text(tally.grades[1]),
      count_text(tally.grades[2]),
      count_text(tally.failed),
      count_text(tally.not_attempted),
      escaped(to_text(tally.cost)),
      latency_cell(tally.latency, 0.5),
      latency_cell(tally.latency, 0.9),
      latency_cell(tally.latency, 0.99));
}

}  // namespace

std::string run_section(const RunTally& run) {
  std::string out = fmt::format(
      "<p>{} rows under {} policies, {} in all{}.</p>\n",
      count_text(run.rows),
      run.policies.size(),
      escaped(to_text(run.cost())),
      run.bad_rows > 0
          ? fmt::format(", {} rows of the data set could not be read", count_text(run.bad_rows))
          : "");
  if (!run.sealed) {
    out +=
        "<div class=\"box\">The journal is not sealed: the run did not end by itself, or is "
        "still going on.</div>\n";
  }
  out +=
      "<div class=\"scroll\"><table><tr><th>policy</th><th>scored</th><th>grade A / B / C</th>"
      "<th>failed</th><th>not attempted</th><th>cost</th><th>latency, median</th>"
      "<th>90 %</th><th>99 %</th></tr>\n";
  for (const PolicyTally& tally : run.policies) out += policy_row(tally);
  out += "</table></div>\n<h3>Failures by class</h3>\n<ul>";
  for (const PolicyTally& tally : run.policies) {
    fmt::format_to(
        std::back_inserter(out), "<li>{}: {}</li>", escaped(tally.policy), failure_text(tally));
  }
  return out + "</ul>\n";
}

}  // namespace assay::report
