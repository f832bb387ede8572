#include "estimate/direct_bootstrap.hpp"

#include "estimate/score_grid.hpp"
#include "stats/isotonic.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace assay::estimate {

namespace {

using Count = std::uint8_t;

// For the acceleration of BCa: the estimate without each of this many groups of prompts.
constexpr std::size_t groups_left_out = 40;

// Poisson(1) counts from sixteen random bits each, by inversion.
class PoissonCounts {
 public:
  PoissonCounts() : table_(entries) {
    double probability = std::exp(-1.0);
    double cumulated = 0;
    std::size_t filled = 0;
    for (unsigned k = 0; filled < entries; ++k) {
      cumulated += probability;
      const auto end = k >= count_max ? entries : static_cast<std::size_t>(cumulated * entries);
      for (; filled < end; ++filled) table_[filled] = static_cast<Count>(k);
      probability /= k + 1;
    }
  }

  void draw(std::vector<Count>& counts, Rng& rng) const {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < counts.size(); ++i, bits >>= 16) {
      if (i % 4 == 0) bits = rng();
      counts[i] = table_[bits & 0xFFFF];
    }
  }

 private:
  static constexpr std::size_t entries = 1 << 16;
  static constexpr unsigned count_max = 9;  // P(more) is 1e-7, below the table's step
  std::vector<Count> table_;
};

struct ScoredRow {
  PromptPool::Index prompt;
  std::uint32_t score;  // place on the grid
};

struct LabelledRow {
  ScoredRow row;
  double label;
};

ScoreGrid grid_of(const Matrix& matrix) {
  std::vector<double> scores;
  auto add_all = [&](const ResponseTable& table) {
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (const auto score = table.judge.at(row)) scores.push_back(*score);
    }
  };
  add_all(matrix.logged);
  for (const ScoreColumn& target : matrix.targets) {
    if (const Draws* draws = matrix.fresh_of(target.policy())) add_all(draws->responses);
  }
  return ScoreGrid(std::move(scores));
}

// The estimates of all policies as a function of how often each prompt counts.
class Resampling {
 public:
  explicit Resampling(const Matrix& matrix)
      : grid_(grid_of(matrix)),
        fit_(grid_.values()),
        weight_(grid_.size()),
        level_(grid_.size()),
        predicted_(grid_.size()) {
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
      const auto score = matrix.logged.judge.at(row);
      const auto label = matrix.logged.label.at(row);
      if (!score || !label) continue;
      labelled_.push_back({{matrix.logged.prompt[row], grid_.place_of(*score)}, *label});
    }
    add_policy(matrix.base.policy(), matrix.logged);
    for (const ScoreColumn& target : matrix.targets) {
      const Draws* draws = matrix.fresh_of(target.policy());
      if (draws != nullptr && draws->responses.judge.count() > 0) {
        add_policy(target.policy(), draws->responses);
      }
    }
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  // The estimates when prompt p counts `times[p]`; empty when no label, or none of some policy's
  // draws, is left.
  [[nodiscard]] std::vector<double> estimates(const std::vector<Count>& times) {
    std::ranges::fill(weight_, 0.0);
    std::ranges::fill(level_, 0.0);
    for (const auto& [row, label] : labelled_) {
      weight_[row.score] += times[row.prompt];
      level_[row.score] += times[row.prompt] * label;
    }
    for (std::size_t g = 0; g < weight_.size(); ++g) {
      if (weight_[g] > 0) level_[g] /= weight_[g];
    }
    const stats::IsotonicMap map = fit_.map(level_, weight_);
    if (map.empty()) return {};
    evaluate(map, grid_, predicted_);
    std::vector<double> means;
    for (const auto& rows : drawn_) {
      double total = 0;
      std::uint64_t count = 0;
      for (const ScoredRow& row : rows) {
        total += times[row.prompt] * predicted_[row.score];
        count += times[row.prompt];
      }
      if (count == 0) return {};
      means.push_back(total / static_cast<double>(count));
    }
    return means;
  }

 private:
  void add_policy(const std::string& policy, const ResponseTable& table) {
    names_.push_back(policy);
    std::vector<ScoredRow>& rows = drawn_.emplace_back();
    rows.reserve(table.judge.count());
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (const auto score = table.judge.at(row)) {
        rows.push_back({table.prompt[row], grid_.place_of(*score)});
      }
    }
  }

  ScoreGrid grid_;
  stats::IsotonicFit fit_;
  std::vector<LabelledRow> labelled_;
  std::vector<std::string> names_;
  std::vector<std::vector<ScoredRow>> drawn_;
  std::vector<double> weight_;
  std::vector<double> level_;
  std::vector<double> predicted_;
};

using Columns = std::vector<std::vector<double>>;

void append(Columns& columns, const std::vector<double>& means) {
  for (std::size_t k = 0; k < means.size(); ++k) columns[k].push_back(means[k]);
}

Columns without_each_group(Resampling& resampling, std::size_t prompts) {
  Columns columns(resampling.names().size());
  std::vector<Count> times(prompts);
  for (std::size_t group = 0; group < std::min(groups_left_out, prompts); ++group) {
    for (std::size_t p = 0; p < prompts; ++p) times[p] = p % groups_left_out != group;
    append(columns, resampling.estimates(times));
  }
  return columns;
}

}  // namespace

std::vector<DirectBootstrap> direct_bootstrap(const Matrix& matrix,
                                              const BootstrapOptions& options) {
  Resampling resampling(matrix);
  const std::size_t policies = resampling.names().size();
  std::vector<Count> times(matrix.prompts.size(), 1);
  const std::vector<double> whole = resampling.estimates(times);
  if (policies < 2 || whole.empty()) return {};
  const Columns left_out = without_each_group(resampling, times.size());
  Columns replicates(policies);
  const PoissonCounts poisson;
  Rng rng(options.seed);
  for (std::size_t b = 0; b < options.replicates; ++b) {
    poisson.draw(times, rng);
    append(replicates, resampling.estimates(times));
  }
  std::vector<DirectBootstrap> out(policies);
  for (std::size_t k = 0; k < policies; ++k) {
    out[k].policy = resampling.names()[k];
    out[k].estimate = whole[k];
    out[k].intervals = stats::bootstrap_intervals(whole[k], replicates[k], left_out[k]);
    out[k].replicates = std::move(replicates[k]);
  }
  return out;
}

}  // namespace assay::estimate
