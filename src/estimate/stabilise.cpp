#include "estimate/stabilise.hpp"

#include "estimate/weights.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay::estimate {

namespace {

std::vector<double> present(const OptionalColumn& column) {
  std::vector<double> values;
  for (const auto& value : column) {
    if (value) values.push_back(*value);
  }
  return values;
}

template <class Map>
OptionalColumn mapped(const OptionalColumn& column, Map map) {
  OptionalColumn out;
  out.reserve(column.size());
  for (const auto& value : column) {
    out.push_back(value ? std::optional<double>(map(*value)) : std::nullopt);
  }
  return out;
}

// What does not depend on whether the shift is triggered.
StabilisedWeights clip_policy(const PolicyLogRatio& policy, const StabiliseLimits& limits) {
  StabilisedWeights out{.policy = policy.policy};
  out.log_ratio = policy.log_ratio;
  out.clipped =
      mapped(policy.log_ratio, [&](double l) { return std::clamp(l, -limits.clip, limits.clip); });
  const std::vector<double> ratios = present(out.log_ratio);
  out.n_valid = ratios.size();
  out.n_missing = out.log_ratio.size() - ratios.size();
  out.n_hard_clipped = static_cast<std::size_t>(
      std::ranges::count_if(ratios, [&](double l) { return std::abs(l) > limits.clip; }));
  out.all_ratios_zero =
      !ratios.empty() && std::ranges::all_of(ratios, [](double l) { return l == 0; });
  std::vector<double> sorted = present(out.clipped);
  std::ranges::sort(sorted);
  out.percentile = stats::sorted_quantile(sorted, limits.percentile / 100);
  return out;
}

void weigh_policy(StabilisedWeights& out, bool triggered) {
  if (!out.percentile) {
    out.shift = out.ess = out.ess_fraction = out.max_weight_share = out.log_mean_weight =
        stats::undefined("no rows");
    return;
  }
  const double shift = triggered ? *out.percentile : 0;
  out.shift = shift;
  out.stabilised = mapped(out.clipped, [&](double l) { return std::exp(l - shift); });
  out.raw = mapped(out.clipped, [](double l) { return std::exp(l); });
  const WeightSummary summary = summarize_weights(weights_of(present(out.clipped)));
  out.ess = summary.ess;
  out.ess_fraction = summary.ess_fraction;
  out.max_weight_share = summary.max_weight_share;
  out.log_mean_weight = summary.log_mean_weight;
  const double log_total = *summary.log_mean_weight + std::log(static_cast<double>(out.n_valid));
  out.self_normalised = mapped(out.clipped, [&](double l) { return std::exp(l - log_total); });
}

}  // namespace

Stabilisation stabilise(std::span<const PolicyLogRatio> policies, const StabiliseLimits& limits) {
  Stabilisation out;
  for (const PolicyLogRatio& policy : policies) {
    out.policies.push_back(clip_policy(policy, limits));
    for (const double l : present(out.policies.back().clipped)) {
      if (std::abs(l) > limits.trigger) out.triggered = true;
    }
  }
  for (StabilisedWeights& policy : out.policies) weigh_policy(policy, out.triggered);
  return out;
}

}  // namespace assay::estimate
