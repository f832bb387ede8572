#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

namespace assay::report {

namespace {

using namespace estimate;

const char* shade_of(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::pass:
      return "good";
    case AuditVerdict::fail:
      return "badly";
    case AuditVerdict::inconclusive:
    case AuditVerdict::not_graded:
    case AuditVerdict::not_checked:
      return "faint";
  }
  return "";
}

const char* shade_of(BoundaryStatus status) {
  switch (status) {
    case BoundaryStatus::ok:
      return "good";
    case BoundaryStatus::caution:
      return "faint";
    case BoundaryStatus::refuse_level:
      return "badly";
  }
  return "";
}

std::string share_cell(const Figure& share) {
  return share ? percent_text(*share) : std::string("-");
}

std::string audit_row(const PolicyFindings& policy) {
  const TransportAudit& audit = policy.audit;
  return fmt::format(
      "<tr><td>{}</td><td class=\"text {}\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "</tr>\n",
      escaped(policy.policy),
      shade_of(audit.verdict),
      name_of(audit.verdict),
      count_text(audit.n),
      figure_text(audit.offset),
      interval_text(audit.interval),
      audit.margin ? number_text(*audit.margin) : std::string("-"));
}

std::string card_row(const PolicyFindings& policy) {
  const Boundary& card = *policy.boundary;
  return fmt::format(
      "<tr><td>{}</td><td class=\"text {}\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "<td>{}</td></tr>\n",
      escaped(policy.policy),
      shade_of(card.status),
      name_of(card.status),
      share_cell(card.below),
      share_cell(card.above),
      share_cell(card.saturation),
      figure_text(card.identified_width),
      card.gap ? number_text(*card.gap) : std::string("-"));
}

std::string refusals(const PolicyFindings& policy) {
  if (policy.direct.passes()) return "";
  std::string out = fmt::format(
      "<div class=\"box bad\"><b>{}: the calibrated direct estimate is refused.</b><ul>",
      escaped(policy.policy));
  for (const std::string& reason : policy.direct.reasons) out += "<li>" + escaped(reason) + "</li>";
  return out + "</ul></div>\n";
}

}  // namespace

std::string transport_section(const Findings& findings) {
  if (!findings.calibration) return "";
  std::string audits;
  std::string cards;
  std::string boxes;
  for (const PolicyFindings& policy : findings.policies) {
    audits += audit_row(policy);
    if (policy.boundary) cards += card_row(policy);
    boxes += refusals(policy);
  }
  std::string out =
      "<h3>Transport audit: labels of each policy's own responses, less the calibration</h3>\n"
      "<div class=\"scroll\"><table><tr><th>policy</th><th class=\"text\">verdict</th>"
      "<th>labels</th><th>offset</th><th>interval</th><th>margin</th></tr>\n" +
      audits + "</table></div>\n";
  if (!cards.empty()) {
    out +=
        "<h3>Boundary card: judge scores outside what was labelled</h3>\n<div class=\"scroll\">"
        "<table><tr><th>policy</th><th class=\"text\">status</th><th>below</th><th>above</th>"
        "<th>at the ends</th><th>could move the mean by</th><th>DR less IPS</th></tr>\n" +
        cards + "</table></div>\n";
  }
  return out + boxes;
}

}  // namespace assay::report
