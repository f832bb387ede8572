#include "estimate/missingness.hpp"

#include "stats/multiple.hpp"
#include "stats/two_samples.hpp"

#include <map>
#include <utility>

namespace assay::estimate {

namespace {

MissingRate rate_of(std::string level, std::size_t missing, std::size_t observed) {
  const std::size_t all = missing + observed;
  return {.level = std::move(level),
          .missing = missing,
          .observed = observed,
          .rate = static_cast<double>(missing) / static_cast<double>(all),
          .wilson = stats::wilson(missing, all)};
}

CovariateCheck check(const std::vector<bool>& missing, const CategoricalCovariate& covariate) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> counts;  // missing, observed
  for (std::size_t i = 0; i < missing.size(); ++i) {
    auto& [gone, seen] = counts[covariate.level[i]];
    ++(missing[i] ? gone : seen);
  }
  CovariateCheck out{.name = covariate.name};
  std::vector<std::vector<double>> table;
  for (const auto& [level, count] : counts) {
    out.levels.push_back(rate_of(level, count.first, count.second));
    table.push_back({static_cast<double>(count.first), static_cast<double>(count.second)});
  }
  out.test = stats::chi_squared_independence(table);
  if (out.test->p) out.p = *out.test->p;
  return out;
}

CovariateCheck check(const std::vector<bool>& missing, const NumericCovariate& covariate) {
  std::vector<double> gone;
  std::vector<double> seen;
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (covariate.value[i]) (missing[i] ? gone : seen).push_back(*covariate.value[i]);
  }
  CovariateCheck out{.name = covariate.name};
  out.standardised_difference = stats::standardised_difference(gone, seen);
  if (gone.size() < 2 || seen.size() < 2) return out;
  const auto test = stats::mann_whitney(gone, seen);
  if (test.p) out.p = *test.p;
  return out;
}

}  // namespace

MissingnessReport report_missingness(const std::vector<bool>& missing,
                                     std::span<const CategoricalCovariate> categories,
                                     std::span<const NumericCovariate> numbers) {
  std::size_t gone = 0;
  for (const bool one : missing) gone += one ? 1 : 0;
  const MissingRate whole = rate_of("", gone, missing.size() - gone);
  MissingnessReport out{.n = missing.size(), .n_missing = gone, .rate = whole.rate};
  out.wilson = whole.wilson;
  for (const auto& covariate : categories) out.covariates.push_back(check(missing, covariate));
  for (const auto& covariate : numbers) out.covariates.push_back(check(missing, covariate));
  std::vector<std::optional<double>> p;
  for (const auto& covariate : out.covariates) p.push_back(covariate.p);
  const auto adjusted = stats::holm(p);
  for (std::size_t i = 0; i < adjusted.size(); ++i) out.covariates[i].p_holm = adjusted[i];
  return out;
}

}  // namespace assay::estimate
