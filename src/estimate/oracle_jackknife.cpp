#include "estimate/oracle_jackknife.hpp"

#include "estimate/fold.hpp"
#include "estimate/frame.hpp"
#include "stats/cluster.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace assay::estimate {

namespace {

std::vector<double> judge_scores(const ResponseTable& rows) {
  std::vector<double> scores;
  scores.reserve(rows.judge.count());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (const auto score = rows.judge.at(row)) scores.push_back(*score);
  }
  return scores;
}

struct Labelled {
  std::vector<double> score;
  std::vector<double> label;
  std::vector<std::uint32_t> group;
};

Labelled labelled_rows(const Matrix& matrix) {
  Labelled found;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    const auto score = matrix.logged.judge.at(row);
    const auto label = matrix.logged.label.at(row);
    if (!score || !label) continue;
    found.score.push_back(*score);
    found.label.push_back(*label);
    found.group.push_back(
        fold_of(matrix.prompts.name(matrix.logged.prompt[row]), oracle_groups, calibration_seed));
  }
  return found;
}

}  // namespace

std::optional<OracleJackknife> OracleJackknife::fit(const Matrix& matrix) {
  if (matrix.logged.label.count() == matrix.rows()) return std::nullopt;
  const Labelled labelled = labelled_rows(matrix);
  OracleJackknife made{ScoreGrid(judge_scores(matrix.logged))};
  const stats::IsotonicFit fit(labelled.score);
  std::vector<double> kept(labelled.score.size());
  for (std::uint32_t group = 0; group < oracle_groups; ++group) {
    std::ranges::transform(
        labelled.group, kept.begin(), [group](auto g) { return g == group ? 0.0 : 1.0; });
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
