#include "report/table.hpp"

#include "report/ink.hpp"
#include "report/sentences.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace assay::report {

namespace {

using namespace estimate;

constexpr std::size_t name_width_max = 32;
constexpr std::size_t sentence_bytes_max = 600;  // of one that holds text from the data

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

void append_faint(std::string& out, const std::string& sentence, const Ink& ink) {
  out += "    " + ink.faint(wrapped(name_text(sentence, sentence_bytes_max), 6)) + "\n";
}

// Reasons of single lines that neither gate gave.
void append_own_reasons(std::string& out,
                        const Findings& findings,
                        const PolicyFindings& policy,
                        const Ink& ink) {
  std::vector<std::pair<std::string, std::string>> by_reason;  // and the methods it refuses
  auto is_of = [](const GateVerdict& gate, const std::string& reason) {
    return std::ranges::find(gate.reasons, reason) != gate.reasons.end();
  };
  for (const Line& line : findings.lines) {
    if (line.policy != policy.policy) continue;
    for (const std::string& reason : line.reasons) {
      if (is_of(policy.weights, reason) || is_of(policy.direct, reason)) continue;
      auto found = std::ranges::find(by_reason, reason, &decltype(by_reason)::value_type::first);
      if (found == by_reason.end()) found = by_reason.insert(found, {reason, ""});
      found->second += (found->second.empty() ? "" : "; ") + title_of(line);
    }
  }
  for (const auto& [reason, methods] : by_reason) {
    append_notes(out, "refused", {reason + " (" + methods + ")"}, ink);
  }
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
  if (policy.boundary) {
    append_faint(out, audit_sentence(policy.audit), ink);
    append_faint(out, boundary_sentence(*policy.boundary), ink);
  }
  append_notes(out, "direct refused", policy.direct.reasons, ink);
  append_notes(out, "note", policy.direct.remarks, ink);
  append_own_reasons(out, findings, policy, ink);
  for (const std::string& text :
       missing_sentences(policy.missing, policy.weights.passes() || show_refused)) {
    append_faint(out, text, ink);
  }
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
      out += "      plan: " + wrapped(plan_sentence(*policy.plan), 12) + "\n";
    }
  }
}

void append_disagreements(std::string& out, const Findings& findings, const Ink& ink) {
  if (findings.disagreements.empty()) return;
  out += "\n" + ink.bad("Methods disagree") + "\n";
  for (const Disagreement& found : findings.disagreements) {
    out += "  ! " + wrapped(name_text(found.text, sentence_bytes_max), 4) + "\n";
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

void append_comparisons(std::string& out,
                        const Findings& findings,
                        bool show_refused,
                        const Ink& ink) {
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
  for (const PairBounds& pair : findings.pair_bounds) {
    if (!pair.refused || show_refused) append_faint(out, pair_bounds_sentence(pair), ink);
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
  if (!findings.missingness) return;
  for (const std::string& text : missingness_sentences(*findings.missingness)) {
    append_faint(out, text, ink);
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
    out += "  " + ink.warn("! ") + wrapped(name_text(warning.text, sentence_bytes_max), 4) + "\n";
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
  append_comparisons(out, findings, context.show_refused, ink);
  append_missing(out, findings, ink);
  if (context.run) append_run(out, *context.run, ink);
  append_warnings(out, findings.warnings, ink);
  return out;
}

}  // namespace assay::report
