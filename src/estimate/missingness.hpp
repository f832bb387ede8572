#pragma once

// Does missingness go with anything we can see? Source: statistics.md 8.

#include "estimate/figure.hpp"
#include "stats/contingency.hpp"
#include "stats/interval.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::estimate {

struct MissingRate {
  std::string level;
  std::size_t missing = 0;
  std::size_t observed = 0;
  double rate = 0;
  stats::Interval wilson{0, 1};
};

struct CovariateCheck {
  std::string name;
  std::vector<MissingRate> levels = {};        // of a categorical covariate
  std::optional<stats::ChiSquared> test = {};  // of a categorical covariate
  Figure standardised_difference = {};         // of a numeric one: missing - observed
  std::optional<double> p = {};                // absent with fewer than two rows on a side
  std::optional<double> p_holm = {};           // over all covariates
};

struct MissingnessReport {
  std::size_t n = 0;
  std::size_t n_missing = 0;
  double rate = 0;
  stats::Interval wilson{0, 1};
  std::vector<CovariateCheck> covariates = {};
};

struct CategoricalCovariate {
  std::string name;
  std::vector<std::string> level;
};
struct NumericCovariate {
  std::string name;
  std::vector<std::optional<double>> value;  // rows without one are left out of its check
};

// `missing` has one entry per row, as have the covariates; at least one row.
[[nodiscard]] MissingnessReport report_missingness(const std::vector<bool>& missing,
                                                   std::span<const CategoricalCovariate> categories,
                                                   std::span<const NumericCovariate> numbers);

}  // namespace assay::estimate
