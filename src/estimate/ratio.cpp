#include "estimate/ratio.hpp"

#include "assay/ensure.hpp"
#include "estimate/weights.hpp"
#include "stats/moments.hpp"

#include <cmath>
#include <vector>

namespace assay::estimate {

namespace {

constexpr std::string_view overflow = "a weight exceeds the range of numbers";

void fill_ips(RatioEstimates& out, std::span<const double> raw, std::span<const double> reward) {
  std::vector<double> products(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) products[i] = raw[i] * reward[i];
  out.ips = stats::finite_or(*stats::mean(products), overflow);
  const Figure error = stats::mean_error(products);
  out.ips_se = error ? stats::finite_or(*error, overflow) : error;
}

void fill_snips(RatioEstimates& out,
                std::span<const double> weights,
                std::span<const double> reward) {
  const double total = stats::sum(weights);
  if (!(total > 0)) {
    out.snips = out.snips_se_delta_ddof1 = out.snips_se_sandwich =
        stats::undefined("all weights are zero");
    return;
  }
  const auto n = static_cast<double>(weights.size());
  const double value = stats::dot(weights, reward) / total;
  std::vector<double> influence(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    influence[i] = weights[i] / (total / n) * (reward[i] - value);
  }
  out.snips = value;
  out.snips_se_delta_ddof1 = stats::mean_error(influence);
  out.snips_se_sandwich = std::sqrt(stats::dot(influence, influence)) / n;
}

}  // namespace

RatioEstimates ratio_estimates(std::span<const double> raw,
                               std::span<const double> shifted,
                               std::span<const double> reward) {
  ensure(raw.size() == reward.size() && shifted.size() == reward.size(),
         "a ratio estimate has one weight for each reward");
  RatioEstimates out{.n = reward.size()};
  if (out.n == 0) {
    out.ips = out.ips_se = out.snips = out.snips_se_delta_ddof1 = out.snips_se_sandwich = out.ess =
        stats::undefined("no rows");
    return out;
  }
  fill_ips(out, raw, reward);
  fill_snips(out, shifted, reward);
  out.ess = effective_size(shifted);
  return out;
}

}  // namespace assay::estimate
