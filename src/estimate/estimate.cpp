#include "estimate/estimate.hpp"

#include "estimate/label_rows.hpp"
#include "estimate/labelled.hpp"
#include "estimate/lines.hpp"
#include "estimate/oracle_jackknife.hpp"
#include "estimate/stabilised_ips.hpp"
#include "estimate/weighted.hpp"
#include "stats/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <ranges>
#include <utility>

namespace assay::estimate {

namespace {

CellCount count_cells(const ScoreColumn& column) {
  return {column.policy(), column.count(), column.missing_by_label(), column.method};
}

const CaseView& best_view(const PolicyView& view) {
  return view.available_case ? *view.available_case : view.complete_case;
}

std::optional<MissingnessReport> missingness_of(const Matrix& matrix) {
  const std::vector<std::size_t> complete = complete_rows(matrix);
  if (matrix.targets.empty() || complete.size() == matrix.rows()) return std::nullopt;
  std::vector<bool> missing(matrix.rows(), true);
  for (const std::size_t row : complete) missing[row] = false;
  CategoricalCovariate labelled{"labelled", {}};
  NumericCovariate judge{"judge score", {}};
  NumericCovariate length{"response length in characters", {}};
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    labelled.level.emplace_back(matrix.logged.label.has(row) ? "yes" : "no");
    judge.value.push_back(matrix.logged.judge.at(row));
    length.value.push_back(static_cast<double>(matrix.logged.chars[row]));
  }
  return report_missingness(missing, std::vector{labelled}, std::vector{judge, length});
}

std::optional<double> compat_estimate(const std::vector<CompatCase>& cases,
                                      std::string_view estimator,
                                      const std::string& policy) {
  const auto found = std::ranges::find(cases, estimator, &CompatCase::estimator);
  if (found == cases.end()) return std::nullopt;
  const auto made = std::ranges::find(found->results, policy, &CompatResult::policy);
  if (made == found->results.end() || !made->estimate) return std::nullopt;
  return *made->estimate;
}

std::optional<double> dr_ips_gap(const std::vector<CompatCase>& cases, const std::string& policy) {
  const auto dr = compat_estimate(cases, "dr-cpo", policy);
  const auto ips = compat_estimate(cases, "raw-ips-noclip", policy);
  if (!dr || !ips) return std::nullopt;
  return std::abs(*dr - *ips);
}

// The pass over one matrix, step by step; each reads what the earlier ones found.
class Pass {
 public:
  Pass(const Matrix& matrix, const Options& options) : matrix_(matrix), options_(options) {}

  Findings run() && {
    calibrate_all();
    findings_.figures = closed_form(matrix_, findings_.calibration);
    if (frame_) findings_.compat = compat_cases(matrix_, *findings_.cross_fit, *frame_);
    if (frame_ && options_.two_stage) add_two_stage();
    if (findings_.calibration && options_.bootstrap.replicates > 0) {
      findings_.bootstrap = direct_bootstrap(matrix_, options_.bootstrap);
    }
    findings_.cells.push_back(count_cells(matrix_.base));
    for (const ScoreColumn& target : matrix_.targets) {
      findings_.cells.push_back(count_cells(target));
    }
    stabilised_ = stabilised_ips(matrix_, rewards_);
    std::vector<MissingView> missing = missing_views(matrix_, findings_.calibration);
    audited_ = count_audited();
    for (std::size_t i = 0; i < matrix_.targets.size(); ++i) {
      add_policy(i);
      findings_.policies[i].missing = std::move(missing[i]);
    }
    compare_policies();
    bound_pairs();
    findings_.missingness = missingness_of(matrix_);
    findings_.disagreements = find_disagreements(findings_.lines);
    auto warnings = find_warnings(matrix_, findings_.figures);
    findings_.warnings.insert(findings_.warnings.begin(),
                              std::make_move_iterator(warnings.begin()),
                              std::make_move_iterator(warnings.end()));
    warn_labels();
    warn_noise();
    return std::move(findings_);
  }

 private:
  void calibrate_all() {
    findings_.calibration = calibrate(matrix_);
    findings_.cross_fit = cross_fit(matrix_);
    if (findings_.cross_fit) {
      findings_.quality = quality_of(matrix_, *findings_.cross_fit);
      frame_ = frame_of(matrix_, *findings_.cross_fit);
    }
    if (findings_.calibration) oracle_ = OracleJackknife::fit(matrix_);
    findings_.ignorability = label_ignorability(matrix_);
    if (findings_.calibration) {
      findings_.judge_scores = ScoreGrid(judge_scores(matrix_.logged)).values();
    }
    note_one_class();
    note_flat_calibration();
    for (std::size_t row = 0; row < matrix_.rows(); ++row) {
      rewards_.push_back(findings_.calibration
                             ? calibrated_reward(*findings_.calibration, matrix_.logged, row)
                             : matrix_.logged.judge.at(row));
    }
  }

  void add_two_stage() {
    auto fit = two_stage_fit(matrix_);
    if (!fit) return;
    TwoStageFindings made{.cross_fit = std::move(*fit), .quality = {}};
    made.quality = quality_of(matrix_, made.cross_fit);
    made.automatic = automatic_mode(matrix_, *findings_.cross_fit, made.cross_fit);
    made.compat = compat_cases(matrix_, made.cross_fit, frame_of(matrix_, made.cross_fit));
    std::vector<double> rewards;
    for (std::size_t row = 0; row < matrix_.rows(); ++row) {
      const auto reward = calibrated_reward(made.cross_fit.all, matrix_.logged, row);
      if (reward) rewards.push_back(*reward);
    }
    made.reward_mean = stats::mean(rewards);
    findings_.two_stage = std::move(made);
  }

  void note_one_class() {
    const LabelRows rows = label_rows(matrix_);
    const auto differs = [&](double label) { return label != rows.label.front(); };
    if (rows.size() == 0 || std::ranges::any_of(rows.label, differs)) return;
    one_class_ =
        fmt::format("all {} labels of logged responses are {:.4g}: they tell nothing apart",
                    rows.size(),
                    rows.label.front());
    findings_.warnings.push_back({"one_label_class", "", one_class_});
  }

  void note_flat_calibration() {
    if (!findings_.calibration || !findings_.calibration->is_flat()) return;
    flat_ = fmt::format("the calibration is flat: every judge score stands for {:.4g}",
                        findings_.calibration->map.knots().front().y);
    findings_.warnings.push_back(
        {"flat_calibration",
         "",
         fmt::format("{}; {}",
                     flat_,
                     findings_.judge_scores.size() == 1
                         ? "the judge gave every response the same score"
                         : "labels of one class, or scores that do not rise with them")});
  }

  void add_policy(std::size_t index) {
    const PolicyView& view = findings_.figures.policies[index];
    PolicyFindings& policy = findings_.policies.emplace_back();
    const CaseView& best = best_view(view);
    const Draws* draws = matrix_.fresh_of(view.policy);
    const OwnLabels own = own_labels(draws, matrix_.probe_of(view.policy));
    policy.policy = view.policy;
    policy.weights = judge_weights(best.no_clip.weights, best.ttc_per_char, options_.gates);
    policy.noise = noise_of(matrix_, matrix_.targets[index]);
    check_calibration(policy, view, draws, own);
    append_lines(findings_.lines, line_input(index, policy, draws, own));
    const Evidence evidence = evidence_of(policy, draws, own);
    policy.recommendation = recommend(view.policy, findings_.lines, evidence);
    policy.plan = plan_of(evidence);
  }

  // How many policies have labels of their own to be audited by, from probes or from draws.
  [[nodiscard]] std::size_t count_audited() const {
    const auto is_audited = [&](const ScoreColumn& target) {
      return own_labels(matrix_.fresh_of(target.policy()), matrix_.probe_of(target.policy()))
                 .size() > 0;
    };
    const auto count = std::ranges::count_if(matrix_.targets, is_audited);
    return std::max<std::size_t>(1, static_cast<std::size_t>(count));
  }

  void check_calibration(PolicyFindings& policy,
                         const PolicyView& view,
                         const Draws* draws,
                         const OwnLabels& own) {
    if (!findings_.calibration) return;
    policy.audit = audit_transport(matrix_,
                                   *findings_.calibration,
                                   own,
                                   {.margin = options_.audit_margin, .family = audited_});
    if (draws == nullptr || !view.direct) return;
    policy.boundary = boundary_of(
        *findings_.calibration, draws->responses, dr_ips_gap(findings_.compat, view.policy));
    policy.direct = judge_direct(*view.direct, *policy.boundary, policy.audit, options_.direct);
    if (!flat_.empty()) policy.direct.reasons.push_back(flat_);
  }

  LineInput line_input(std::size_t index,
                       const PolicyFindings& policy,
                       const Draws* draws,
                       const OwnLabels& own) {
    const ScoreColumn& target = matrix_.targets[index];
    LineInput input{.view = &findings_.figures.policies[index],
                    .gate = &policy.weights,
                    .direct_gate = &policy.direct,
                    .bootstrap = bootstrap_of(policy.policy),
                    .calibrated = findings_.calibration.has_value(),
                    .flat = flat_,
                    .one_class = one_class_,
                    .stabilised = &stabilised_[index],
                    .compat = findings_.compat};
    input.difference = difference_estimate(matrix_, findings_.calibration, draws, own);
    if (frame_) {
      input.label_dr = label_residual_dr(
          {&matrix_, &*findings_.cross_fit, &*frame_, &target, options_.label_probability});
    }
    weigh(input, target);
    // What is refused for its error must not come back beside other policies.
    if (input.difference && input.difference->se && *input.difference->se > rounding)
      differences_.emplace_back(policy.policy, *input.difference);
    return input;
  }

  void weigh(LineInput& input, const ScoreColumn& target) {
    const Cases cases = cases_of(matrix_, target, available_rows(matrix_, target));
    auto estimate_of = [&](auto reward_of, const OracleJackknife* oracle) {
      std::vector<std::optional<double>> reward;
      reward.reserve(cases.size());
      for (const std::size_t row : cases.rows) reward.push_back(reward_of(row));
      return weighted_mean({&matrix_, &cases, reward, oracle});
    };
    const ResponseTable& logged = matrix_.logged;
    input.snips_judge = estimate_of([&](std::size_t row) { return logged.judge.at(row); }, nullptr);
    input.snips_label = estimate_of([&](std::size_t row) { return logged.label.at(row); }, nullptr);
    if (findings_.calibration) {
      input.snips_calibrated = estimate_of([&](std::size_t row) { return rewards_[row]; },
                                           oracle_ ? &*oracle_ : nullptr);
    }
  }

  [[nodiscard]] const DirectBootstrap* bootstrap_of(const std::string& policy) const {
    // The first is the logging policy's, by whatever name a target goes.
    auto targets = findings_.bootstrap | std::views::drop(1);
    const auto found = std::ranges::find(targets, policy, &DirectBootstrap::policy);
    return found == targets.end() ? nullptr : &*found;
  }

  [[nodiscard]] Evidence evidence_of(const PolicyFindings& policy,
                                     const Draws* draws,
                                     const OwnLabels& own) const {
    Evidence evidence{.own_labels = own.size()};
    if (policy.audit.n >= probe_prompts_min && policy.audit.se) {
      evidence.label_spread = *policy.audit.se * std::sqrt(static_cast<double>(policy.audit.n));
    } else if (findings_.quality) {
      evidence.label_spread = findings_.quality->rmse_out_of_fold;
    }
    std::vector<double> predicted;
    for (std::size_t row = 0; draws != nullptr && row < draws->responses.size(); ++row) {
      const auto score = draws->responses.judge.at(row);
      if (!score) continue;
      predicted.push_back(findings_.calibration ? findings_.calibration->at(*score) : *score);
    }
    evidence.has_draws = !predicted.empty();
    if (const Figure spread = stats::sample_sd(predicted)) evidence.draw_spread = *spread;
    return evidence;
  }

  [[nodiscard]] std::optional<LabelPlan> plan_of(const Evidence& evidence) const {
    if (!options_.plan_half_width || !evidence.label_spread || !evidence.draw_spread) {
      return std::nullopt;
    }
    const LabelCosts costs{.variance_draw = std::pow(*evidence.draw_spread, 2),
                           .variance_label = std::pow(*evidence.label_spread, 2),
                           .cost_draw = options_.cost_draw,
                           .cost_label = options_.cost_label};
    return plan_for_width(costs, *options_.plan_half_width);
  }

  // The logging policy's own responses are labelled in part, so it has a difference estimate too.
  void add_logging_policy() {
    if (!findings_.cross_fit) return;
    const auto made = logged_difference_estimate(matrix_, *findings_.cross_fit);
    if (made) differences_.emplace_back(matrix_.base.policy(), *made);
  }

  // Policies whose direct calibrated estimate stands may be ranked among each other and against the
  // logging policy; a calibration that fails on a policy says nothing about where it stands.
  void compare_policies() {
    std::vector<DirectBootstrap> direct;
    std::vector<std::string> names;
    std::vector<LabelledEstimate> labelled;
    for (const DirectBootstrap& one : findings_.bootstrap) {
      const auto found = std::ranges::find(findings_.policies, one.policy, &PolicyFindings::policy);
      if (found == findings_.policies.end() || found->direct.passes()) direct.push_back(one);
    }
    // Differences read as "policy - what runs now".
    if (!direct.empty()) std::rotate(direct.begin(), direct.begin() + 1, direct.end());
    auto stands = [&](const std::string& policy) {
      return std::ranges::find(direct, policy, &DirectBootstrap::policy) != direct.end();
    };
    for (const PolicyFindings& policy : findings_.policies) {
      if (stands(policy.policy)) continue;
      findings_.not_compared.push_back({policy.policy, why_not_compared(policy)});
    }
    add_logging_policy();
    for (const auto& [policy, estimate] : differences_) {
      if (!stands(policy)) continue;
      names.push_back(policy);
      labelled.push_back(estimate);
    }
    findings_.comparisons = compare_labelled(names, labelled);
    auto by_judge = compare_direct(direct);
    findings_.comparisons.insert(findings_.comparisons.end(),
                                 std::make_move_iterator(by_judge.begin()),
                                 std::make_move_iterator(by_judge.end()));
  }

  void bound_pairs() {
    findings_.pair_bounds = pair_bounds(matrix_, findings_.calibration);
    for (const PolicyFindings& policy : findings_.policies) {
      if (policy.weights.passes()) continue;
      for (PairBounds& pair : findings_.pair_bounds) {
        pair.refused = pair.refused || pair.policy == policy.policy || pair.other == policy.policy;
      }
    }
  }

  [[nodiscard]] static std::string why_not_compared(const PolicyFindings& policy) {
    if (!policy.direct.reasons.empty()) return policy.direct.reasons.front();
    return "no direct calibrated estimate: it takes labels and judged fresh draws";
  }

  void warn_labels() {
    if (!findings_.ignorability.p || *findings_.ignorability.p > 0.05) return;
    findings_.warnings.push_back(
        {"labels_not_random",
         "",
         fmt::format(
             "labelled and unlabelled rows differ in their judge scores (Kolmogorov-Smirnov "
             "distance {:.2f}, p = {:.2g}): plain means of labels are of the labelled rows "
             "only",
             *findings_.ignorability.distance,
             *findings_.ignorability.p)});
  }

  void warn_noise() {
    for (const PolicyFindings& policy : findings_.policies) {
      const Noise& noise = policy.noise;
      if (!noise.ess_fraction || *noise.ess_fraction >= options_.gates.ess_fraction_min) continue;
      findings_.warnings.push_back(
          {"noisy_log_probs",
           policy.policy,
           fmt::format("the noise of the log-probabilities alone would leave a clone of '{}' with "
                       "an effective sample of {:.1f} % ({}): no policy can pass",
                       matrix_.base.policy(),
                       100 * *noise.ess_fraction,
                       noise.twin.empty() ? std::string("rows scored again")
                                          : fmt::format("as '{}' shows", noise.twin))});
      return;  // it is the same noise for all
    }
  }

  const Matrix& matrix_;
  const Options& options_;
  Findings findings_;
  std::optional<Frame> frame_;
  std::optional<OracleJackknife> oracle_;
  std::string flat_;                            // why the calibration tells nothing; empty: it does
  std::string one_class_;                       // why the logged labels do not; empty: they do
  std::vector<std::optional<double>> rewards_;  // calibrated, else the judge's; by row
  std::vector<StabilisedIps> stabilised_;
  std::vector<std::pair<std::string, LabelledEstimate>> differences_;
  std::size_t audited_ = 1;  // policies in the audit's family
};

}  // namespace

Findings estimate(const Matrix& matrix, const Options& options) {
  return Pass(matrix, options).run();
}

}  // namespace assay::estimate
