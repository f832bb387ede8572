#include "estimate/comparison.hpp"

#include "stats/distribution.hpp"
#include "stats/moments.hpp"
#include "stats/multiple.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace assay::estimate {

namespace {

void adjust(std::vector<Comparison>& all) {
  std::vector<std::optional<double>> p;
  for (const Comparison& one : all) p.push_back(one.p);
  const auto holm = stats::holm(p);
  const auto bh = stats::benjamini_hochberg(p);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].p_holm = holm[i];
    all[i].p_bh = bh[i];
  }
}

Comparison compare(const DirectBootstrap& a, const DirectBootstrap& b) {
  Comparison out{.method = "direct", .policy = a.policy, .other = b.policy};
  out.difference = a.estimate - b.estimate;
  std::vector<double> paired(std::min(a.replicates.size(), b.replicates.size()));
  for (std::size_t i = 0; i < paired.size(); ++i) paired[i] = a.replicates[i] - b.replicates[i];
  out.se = stats::sample_sd(paired);
  const auto made = stats::bootstrap_intervals(*out.difference, paired, {});
  if (made.percentile) out.interval = *made.percentile;
  if (out.se && *out.se > 0) out.p = stats::normal_p(*out.difference / *out.se);
  return out;
}

Comparison compare(const std::string& policy,
                   const LabelledEstimate& a,
                   const std::string& other,
                   const LabelledEstimate& b) {
  Comparison out{.method = "difference", .policy = policy, .other = other};
  out.difference = *a.estimate - *b.estimate;
  std::vector<double> paired(a.influence.size());
  std::ranges::transform(a.influence, b.influence, paired.begin(), std::minus<>());
  const double se = std::sqrt(stats::dot(paired, paired));
  const double df = std::min(a.df, b.df);
  out.se = se;
  out.interval = stats::interval_around(*out.difference, se, df);
  if (se > 0) out.p = stats::student_p(*out.difference / se, df);
  return out;
}

}  // namespace

std::vector<Comparison> compare_direct(std::span<const DirectBootstrap> policies) {
  std::vector<Comparison> out;
  for (std::size_t a = 0; a < policies.size(); ++a) {
    for (std::size_t b = a + 1; b < policies.size(); ++b) {
      out.push_back(compare(policies[a], policies[b]));
    }
  }
  adjust(out);
  return out;
}

std::vector<Comparison> compare_labelled(std::span<const std::string> policies,
                                         std::span<const LabelledEstimate> estimates) {
  std::vector<Comparison> out;
  for (std::size_t a = 0; a < policies.size(); ++a) {
    for (std::size_t b = a + 1; b < policies.size(); ++b) {
      out.push_back(compare(policies[a], estimates[a], policies[b], estimates[b]));
    }
  }
  adjust(out);
  return out;
}

}  // namespace assay::estimate
