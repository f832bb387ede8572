#pragma once

// Policies held against each other on the same prompts.

#include "estimate/direct_bootstrap.hpp"
#include "estimate/figure.hpp"
#include "estimate/labelled.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::estimate {

struct Comparison {
  std::string method;  // "difference": labels of both policies' own responses decide; "direct": the
                       // calibration is assumed to hold equally well on both
  std::string policy;
  std::string other;
  Figure difference = {};                        // policy - other
  Figure se = {};                                // paired: of the same prompts
  std::optional<stats::Interval> interval = {};  // 95 %, for this pair alone
  std::optional<double> p = {};                  // two-sided
  std::optional<double> p_holm = {};             // over the pairs of this method
  std::optional<double> p_bh = {};
};

// Of policies' direct estimates, from paired bootstrap replicates: percentile interval, normal p.
[[nodiscard]] std::vector<Comparison> compare_direct(std::span<const DirectBootstrap> policies);

// Of policies' difference estimates: influence paired by prompt, Student's with the smaller degrees
// of freedom. `policies` and `estimates` have one length.
[[nodiscard]] std::vector<Comparison> compare_labelled(std::span<const std::string> policies,
                                                       std::span<const LabelledEstimate> estimates);

// A policy left out of all comparisons, and why.
struct NotCompared {
  std::string policy;
  std::string reason;
};

}  // namespace assay::estimate
