#include "stats/contingency.hpp"

#include "stats/distribution.hpp"

#include <algorithm>
#include <numeric>

namespace assay::stats {

ChiSquared chi_squared_independence(std::span<const std::vector<double>> table) {
  std::vector<std::vector<double>> rows;
  for (const auto& row : table) {
    if (std::accumulate(row.begin(), row.end(), 0.0) > 0) rows.push_back(row);
  }
  const std::size_t width = table.empty() ? 0 : table.front().size();
  std::vector<double> columns(width, 0.0);
  for (const auto& row : rows) {
    for (std::size_t j = 0; j < width; ++j) columns[j] += row[j];
  }
  const auto kept =
      static_cast<std::size_t>(std::ranges::count_if(columns, [](double c) { return c > 0; }));
  if (rows.size() < 2 || kept < 2) {
    const auto none = undefined("fewer than two rows or columns");
    return {none, none, 0, none};
  }
  const double all = std::accumulate(columns.begin(), columns.end(), 0.0);
  double statistic = 0;
  double least = all;
  for (const auto& row : rows) {
    const double total = std::accumulate(row.begin(), row.end(), 0.0);
    for (std::size_t j = 0; j < width; ++j) {
      if (!(columns[j] > 0)) continue;
      const double expected = total * columns[j] / all;
      statistic += (row[j] - expected) * (row[j] - expected) / expected;
      least = std::min(least, expected);
    }
  }
  const std::size_t df = (rows.size() - 1) * (kept - 1);
  return {statistic, chi_squared_survival(statistic, static_cast<double>(df)), df, least};
}

}  // namespace assay::stats
