#include "estimate/overlap.hpp"

#include "assay/ensure.hpp"
#include "stats/ascending_order.hpp"
#include "stats/histogram.hpp"
#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace assay::estimate {

Figure typicality_coverage(std::span<const double> surprisal,
                           std::span<const double> length,
                           std::span<const double> shifted_weight) {
  if (surprisal.empty()) return stats::undefined("no rows");
  std::vector<double> rate(surprisal.size());
  for (std::size_t i = 0; i < rate.size(); ++i) rate[i] = surprisal[i] / length[i];
  const double total = stats::sum(shifted_weight);
  double mass = 0;
  double threshold = rate.front();
  for (const std::size_t row : stats::ascending_order(rate)) {
    mass += shifted_weight[row] / total;
    threshold = rate[row];
    if (mass >= 0.9) break;
  }
  const auto typical = std::ranges::count_if(rate, [&](double u) { return u <= threshold; });
  return static_cast<double>(typical) / static_cast<double>(rate.size());
}

Figure typicality_of(const Matrix& matrix,
                     const ScoreColumn& target,
                     const Cases& cases,
                     std::span<const double> shifted_weight,
                     LengthUnit unit) {
  std::vector<double> surprisal;
  std::vector<double> length;
  for (const std::size_t row : cases.rows) {
    if (unit == LengthUnit::tokens && !matrix.logged.tokens.has(row)) {
      return stats::undefined("the data set does not count the tokens of every response");
    }
    const double units = unit == LengthUnit::tokens ? *matrix.logged.tokens.at(row)
                                                    : static_cast<double>(matrix.logged.chars[row]);
    surprisal.push_back(-target.nats(row).value());
    length.push_back(std::max(1.0, units));  // an empty response still has its end to say
  }
  return typicality_coverage(surprisal, length, shifted_weight);
}

Figure judge_affinity_weighted(const Matrix& matrix, const Cases& cases, const Weights& weights) {
  std::vector<double> scores;
  std::vector<double> mass;
  // exp() of ratios beyond this leaves the range of numbers; the shifted weights never do.
  constexpr double safe_nats = 600;
  const bool raw_fits =
      std::ranges::all_of(weights.log_ratio, [](double l) { return l < safe_nats; }) &&
      std::ranges::any_of(weights.log_ratio, [](double l) { return l > -safe_nats; });
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto score = matrix.logged.judge.at(cases.rows[i]);
    if (!score) continue;
    scores.push_back(*score);
    mass.push_back(raw_fits ? weights.raw[i] : weights.shifted[i]);
  }
  return stats::bhattacharyya(scores, scores, mass);
}

Figure judge_affinity_fresh(const Matrix& matrix,
                            std::span<const std::size_t> rows,
                            const Draws& draws) {
  std::vector<double> logged;
  for (const std::size_t row : rows) {
    if (const auto score = matrix.logged.judge.at(row)) logged.push_back(*score);
  }
  std::vector<double> fresh;
  for (std::size_t row = 0; row < draws.responses.size(); ++row) {
    if (const auto score = draws.responses.judge.at(row)) fresh.push_back(*score);
  }
  return stats::bhattacharyya(logged, fresh);
}

}  // namespace assay::estimate
