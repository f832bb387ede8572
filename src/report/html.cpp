#include "report/html.hpp"

#include "core/printable.hpp"
#include "report/pictures.hpp"
#include "report/sections.hpp"
#include "report/style.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

#include <iterator>

namespace assay::report {

namespace {

using namespace estimate;

constexpr std::size_t text_bytes_max = 2000;  // of one text from the data

std::string head(const Context& context) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>Assay: {}</title>\n<style>{}</style></head>\n<body>\n",
      escaped(context.source),
      style_sheet);
}

void append_fact(std::string& out, std::string_view name, std::string_view value) {
  fmt::format_to(std::back_inserter(out),
                 "<div><b>{}</b><small>{}</small></div>",
                 escaped(value),
                 escaped(name));
}

std::string opening(const Findings& findings, const Context& context) {
  const ClosedForm& figures = findings.figures;
  std::string out = fmt::format(
      "<h1>What the policies are worth</h1>\n<p class=\"faint\">{}</p>\n<div class=\"facts\">",
      escaped(context.source));
  append_fact(out, "logged rows", count_text(figures.n_rows));
  append_fact(out, "complete for all policies", count_text(figures.n_complete_case));
  append_fact(out, "labelled", count_text(figures.n_labelled));
  append_fact(out, "logging policy", context.logging_policy);
  append_fact(out,
              "log-probabilities",
              context.provenance == "recorded" ? "recorded, not proved" : "measured, proved");
  out += "</div>\n";
  if (!context.announcements.empty()) {
    out += "<ul class=\"faint\">";
    for (const std::string& text : context.announcements) out += "<li>" + escaped(text) + "</li>";
    out += "</ul>\n";
  }
  return out;
}

std::string warnings(const Findings& findings) {
  std::string out;
  for (const Warning& warning : findings.warnings) {
    out += "<div class=\"box\">" + escaped(warning.text) + ".</div>\n";
  }
  return out;
}

void append_section(std::string& out,
                    std::string_view title,
                    std::string_view lead,
                    const std::string& body) {
  if (body.empty()) return;
  fmt::format_to(std::back_inserter(out),
                 "<section><h2>{}</h2>\n<p class=\"faint\">{}</p>\n{}</section>\n",
                 title,
                 lead,
                 body);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text, text_bytes_max)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string to_html(const Findings& findings, const Context& context) {
  std::string out = head(context) + opening(findings, context);
  append_section(out,
                 "Methods disagree",
                 "By more than their joint error: at least one rests on something that does not "
                 "hold.",
                 disagreement_section(findings));
  append_section(out,
                 "What the evidence supports",
                 "For each policy the estimate that assumes least, with its 95 % interval.",
                 recommended_plot(findings));
  append_section(out,
                 "All estimates",
                 "Mean reward of each policy with its 95 % interval. Where the weights cannot be "
                 "believed no number is shown.",
                 forest_plot(findings, context.show_refused));
  append_section(out,
                 "Policies held against each other",
                 "On the same prompts, with paired errors.",
                 comparison_section(findings, context.show_refused));
  append_section(out, "Warnings", "What a reader must know of these data.", warnings(findings));
  append_section(out,
                 "How many rows the weights are worth",
                 "Effective rows as a share of all; below the dashed line (30 %) an estimate from "
                 "weights is refused.",
                 ess_ladder(findings));
  append_section(out,
                 "Weights",
                 "How often the policy would have given each logged response, relative to the "
                 "logging policy. Each bar is half a decade; the dashed line is 1.",
                 weight_plot(findings));
  if (findings.calibration) {
    append_section(out,
                   "Calibration",
                   fmt::format("What a judge score stood for on {} labelled rows, as an increasing "
                               "map.",
                               count_text(findings.calibration->labelled)),
                   calibration_plot(*findings.calibration));
  }
  append_section(out,
                 "Can the calibration be carried over?",
                 "It was learnt on responses of the logging policy.",
                 transport_section(findings));
  append_section(out,
                 "Missing log-probabilities",
                 "A missing value is never replaced by a number.",
                 missing_section(findings, context.show_refused));
  if (context.run) append_section(out, "The run", "", run_section(*context.run));
  fmt::format_to(std::back_inserter(out),
                 "<footer><small>assay {}. Natural logarithms; how an error was made "
                 "stands in the JSON report.</small></footer>\n</body></html>\n",
                 escaped(context.version));
  return out;
}

}  // namespace assay::report
