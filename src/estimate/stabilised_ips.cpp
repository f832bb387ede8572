#include "estimate/stabilised_ips.hpp"

#include "estimate/cases.hpp"
#include "estimate/stabilise.hpp"
#include "estimate/weights.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay::estimate {

namespace {

double percentile_of(std::vector<double> ratios, const StabiliseLimits& limits) {
  std::ranges::sort(ratios);
  return *stats::sorted_quantile(ratios, limits.percentile / 100);
}

}  // namespace

std::vector<StabilisedIps> stabilised_ips(const Matrix& matrix,
                                          std::span<const std::optional<double>> reward) {
  const StabiliseLimits limits;
  std::vector<Cases> cases;
  bool triggered = false;
  for (const ScoreColumn& target : matrix.targets) {
    cases.push_back(cases_of(matrix, target, available_rows(matrix, target)));
    cases.back().log_ratio = clipped(cases.back().log_ratio, limits.clip);
    triggered = triggered || std::ranges::any_of(cases.back().log_ratio, [&](double l) {
                  return std::abs(l) > limits.trigger;
                });
  }
  std::vector<StabilisedIps> out;
  for (std::size_t k = 0; k < cases.size(); ++k) {
    StabilisedIps one{.policy = matrix.targets[k].policy()};
    if (cases[k].size() > 0) {
      const double shift = triggered ? percentile_of(cases[k].log_ratio, limits) : 0;
      std::vector<double> products;
      for (std::size_t i = 0; i < cases[k].size(); ++i) {
        if (const auto& r = reward[cases[k].rows[i]]) {
          products.push_back(std::exp(cases[k].log_ratio[i] - shift) * *r);
        }
      }
      one.n = products.size();
      one.shift = shift;
      one.estimate = stats::mean(products);
      one.se = stats::mean_error(products);
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace assay::estimate
