#pragma once

// The estimation pass: a matrix in, findings out. No I/O, no clock; randomness from a seed.

#include "estimate/audit.hpp"
#include "estimate/boundary.hpp"
#include "estimate/calibration.hpp"
#include "estimate/closed_form.hpp"
#include "estimate/comparison.hpp"
#include "estimate/compat.hpp"
#include "estimate/direct_bootstrap.hpp"
#include "estimate/direct_gate.hpp"
#include "estimate/frame.hpp"
#include "estimate/gate.hpp"
#include "estimate/line.hpp"
#include "estimate/matrix.hpp"
#include "estimate/missing_view.hpp"
#include "estimate/missingness.hpp"
#include "estimate/noise.hpp"
#include "estimate/planning.hpp"
#include "estimate/recommend.hpp"
#include "estimate/two_stage.hpp"
#include "estimate/warning.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::estimate {

struct Options {
  GateLimits gates = {};
  DirectLimits direct = {};
  std::optional<double> audit_margin = {};       // largest tolerable offset of the calibration
  std::optional<double> label_probability = {};  // known chance of a logged row to be labelled
  BootstrapOptions bootstrap = {};               // 0 replicates: none
  std::optional<double> plan_half_width = {};    // plan labels and draws for this width
  double cost_draw = 0.01;                       // of a judged draw, beside
  double cost_label = 1;                         // that of a label
  bool two_stage = false;                        // the neighbour's second calibration, too
};

// The neighbouring tool's estimators under its other calibration; for comparison only.
struct TwoStageFindings {
  CrossFit cross_fit;
  CalibrationQuality quality;
  Figure reward_mean = {};  // of all logged rows
  CalibrationMode automatic = CalibrationMode::monotone;
  std::vector<CompatCase> compat = {};
};

// How many of a policy's cells hold a value, and why the others do not.
struct CellCount {
  std::string policy;
  std::size_t present = 0;
  std::map<std::string, std::size_t> missing;
  std::optional<Method> method;
};

// What is found about one target besides its estimates.
struct PolicyFindings {
  std::string policy;
  GateVerdict weights = {};               // reasons to refuse every estimate from weights
  GateVerdict direct = {};                // reasons to refuse the direct calibrated estimate
  TransportAudit audit = {};              // does the calibration hold on its responses?
  std::optional<Boundary> boundary = {};  // with calibration and draws
  Noise noise = {};                       // what a clone's weights would show
  MissingView missing = {};
  Recommendation recommendation = {};
  std::optional<LabelPlan> plan = {};  // when a width was asked for and the spreads are known
};

struct Findings {
  std::optional<Calibration> calibration = {};
  std::optional<CrossFit> cross_fit = {};  // and without each fold; ten labels or more
  std::optional<CalibrationQuality> quality = {};
  std::vector<double> judge_scores = {};       // the distinct ones of the logged rows, ascending
  stats::KolmogorovSmirnov ignorability = {};  // of the labels: judge scores with and without
  ClosedForm figures = {};
  std::vector<CompatCase> compat = {};             // the neighbouring tool's estimators
  std::optional<TwoStageFindings> two_stage = {};  // when asked for, with ten labels or more
  std::vector<CellCount> cells = {};               // the logging policy first
  std::vector<PolicyFindings> policies = {};       // in the order of figures.policies
  std::vector<Line> lines = {};                    // policy by policy, the best methods first
  std::vector<DirectBootstrap> bootstrap = {};     // the logging policy first
  std::vector<Comparison> comparisons = {};        // only of policies whose direct estimate stands
  std::vector<NotCompared> not_compared = {};      // the others
  std::vector<PairBounds> pair_bounds = {};
  std::optional<MissingnessReport> missingness = {};  // when some row is incomplete
  std::vector<Disagreement> disagreements = {};       // to be read first
  std::vector<Warning> warnings = {};
};

[[nodiscard]] Findings estimate(const Matrix& matrix, const Options& options = {});

}  // namespace assay::estimate
