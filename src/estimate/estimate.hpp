#pragma once

// The estimation pass: a matrix in, findings out. No I/O, no clock; randomness from a seed.

#include "estimate/calibration.hpp"
#include "estimate/closed_form.hpp"
#include "estimate/compat.hpp"
#include "estimate/frame.hpp"
#include "estimate/gate.hpp"
#include "estimate/matrix.hpp"
#include "estimate/warning.hpp"
#include "stats/interval.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::estimate {

struct Options {
  GateLimits gates;
};

// One estimate as a reader meets it: a line of the table, a mark in the forest plot.
struct Line {
  std::string policy = {};
  std::string method = {};  // "snips", "ips", "direct", ...
  std::string reward = {};  // "judge", "calibrated", "label"
  std::string rows = {};    // "complete", "available", "draws", "probe"
  std::size_t n = 0;
  Figure estimate = {};
  Figure se = {};
  std::optional<stats::Interval> interval = {};  // 95 %
  bool refused = false;                          // not to be shown as a number unless asked for
  bool compatibility = false;                    // kept to match other tools; not recommended
  std::vector<std::string> reasons = {};         // why refused
};

// How many of a policy's cells hold a value, and why the others do not.
struct CellCount {
  std::string policy = {};
  std::size_t present = 0;
  std::map<std::string, std::size_t> missing = {};
  std::optional<Method> method = {};
};

struct Findings {
  std::optional<Calibration> calibration = {};
  std::optional<CrossFit> cross_fit = {};  // the same with each fold left out; ten labels or more
  ClosedForm figures;
  std::vector<CellCount> cells = {};    // the logging policy first
  std::vector<GateVerdict> gates = {};  // one per policy of `figures`
  std::vector<CompatCase> compat = {};  // the neighbouring tool's estimators
  std::vector<Line> lines = {};
  std::vector<Warning> warnings = {};
};

[[nodiscard]] Findings estimate(const Matrix& matrix, const Options& options = {});

}  // namespace assay::estimate
