#pragma once

#include "estimate/figure.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace assay::estimate {

// One estimate as a reader meets it: a line of the table, a mark in the forest plot.
struct Line {
  std::string policy;
  std::string method;  // "difference", "direct", "label-dr", "snips", "ips", "calibrated-ips",
                       // "dr-cpo", "tmle", "mrdr", "stacked-dr", "ips-stabilised"
  std::string reward;  // "judge", "calibrated", "label": whose scale the estimate is on
  std::string rows;    // "complete", "available", "draws"
  std::size_t n = 0;   // labels for "difference" and "label-dr", else rows
  Figure estimate = {};
  Figure se = {};
  std::optional<stats::Interval> interval = {};  // 95 %
  std::optional<double> df = {};                 // of Student's interval; none: it is not one
  std::string error = {};      // how error and interval were made: "clusters of prompts", ...
  bool refused = false;        // not shown as a number unless asked for
  bool compatibility = false;  // kept to match other tools; not recommended
  std::vector<std::string> reasons = {};  // why refused
  std::vector<std::string> remarks = {};  // worth knowing, not enough to refuse
};

}  // namespace assay::estimate
