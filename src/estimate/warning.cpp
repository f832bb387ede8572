#include "estimate/warning.hpp"

#include "estimate/agreement.hpp"
#include "estimate/duplicates.hpp"

#include <fmt/format.h>

#include <utility>

namespace assay::estimate {

namespace {

void warn_identical(std::vector<Warning>& warnings, const ScoreColumn& a, const ScoreColumn& b) {
  const Agreement found = agreement_of(a, b);
  if (found.both < 2) return;
  if (found.equal == found.both) {
    warnings.push_back({"identical_policies",
                        b.policy(),
                        fmt::format("'{}' and '{}' have the same log-probability on all {} rows: "
                                    "the same model under two names, or one file read twice",
                                    a.policy(),
                                    b.policy(),
                                    found.both)});
    return;
  }
  if (found.share() > twin_share_min) {
    warnings.push_back(
        {"partly_identical_policies",
         b.policy(),
         fmt::format(
             "'{}' and '{}' agree to the last bit on {} of {} rows ({:.1f} %): probably the "
             "same model, and the rest is noise",
             a.policy(),
             b.policy(),
             found.equal,
             found.both,
             100 * found.share())});
  }
}

void warn_uniform(std::vector<Warning>& warnings, const PolicyView& view) {
  const LogRatioSummary& ratio = view.complete_case.log_ratio;
  if (view.complete_case.no_clip.weights.n < 2 || !ratio.sd_ddof0) return;
  const bool all_zero = ratio.exact_zeros == view.complete_case.no_clip.weights.n;
  if (*ratio.sd_ddof0 < 1e-6 && !all_zero) {
    warnings.push_back({"uniform_weights",
                        view.policy,
                        fmt::format("all weights of '{}' are equal although its log-probabilities "
                                    "are not those of the logging policy: a constant was added?",
                                    view.policy)});
  }
}

void warn_stages(std::vector<Warning>& warnings, const Matrix& matrix, const ClosedForm& figures) {
  auto say = [&](const char* code, std::string policy, std::string text) {
    warnings.push_back({code, std::move(policy), std::move(text)});
  };
  if (matrix.rows() == 0) return say("no_rows", "", "no logged rows: there is nothing to weight");
  if (matrix.targets.empty()) {
    say("no_policies", "", "no target policy has log-probabilities: score the data set first");
  }
  if (matrix.logged.judge.count() == 0) {
    say("no_judge_scores", "", "no logged row has a judge score: add `judge_score` to the rows");
  }
  if (matrix.logged.label.count() == 0) {
    say("no_labels",
        "",
        "no logged row has an oracle label: judge scores cannot be calibrated, and estimates are "
        "on the judge's own scale");
  }
  for (const PolicyView& view : figures.policies) {
    if (!view.direct) {
      say("no_fresh_draws",
          view.policy,
          fmt::format("no fresh draws of '{}': no direct estimate to hold the weights against",
                      view.policy));
    } else if (view.direct->n_probe == 0) {
      say("no_probe_slice",
          view.policy,
          fmt::format(
              "no labelled draws of '{}': whether the calibration holds on it is not checked",
              view.policy));
    }
  }
}

void warn_missing(std::vector<Warning>& warnings, const Matrix& matrix, const ClosedForm& figures) {
  if (figures.n_complete_case < figures.n_rows) {
    warnings.push_back(
        {"missing_rows",
         "",
         fmt::format("{} of {} rows lack a log-probability under some policy; estimates for all "
                     "policies on common rows use the other {}",
                     figures.n_rows - figures.n_complete_case,
                     figures.n_rows,
                     figures.n_complete_case)});
  }
  for (const std::string& policy : matrix.mixed_methods) {
    warnings.push_back({"mixed_methods",
                        policy,
                        fmt::format("values of '{}' come from more than one scoring method; those "
                                    "of the later method were set aside",
                                    policy)});
  }
  if (matrix.base.method) {
    for (const ScoreColumn& target : matrix.targets) {
      if (!target.method || *target.method == *matrix.base.method) continue;
      warnings.push_back(
          {"mixed_methods",
           target.policy(),
           fmt::format("'{}' was scored by {} but the logging policy by {}: their difference is no "
                       "clean weight",
                       target.policy(),
                       assay::name_of(*target.method),
                       assay::name_of(*matrix.base.method))});
    }
  }
}

void warn_recorded(std::vector<Warning>& warnings, const Matrix& matrix) {
  if (matrix.provenance == Provenance::recorded && !matrix.targets.empty()) {
    warnings.push_back({"recorded",
                        "",
                        "log-probabilities are the data set's own (recorded): taken on trust, "
                        "nothing about them was proved"});
  }
  if (matrix.recorded_zeros > 0) {
    warnings.push_back(
        {"recorded_zeros",
         "",
         fmt::format("{} recorded log-probabilities are exactly 0 (probability one): more often a "
                     "failed call than a certain answer",
                     matrix.recorded_zeros)});
  }
  if (matrix.recorded_stand_ins > 0) {
    warnings.push_back(
        {"recorded_stand_ins",
         "",
         fmt::format("{} recorded log-probabilities are exactly -50 or -100: more often written "
                     "where a request failed than measured; write null there",
                     matrix.recorded_stand_ins)});
  }
  if (matrix.recorded_set_aside > 0) {
    warnings.push_back({"recorded_set_aside",
                        "",
                        fmt::format("{} recorded log-probabilities of the data set were not used "
                                    "beside the measured ones",
                                    matrix.recorded_set_aside)});
  }
}

void warn_duplicates(std::vector<Warning>& warnings, const Matrix& matrix) {
  const auto found = duplicates_of(matrix.logged);
  if (found.empty()) return;
  warnings.push_back(
      {"duplicate_rows",
       "",
       fmt::format(
           "{} logged rows repeat the prompt and draw of an earlier one, first '{}' (rows {} "
           "and {}): they weigh double; errors count them as one observation",
           found.size(),
           matrix.prompts.name(matrix.logged.prompt[found.front().first]),
           found.front().first + 1,
           found.front().second + 1)});
}

}  // namespace

std::vector<Warning> find_warnings(const Matrix& matrix, const ClosedForm& figures) {
  std::vector<Warning> warnings;
  warn_recorded(warnings, matrix);
  warn_stages(warnings, matrix, figures);
  warn_missing(warnings, matrix, figures);
  warn_duplicates(warnings, matrix);
  for (std::size_t a = 0; a < matrix.targets.size(); ++a) {
    warn_identical(warnings, matrix.base, matrix.targets[a]);
    for (std::size_t b = a + 1; b < matrix.targets.size(); ++b) {
      warn_identical(warnings, matrix.targets[a], matrix.targets[b]);
    }
  }
  for (const PolicyView& view : figures.policies) warn_uniform(warnings, view);
  return warnings;
}

}  // namespace assay::estimate
