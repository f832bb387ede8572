#include "estimate/oracle_jackknife.hpp"

#include "estimate/frame.hpp"
#include "estimate/label_rows.hpp"
#include "stats/cluster.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace assay::estimate {

std::optional<OracleJackknife> OracleJackknife::fit(const Matrix& matrix) {
  if (matrix.logged.label.count() == matrix.rows()) return std::nullopt;
  const LabelRows labelled = label_rows(matrix);
  const auto group_of = folds_of(matrix, labelled, oracle_groups, calibration_seed);
  OracleJackknife made{ScoreGrid(judge_scores(matrix.logged))};
  const stats::IsotonicFit fit(labelled.score);
  std::vector<double> kept(labelled.score.size());
  for (std::uint32_t group = 0; group < oracle_groups; ++group) {
    std::ranges::transform(
        group_of, kept.begin(), [group](auto g) { return g == group ? 0.0 : 1.0; });
    const stats::IsotonicMap map = fit.map(labelled.label, kept);
    if (map.empty()) return std::nullopt;
    made.without_.emplace_back(made.grid_.size());
    evaluate(map, made.grid_, made.without_.back());
  }
  return made;
}

double OracleJackknife::variance(std::span<const double> mass) const {
  std::array<double, oracle_groups> replicates{};
  for (std::size_t group = 0; group < oracle_groups; ++group) {
    replicates[group] = std::inner_product(mass.begin(), mass.end(), without_[group].begin(), 0.0);
  }
  return stats::jackknife_variance(replicates);
}

}  // namespace assay::estimate
