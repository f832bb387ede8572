#include "report/sentences.hpp"

#include "report/words.hpp"

#include <fmt/format.h>

#include <cmath>

namespace assay::report {

namespace {

using namespace estimate;

std::string share_text(const Figure& share) {
  return share ? percent_text(*share) : std::string("-");
}

std::string p_text(const CovariateCheck& check) {
  if (!check.p) return "too few rows to test";
  return fmt::format("p {:.2g}, {:.2g} by Holm", *check.p, check.p_holm ? *check.p_holm : *check.p);
}

std::string covariate_sentence(const CovariateCheck& check) {
  if (!check.test) {
    const std::string gap =
        check.standardised_difference
            ? fmt::format("{:+.2f} standard deviations", *check.standardised_difference)
            : std::string("no spread to compare");
    return fmt::format(
        "{}: incomplete rows less complete ones {} ({})", check.name, gap, p_text(check));
  }
  std::string levels;
  for (const MissingRate& rate : check.levels) {
    levels +=
        fmt::format("{}{} {}", levels.empty() ? "" : ", ", rate.level, percent_text(rate.rate));
  }
  return fmt::format("{}: {} incomplete ({})", check.name, levels, p_text(check));
}

}  // namespace

std::string audit_sentence(const TransportAudit& audit) {
  std::string text = fmt::format("transport audit {}", name_of(audit.verdict));
  if (audit.n > 0 && audit.interval) {
    text += fmt::format(": labels less calibration {:+.4f} {} over {} labelled draws",
                        *audit.offset,
                        interval_text(audit.interval),
                        count_text(audit.n));
  }
  if (audit.verdict == AuditVerdict::not_graded) text += "; --audit-margin grades it";
  if (audit.verdict == AuditVerdict::not_checked) text += ": it takes labelled draws of the policy";
  return text;
}

std::string boundary_sentence(const Boundary& card) {
  if (card.n == 0) return "no boundary card: no judged draws";
  std::string text = fmt::format(
      "boundary card {}: {} of its judge scores lie below the labelled range and {} above, {} of "
      "its calibrated values at the ends of the calibration",
      name_of(card.status),
      share_text(card.below),
      share_text(card.above),
      share_text(card.saturation));
  if (card.identified_width && *card.identified_width > 0) {
    text += fmt::format("; what lies outside could move the mean by {}",
                        number_text(*card.identified_width));
  }
  if (card.gap) text += fmt::format("; DR and IPS are {} apart", number_text(*card.gap));
  return text;
}

std::vector<std::string> missing_sentences(const MissingView& view, bool show_numbers) {
  std::vector<std::string> out;
  if (view.n_available < view.n_rows) {
    const std::string lost = fmt::format("{} of {} rows have no weight or no reward",
                                         count_text(view.n_rows - view.n_available),
                                         count_text(view.n_rows));
    if (!show_numbers) {
      out.push_back(lost + "; the weights are refused, with them or without");
    } else {
      out.push_back(
          fmt::format("{}: SNIPS {} on the {} rows complete for every policy, {} on its "
                      "own {}",
                      lost,
                      figure_text(view.complete_case),
                      count_text(view.n_complete),
                      figure_text(view.available_case),
                      count_text(view.n_available)));
      out.push_back(fmt::format("SNIPS {} if rows are missing at random at like judge scores",
                                figure_text(view.by_stratum.snips)));
      std::string worst = fmt::format("SNIPS in [{}, {}] whatever they hold (weights up to {:.3g})",
                                      figure_text(view.worst.low),
                                      figure_text(view.worst.high),
                                      view.weight_max);
      if (view.imbens_manski) {
        worst += fmt::format(", {} with the error of sampling (Imbens-Manski, 95 %)",
                             interval_text(view.imbens_manski->interval));
      }
      out.push_back(std::move(worst));
    }
    if (show_numbers && view.tipping_delta && view.reference) {
      out.push_back(
          fmt::format("to equal the logging policy ({}) the missing rows would have to "
                      "differ from the others by {:+.4f}",
                      number_text(*view.reference),
                      *view.tipping_delta));
    }
  }
  if (view.draws) {
    out.push_back(
        fmt::format("{} of {} draws are not judged: the direct mean lies in [{}, {}] "
                    "whatever they are worth, {} with the error of sampling",
                    count_text(view.draws->n - view.draws->n_observed),
                    count_text(view.draws->n),
                    figure_text(view.draws->low),
                    figure_text(view.draws->high),
                    interval_text(view.draws->im_interval)));
  }
  return out;
}

std::vector<std::string> missingness_sentences(const MissingnessReport& report) {
  std::vector<std::string> out;
  out.push_back(fmt::format("{} of {} rows are incomplete: {}, between {} and {} (Wilson, 95 %)",
                            count_text(report.n_missing),
                            count_text(report.n),
                            percent_text(report.rate),
                            percent_text(report.wilson.low),
                            percent_text(report.wilson.high)));
  for (const CovariateCheck& check : report.covariates) out.push_back(covariate_sentence(check));
  return out;
}

std::string pair_bounds_sentence(const PairBounds& pair) {
  return fmt::format("{} less {}: in [{}, {}] whatever the {} rewards are that both lack",
                     pair.policy,
                     pair.other,
                     figure_text(pair.difference.low),
                     figure_text(pair.difference.high),
                     count_text(pair.n_missing));
}

std::string plan_sentence(const LabelPlan& plan) {
  return fmt::format(
      "{} labels among {} judged draws give a half width of {:.3g} at a cost of {:.4g}; two such "
      "policies differ visibly from {:.3g} (80 % power)",
      count_text(plan.labels),
      count_text(plan.draws),
      plan.half_width,
      plan.cost,
      plan.detectable);
}

}  // namespace assay::report
