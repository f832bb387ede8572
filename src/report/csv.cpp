#include "report/csv.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace assay::report {

namespace {

using namespace estimate;

void append_number(std::string& out, std::optional<double> value) {
  out += ',';
  if (value) append_json_number(out, *value);
}

std::optional<double> value_of(const Figure& figure) {
  if (!figure) return std::nullopt;
  return *figure;
}

void append_line(std::string& out, const Line& line, bool recommended, bool show_refused) {
  const bool hidden = line.refused && !show_refused;
  out += fmt::format("{},{},{},{},{},{}",
                     csv_field(line.policy),
                     csv_field(line.method),
                     csv_field(line.reward),
                     csv_field(line.rows),
                     line.n,
                     line.refused    ? "refused"
                     : line.estimate ? "ok"
                                     : "undefined");
  append_number(out, hidden ? std::nullopt : value_of(line.estimate));
  append_number(out, hidden ? std::nullopt : value_of(line.se));
  const bool bounded = line.interval && !hidden;
  append_number(out, bounded ? std::optional(line.interval->low) : std::nullopt);
  append_number(out, bounded ? std::optional(line.interval->high) : std::nullopt);
  append_number(out, hidden ? std::nullopt : line.df);
  out += ',' + csv_field(line.error);
  out += recommended ? ",true" : ",false";
  out += line.compatibility ? ",true," : ",false,";
  out += csv_field(fmt::format("{}", fmt::join(line.reasons, "; "))) + ',';
  out += csv_field(fmt::format("{}", fmt::join(line.remarks, "; ")));
  out += '\n';
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string field;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    field += '\'';
  }
  field += text;
  if (field.find_first_of(",\"\n\r") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string to_csv(const Findings& findings, bool show_refused) {
  std::string out =
      "policy,method,reward,rows,n,status,estimate,se,ci_low,ci_high,df,error_by,recommended,"
      "compatibility,reasons,remarks\n";
  std::vector<bool> recommended(findings.lines.size());
  for (const PolicyFindings& policy : findings.policies) {
    if (policy.recommendation.line) recommended[*policy.recommendation.line] = true;
  }
  for (std::size_t i = 0; i < findings.lines.size(); ++i) {
    append_line(out, findings.lines[i], recommended[i], show_refused);
  }
  return out;
}

}  // namespace assay::report
