#pragma once

// The figures that need no model, no folds and no random numbers: weights, ratio estimates, overlap
// and direct means, for each policy. Names as in the reference file of the arena data.

#include "estimate/calibration.hpp"
#include "estimate/cases.hpp"
#include "estimate/direct.hpp"
#include "estimate/matrix.hpp"
#include "estimate/ratio.hpp"
#include "estimate/weight_histogram.hpp"
#include "estimate/weights.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::estimate {

// One treatment of the log-ratio.
struct WeightView {
  WeightSummary weights = {};
  RatioEstimates judge_score = {};                // rows with a judge score
  std::optional<RatioEstimates> calibrated = {};  // without calibration: none
  std::optional<RatioEstimates> label = {};       // labelled rows only; without labels: none
};

// One choice of rows.
struct CaseView {
  LogRatioSummary log_ratio = {};
  WeightHistogram histogram = {};
  WeightView no_clip = {};
  WeightView clip_20 = {};
  Figure ttc_per_char = {};
  Figure ttc_per_token = {};  // where the data set counts tokens
  Figure bhattacharyya_judge_space_logs_only = {};
};

struct PolicyView {
  std::string policy = {};
  std::size_t n_available = 0;
  CaseView complete_case = {};
  std::optional<CaseView> available_case = {};  // only when its rows differ from the complete ones
  std::optional<DirectEstimates> direct = {};   // only with fresh draws
};

struct ClosedForm {
  std::size_t n_rows = 0;
  std::size_t n_labelled = 0;
  std::size_t n_complete_case = 0;
  Figure calibrated_reward_mean_all_rows = {};
  Figure judge_mean_all_rows = {};
  Figure oracle_mean_labelled_rows = {};
  std::vector<PolicyView> policies = {};
};

[[nodiscard]] ClosedForm closed_form(const Matrix& matrix,
                                     const std::optional<Calibration>& calibration);

}  // namespace assay::estimate
