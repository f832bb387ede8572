#include "report/table.hpp"

#include "report/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay::report {

namespace {

using namespace estimate;

constexpr std::size_t name_width_max = 32;

// Text with escape sequences where the terminal takes them.
class Ink {
 public:
  explicit Ink(Colour colour) : on_(colour == Colour::ansi) {}
  [[nodiscard]] std::string strong(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return wrap("31", text); }
  [[nodiscard]] std::string warn(std::string_view text) const { return wrap("33", text); }

 private:
  [[nodiscard]] std::string wrap(const char* code, std::string_view text) const {
    if (!on_) return std::string(text);
    return fmt::format("\033[{}m{}\033[0m", code, text);
  }
  bool on_;
};

// Breaks at spaces; every line but the first starts with `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 100) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (column > indent && column + 1 + end > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

void append_heading(std::string& out,
                    const Findings& findings,
                    const Context& context,
                    const Ink& ink) {
  const ClosedForm& figures = findings.figures;
  fmt::format_to(
      std::back_inserter(out), "{}  {}\n", ink.strong("Estimates"), name_text(context.source, 200));
  fmt::format_to(
      std::back_inserter(out),
      "{} logged rows of '{}', {} labelled, {} complete; log-probabilities {}\n",
      count_text(figures.n_rows),
      name_text(context.logging_policy, name_width_max),
      count_text(figures.n_labelled),
      count_text(figures.n_complete_case),
      context.provenance == "recorded" ? "recorded (not proved)" : "measured and proved");
  for (const std::string& text : context.announcements) {
    out += ink.faint("  " + wrapped(name_text(text, 400), 2)) + "\n";
  }
}

void append_line(std::string& out, const Line& line, bool show_refused, const Ink& ink) {
  const bool hidden = line.refused && !show_refused;
  const std::string text = fmt::format("    {:<34} {:>9}  {:>9}  {:<22}",
                                       title_of(line),
                                       count_text(line.n),
                                       hidden ? "refused" : figure_text(line.estimate),
                                       hidden ? "" : interval_text(line.interval));
  std::string remark;
  if (line.refused && show_refused) remark = " refused";
  if (!line.refused && line.compatibility) remark = " for comparison";
  const std::string trimmed = text.substr(0, text.find_last_not_of(' ') + 1);
  out += (line.refused ? ink.bad(trimmed + remark) : trimmed + ink.faint(remark)) + "\n";
}

void append_weight_health(std::string& out, const PolicyView& view, const Ink& ink) {
  const CaseView& best = view.available_case ? *view.available_case : view.complete_case;
  const WeightSummary& weights = best.no_clip.weights;
  if (weights.n == 0) return;
  const std::string tail = weights.hill_infinite ? "infinite"
                           : weights.hill_k5pct  ? fmt::format("{:.2f}", *weights.hill_k5pct)
                                                 : "-";
  const std::string text =
      fmt::format("weights worth {:.1f} of {} rows ({}), largest holds {}, tail index {}",
                  *weights.ess,
                  count_text(weights.n),
                  percent_text(*weights.ess_fraction),
                  percent_text(*weights.max_weight_share),
                  tail);
  out += "    " + ink.faint(text) + "\n";
}

void append_notes(std::string& out,
                  std::string_view word,
                  const std::vector<std::string>& notes,
                  const Ink& ink) {
  for (const std::string& note : notes) {
    const std::string label = fmt::format("{}: ", word);
    out += "    " + (word == "note" ? ink.warn(label) : ink.bad(label)) +
           wrapped(note, 4 + label.size()) + "\n";
  }
}

void append_audit(std::string& out, const TransportAudit& audit, const Ink& ink) {
  std::string text = fmt::format("transport audit {}", name_of(audit.verdict));
  if (audit.n > 0 && audit.interval) {
    text += fmt::format(": labels less calibration {:+.4f} {} over {} labelled draws",
                        *audit.offset,
                        interval_text(audit.interval),
                        count_text(audit.n));
  }
  if (audit.verdict == AuditVerdict::not_graded) text += "; --audit-margin grades it";
  out += "    " + ink.faint(wrapped(text, 4)) + "\n";
}

void append_missing_view(std::string& out, const MissingView& view, const Ink& ink) {
  if (view.n_available == view.n_rows || !view.worst.low || !view.worst.high) return;
  const std::string text = fmt::format(
      "{} of {} rows missing: SNIPS lies in [{}, {}] whatever they hold (weights up to {:.3g})",
      count_text(view.n_rows - view.n_available),
      count_text(view.n_rows),
      number_text(*view.worst.low),
      number_text(*view.worst.high),
      view.weight_max);
  out += "    " + ink.faint(wrapped(text, 4)) + "\n";
}

void append_policy(std::string& out,
                   const Findings& findings,
                   std::size_t index,
                   bool show_refused,
                   const Ink& ink) {
  const PolicyView& view = findings.figures.policies[index];
  const PolicyFindings& policy = findings.policies[index];
  out += "\n  " + ink.strong(name_text(view.policy, 80)) + "\n";
  for (const Line& line : findings.lines) {
    if (line.policy == view.policy) append_line(out, line, show_refused, ink);
  }
  append_weight_health(out, view, ink);
  append_notes(out, "weights refused", policy.weights.reasons, ink);
  append_notes(out, "note", policy.weights.remarks, ink);
  if (policy.boundary) append_audit(out, policy.audit, ink);
  append_notes(out, "direct refused", policy.direct.reasons, ink);
  append_notes(out, "note", policy.direct.remarks, ink);
  append_missing_view(out, policy.missing, ink);
}

std::string padded_name(std::string_view name, std::size_t width) {
  return fmt::format("{:<{}}", name_text(name, width), width);
}

// One line per policy: the estimate the evidence supports, and why.
void append_recommendations(std::string& out, const Findings& findings, const Ink& ink) {
  out += "\n" + ink.strong("What the evidence supports") + "\n";
  for (const PolicyFindings& policy : findings.policies) {
    const Recommendation& best = policy.recommendation;
    out += "    " + padded_name(policy.policy, 28);
    if (best.line) {
      const Line& line = findings.lines[*best.line];
      out += fmt::format("  {:>9}  {:<22}  {}\n",
                         figure_text(line.estimate),
                         interval_text(line.interval),
                         title_of(line));
    } else {
      out += "  " + ink.bad(fmt::format("{:>9}", "refused")) + "\n";
    }
    out += "      " + ink.faint(wrapped(best.why, 6)) + "\n";
    for (const std::string& help : best.would_help) {
      out += "      would help: " + wrapped(help, 18) + "\n";
    }
    if (policy.plan) {
      out += fmt::format(
          "      plan: {} labels among {} judged draws give a half width of {:.3g}; "
          "two such policies differ\n            visibly from {:.3g} (80 % power)\n",
          count_text(policy.plan->labels),
          count_text(policy.plan->draws),
          policy.plan->half_width,
          policy.plan->detectable);
    }
  }
}

void append_disagreements(std::string& out, const Findings& findings, const Ink& ink) {
  if (findings.disagreements.empty()) return;
  out += "\n" + ink.bad("Methods disagree") + "\n";
  for (const Disagreement& found : findings.disagreements) {
    out += "  ! " + wrapped(name_text(found.text, 600), 4) + "\n";
  }
}

void append_pair(std::string& out, const Comparison& pair) {
  const std::string names = name_text(pair.policy, 26) + " - " + name_text(pair.other, 26);
  out += fmt::format("    {:<40} {:>9}  {:<22} p {}\n",
                     names,
                     figure_text(pair.difference),
                     interval_text(pair.interval),
                     pair.p_holm ? fmt::format("{:.3g}", *pair.p_holm) : "-");
}

void append_comparisons(std::string& out, const Findings& findings, const Ink& ink) {
  if (findings.comparisons.empty() && findings.not_compared.empty()) return;
  out +=
      "\n" + ink.strong("Policies held against each other, on the same prompts (Holm's p)") + "\n";
  std::string_view method;
  for (const Comparison& pair : findings.comparisons) {
    if (pair.method != method) {
      method = pair.method;
      out += ink.faint(method == "difference"
                           ? "  by labels of their own responses\n"
                           : "  by the judge, if the calibration holds equally well on both\n");
    }
    append_pair(out, pair);
  }
  for (const NotCompared& left : findings.not_compared) {
    out += "  " + ink.warn("not ranked: ") +
           wrapped(name_text(left.policy, 40) + ": " + name_text(left.reason, 300), 14) + "\n";
  }
}

void append_missing(std::string& out, const Findings& findings, const Ink& ink) {
  const bool any =
      std::ranges::any_of(findings.cells, [](const auto& c) { return !c.missing.empty(); });
  if (!any) return;
  out += "\n" + ink.strong("Missing log-probabilities") + "\n";
  for (const CellCount& cells : findings.cells) {
    std::string parts;
    for (const auto& [label, count] : cells.missing) {
      fmt::format_to(std::back_inserter(parts),
                     "{}{} {}",
                     parts.empty() ? "" : ", ",
                     count_text(count),
                     label);
    }
    if (parts.empty()) parts = "none";
    fmt::format_to(
        std::back_inserter(out), "    {:<32} {}\n", name_text(cells.policy, name_width_max), parts);
  }
}

std::string latency_text(const LatencyTally& latency) {
  const auto median = latency.quantile(0.5);
  const auto tail = latency.quantile(0.99);
  if (!median || !tail) return "";
  return fmt::format("latency {} median, {} at 99 %", to_text(*median), to_text(*tail));
}

void append_run(std::string& out, const RunTally& run, const Ink& ink) {
  fmt::format_to(std::back_inserter(out),
                 "\n{}  {} rows, cost {}{}\n",
                 ink.strong("Run"),
                 count_text(run.rows),
                 to_text(run.cost()),
                 run.sealed ? "" : ink.warn("  not sealed: it did not end by itself, or goes on"));
  for (const PolicyTally& tally : run.policies) {
    fmt::format_to(std::back_inserter(out),
                   "    {:<32} {} ok (grade A {}, B {}, C {}), {} failed, {} not attempted  {}\n",
                   name_text(tally.policy, name_width_max),
                   count_text(tally.ok),
                   count_text(tally.grades[0]),
                   count_text(tally.grades[1]),
                   count_text(tally.grades[2]),
                   count_text(tally.failed),
                   count_text(tally.not_attempted),
                   latency_text(tally.latency));
  }
}

void append_warnings(std::string& out, const std::vector<Warning>& warnings, const Ink& ink) {
  if (warnings.empty()) return;
  out += "\n" + ink.strong("Warnings") + "\n";
  for (const Warning& warning : warnings) {
    out += "  " + ink.warn("! ") + wrapped(name_text(warning.text, 600), 4) + "\n";
  }
}

}  // namespace

std::string to_table(const Findings& findings, const Context& context, Colour colour) {
  const Ink ink(colour);
  std::string out;
  append_heading(out, findings, context, ink);
  append_disagreements(out, findings, ink);
  if (!findings.policies.empty()) append_recommendations(out, findings, ink);
  if (!findings.figures.policies.empty()) {
    out += ink.faint(fmt::format(
        "\n    {:<34} {:>9}  {:>9}  {}\n", "method, reward", "rows", "estimate", "95 % interval"));
  }
  for (std::size_t i = 0; i < findings.figures.policies.size(); ++i) {
    append_policy(out, findings, i, context.show_refused, ink);
  }
  append_comparisons(out, findings, ink);
  append_missing(out, findings, ink);
  if (context.run) append_run(out, *context.run, ink);
  append_warnings(out, findings.warnings, ink);
  return out;
}

}  // namespace assay::report
