#pragma once

#include "stats/isotonic.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace assay::estimate {

// The distinct judge scores of some rows, ascending, so that a map is evaluated once per score and
// rows are counted instead of sorted.
class ScoreGrid {
 public:
  explicit ScoreGrid(std::vector<double> scores);  // in any order, repeated or not
  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::uint32_t place_of(double score) const;  // of one of the scores

 private:
  std::vector<double> values_;
};

// Scores as places on the grid of their own distinct values.
struct PlacedScores {
  ScoreGrid grid{{}};
  std::vector<std::uint32_t> place = {};  // of each score
};
[[nodiscard]] PlacedScores placed(std::span<const double> scores);

// The map at each score of the grid, limited to [0, 1]; one pass over both. The map has knots.
void evaluate(const stats::IsotonicMap& map, const ScoreGrid& grid, std::span<double> out);
[[nodiscard]] std::vector<double> evaluated(const stats::IsotonicMap& map, const ScoreGrid& grid);

}  // namespace assay::estimate
