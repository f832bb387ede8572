#include "report/html.hpp"
#include "report/pictures.hpp"
#include "report/sections.hpp"
#include "report/sentences.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

namespace assay::report {

namespace {

using namespace estimate;

std::string views(const Findings& findings, bool show_refused) {
  std::string out;
  for (const PolicyFindings& policy : findings.policies) {
    const auto said = missing_sentences(policy.missing, policy.weights.passes() || show_refused);
    if (said.empty()) continue;
    out += "<h3>" + escaped(policy.policy) + "</h3>\n<ul>";
    for (const std::string& sentence : said) out += "<li>" + escaped(sentence) + "</li>";
    out += "</ul>\n";
  }
  return out;
}

std::string rate_row(const std::string& name, const MissingRate& rate, const std::string& p) {
  return fmt::format(
      "<tr><td>{}: {}</td><td>{} of {}</td><td>{}</td><td>{} to {}</td><td>{}</td></tr>\n",
      escaped(name),
      escaped(rate.level),
      count_text(rate.missing),
      count_text(rate.missing + rate.observed),
      percent_text(rate.rate),
      percent_text(rate.wilson.low),
      percent_text(rate.wilson.high),
      p);
}

std::string covariate_rows(const CovariateCheck& check) {
  const std::string p = check.p_holm ? fmt::format("{:.2g}", *check.p_holm) : std::string("-");
  std::string out;
  for (const MissingRate& rate : check.levels) {
    out += rate_row(check.name, rate, out.empty() ? p : std::string());
  }
  if (check.test) return out;
  return fmt::format("<tr><td>{}</td><td colspan=\"3\">{}</td><td>{}</td></tr>\n",
                     escaped(check.name),
                     check.standardised_difference
                         ? fmt::format("incomplete less complete: {:+.2f} standard deviations",
                                       *check.standardised_difference)
                         : std::string("no spread to compare"),
                     p);
}

std::string report_of(const MissingnessReport& report) {
  std::string out = "<h3>Does it go with anything we can see?</h3>\n<p class=\"faint\">" +
                    escaped(missingness_sentences(report).front()) +
                    ".</p>\n<div class=\"scroll\"><table><tr><th>rows</th><th>incomplete</th>"
                    "<th>rate</th><th>Wilson, 95 %</th><th>p, Holm</th></tr>\n";
  for (const CovariateCheck& check : report.covariates) out += covariate_rows(check);
  return out + "</table></div>\n";
}

}  // namespace

std::string missing_section(const Findings& findings, bool show_refused) {
  std::string out = missing_plot(findings) + views(findings, show_refused);
  if (findings.missingness) out += report_of(*findings.missingness);
  return out;
}

}  // namespace assay::report
