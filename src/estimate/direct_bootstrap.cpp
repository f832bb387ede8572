#include "estimate/direct_bootstrap.hpp"

#include "estimate/label_rows.hpp"
#include "estimate/score_grid.hpp"
#include "stats/ascending_order.hpp"
#include "stats/isotonic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

namespace assay::estimate {

namespace {

// How often a prompt counts in each of eight resamplings, a byte for each: one walk over the rows
// serves all eight.
using Counts = std::uint64_t;
constexpr std::size_t lanes = 8;
constexpr unsigned lane_bits = 8;

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
      for (; filled < end; ++filled) table_[filled] = static_cast<std::uint8_t>(k);
      probability /= k + 1;
    }
  }

  // Adds one resampling to an empty lane.
  void draw(std::vector<Counts>& times, std::size_t lane, Rng& rng) const {
    const auto shift = static_cast<unsigned>(lane * lane_bits);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < times.size(); ++i, bits >>= 16) {
      if (i % 4 == 0) bits = rng();
      times[i] |= Counts{table_[bits & 0xFFFF]} << shift;
    }
  }

 private:
  static constexpr std::size_t entries = 1 << 16;
  static constexpr unsigned count_max = 9;  // P(more) is 1e-7, below the table's step
  std::vector<std::uint8_t> table_;
};

// Rows that are alike but for their prompt lie together, as a cell. Where cells are few, those of
// one block of prompts lie before those of the next, so that the counts of a block stay in the
// cache: of a million prompts all of them would not.
class Cells {
 public:
  using Totals = std::array<std::uint32_t, lanes>;

  // `cell` numbers the cell of each row, below `cells`.
  Cells(std::span<const std::uint32_t> cell,
        std::span<const PromptPool::Index> prompt,
        std::size_t cells)
      : cells_(cells), prompt_(prompt.size()) {
    const std::size_t prompts = prompt.empty() ? 0 : std::size_t{std::ranges::max(prompt)} + 1;
    const std::size_t blocks = (prompts + block_prompts - 1) / block_prompts;
    const bool in_blocks = blocks * cells * rows_per_cell_min <= prompt.size();
    const auto place_of = [&](std::size_t row) {
      return (in_blocks ? prompt[row] / block_prompts : 0) * cells + cell[row];
    };
    end_.assign((in_blocks ? blocks : 1) * cells + 1, 0);
    for (std::size_t row = 0; row < cell.size(); ++row) ++end_[place_of(row) + 1];
    std::partial_sum(end_.begin(), end_.end(), end_.begin());
    for (std::size_t row = 0; row < cell.size(); ++row)
      prompt_[end_[place_of(row)]++] = prompt[row];
    end_.pop_back();
  }

  // How often the rows of each cell count in each lane.
  void count(const std::vector<Counts>& times, std::vector<Totals>& totals) const {
    totals.assign(cells_, {});
    std::size_t row = 0;
    for (std::size_t place = 0; place < end_.size(); ++place) {
      Totals& total = totals[place % cells_];
      while (row < end_[place]) {
        const std::size_t stop = std::min(end_[place], row + rows_at_once);
        Counts even = 0;
        Counts odd = 0;
        for (; row < stop; ++row) {
          const Counts counts = times[prompt_[row]];
          even += counts & even_lanes;
          odd += (counts >> lane_bits) & even_lanes;
        }
        for (unsigned pair = 0; pair < lanes / 2; ++pair) {
          total[2 * pair] += (even >> (2 * lane_bits * pair)) & 0xFFFF;
          total[2 * pair + 1] += (odd >> (2 * lane_bits * pair)) & 0xFFFF;
        }
      }
    }
  }

 private:
  static constexpr Counts even_lanes = 0x00FF00FF00FF00FF;
  static constexpr std::size_t rows_at_once = 0xFFFF / 0xFF;  // sixteen bits hold their sum
  static constexpr std::size_t block_prompts = 32'768;        // their counts: 256 KiB
  static constexpr std::size_t rows_per_cell_min = 16;        // of a block; else all is one block
  std::size_t cells_;
  std::vector<std::size_t> end_;  // of each cell of each block, in prompt_
  std::vector<PromptPool::Index> prompt_;
};

ScoreGrid grid_of(const Matrix& matrix) {
  std::vector<double> scores = judge_scores(matrix.logged);
  for (const ScoreColumn& target : matrix.targets) {
    const Draws* draws = matrix.fresh_of(target.policy());
    if (draws == nullptr) continue;
    const std::vector<double> drawn = judge_scores(draws->responses);
    scores.insert(scores.end(), drawn.begin(), drawn.end());
  }
  return ScoreGrid(std::move(scores));
}

// Labelled rows of one score and one label are a cell.
struct LabelCells {
  struct Kind {
    std::uint32_t score;  // place on the grid
    double label;
  };
  std::vector<Kind> kinds;
  Cells cells;
};

// Kinds are numbered by their first prompts: where labels are continuous each is a row, and a walk
// over them walks the prompts in order.
LabelCells label_cells(const Matrix& matrix, const ScoreGrid& grid) {
  const LabelRows rows = label_rows(matrix);
  std::vector<LabelCells::Kind> sorted;
  std::vector<double> first_prompt;
  std::vector<std::uint32_t> cell;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows.score[i] != rows.score[i - 1] || rows.label[i] != rows.label[i - 1]) {
      sorted.push_back({grid.place_of(rows.score[i]), rows.label[i]});
      first_prompt.push_back(rows.prompt[i]);
    }
    first_prompt.back() = std::min(first_prompt.back(), static_cast<double>(rows.prompt[i]));
    cell.push_back(static_cast<std::uint32_t>(sorted.size() - 1));
  }
  std::vector<LabelCells::Kind> kinds;
  std::vector<std::uint32_t> number(sorted.size());
  for (const std::size_t kind : stats::ascending_order(first_prompt)) {
    number[kind] = static_cast<std::uint32_t>(kinds.size());
    kinds.push_back(sorted[kind]);
  }
  for (std::uint32_t& one : cell) one = number[one];
  Cells cells(cell, rows.prompt, kinds.size());
  return {std::move(kinds), std::move(cells)};
}

Cells score_cells(const ResponseTable& table, const ScoreGrid& grid) {
  std::vector<std::uint32_t> cell;
  std::vector<PromptPool::Index> prompt;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto score = table.judge.at(row);
    if (!score) continue;
    cell.push_back(grid.place_of(*score));
    prompt.push_back(table.prompt[row]);
  }
  return {cell, prompt, grid.size()};
}

using Columns = std::vector<std::vector<double>>;

// The estimates of all policies as a function of how often each prompt counts.
class Resampling {
 public:
  explicit Resampling(const Matrix& matrix)
      : grid_(grid_of(matrix)),
        fit_(grid_.values()),
        labelled_(label_cells(matrix, grid_)),
        weight_(grid_.size()),
        level_(grid_.size()),
        predicted_(grid_.size()) {
    add_policy(matrix.base.policy(), matrix.logged);
    for (const ScoreColumn& target : matrix.targets) {
      const Draws* draws = matrix.fresh_of(target.policy());
      if (draws != nullptr && draws->responses.judge.count() > 0) {
        add_policy(target.policy(), draws->responses);
      }
    }
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  // Appends to each policy's column the estimates of the first `count` lanes. A lane in which no
  // label, or none of some policy's draws, is left is passed over.
  void append_estimates(const std::vector<Counts>& times, std::size_t count, Columns& columns) {
    labelled_.cells.count(times, label_totals_);
    for (std::size_t k = 0; k < drawn_.size(); ++k) drawn_[k].count(times, draw_totals_[k]);
    std::vector<double> means(drawn_.size());
    for (std::size_t lane = 0; lane < count; ++lane) {
      if (!predict(lane) || !average(lane, means)) continue;
      for (std::size_t k = 0; k < means.size(); ++k) columns[k].push_back(means[k]);
    }
  }

 private:
  void add_policy(const std::string& policy, const ResponseTable& table) {
    names_.push_back(policy);
    drawn_.push_back(score_cells(table, grid_));
    draw_totals_.emplace_back();
  }

  // Fits the calibration of one lane; false without labels.
  bool predict(std::size_t lane) {
    std::ranges::fill(weight_, 0.0);
    std::ranges::fill(level_, 0.0);
    for (std::size_t cell = 0; cell < labelled_.kinds.size(); ++cell) {
      const auto& [score, label] = labelled_.kinds[cell];
      const double times = label_totals_[cell][lane];
      weight_[score] += times;
      level_[score] += times * label;
    }
    for (std::size_t g = 0; g < weight_.size(); ++g) {
      if (weight_[g] > 0) level_[g] /= weight_[g];
    }
    const stats::IsotonicMap map = fit_.map(level_, weight_);
    if (map.empty()) return false;
    evaluate(map, grid_, predicted_);
    return true;
  }

  // The mean prediction of each policy's draws; false when one has none.
  bool average(std::size_t lane, std::vector<double>& means) const {
    for (std::size_t k = 0; k < means.size(); ++k) {
      double total = 0;
      std::uint64_t count = 0;
      for (std::size_t g = 0; g < predicted_.size(); ++g) {
        const std::uint32_t times = draw_totals_[k][g][lane];
        total += times * predicted_[g];
        count += times;
      }
      if (count == 0) return false;
      means[k] = total / static_cast<double>(count);
    }
    return true;
  }

  ScoreGrid grid_;
  stats::IsotonicFit fit_;
  LabelCells labelled_;
  std::vector<std::string> names_ = {};
  std::vector<Cells> drawn_ = {};
  std::vector<Cells::Totals> label_totals_ = {};
  std::vector<std::vector<Cells::Totals>> draw_totals_ = {};
  std::vector<double> weight_;
  std::vector<double> level_;
  std::vector<double> predicted_;
};

// Fills up to `lanes` lanes at a time by `fill(times, lane, index)`, `count` in all.
template <class Fill>
Columns resampled(Resampling& resampling, std::size_t prompts, std::size_t count, Fill fill) {
  Columns columns(resampling.names().size());
  std::vector<Counts> times(prompts);
  for (std::size_t first = 0; first < count; first += lanes) {
    const std::size_t used = std::min(lanes, count - first);
    std::ranges::fill(times, Counts{0});
    for (std::size_t lane = 0; lane < used; ++lane) fill(times, lane, first + lane);
    resampling.append_estimates(times, used, columns);
  }
  return columns;
}

void leave_out(std::vector<Counts>& times, std::size_t lane, std::size_t group) {
  const Counts once = Counts{1} << (lane * lane_bits);
  for (std::size_t p = 0; p < times.size(); ++p) {
    if (p % groups_left_out != group) times[p] |= once;
  }
}

}  // namespace

std::vector<DirectBootstrap> direct_bootstrap(const Matrix& matrix,
                                              const BootstrapOptions& options) {
  Resampling resampling(matrix);
  const std::size_t policies = resampling.names().size();
  const std::size_t prompts = matrix.prompts.size();
  if (policies < 2) return {};
  const Columns whole = resampled(
      resampling, prompts, 1, [](auto& times, auto, auto) { std::ranges::fill(times, Counts{1}); });
  if (whole.front().empty()) return {};
  const Columns left_out =
      resampled(resampling, prompts, std::min(groups_left_out, prompts), leave_out);
  const PoissonCounts poisson;
  Rng rng(options.seed);
  Columns replicates =
      resampled(resampling, prompts, options.replicates, [&](auto& times, std::size_t lane, auto) {
        poisson.draw(times, lane, rng);
      });
  std::vector<DirectBootstrap> out(policies);
  for (std::size_t k = 0; k < policies; ++k) {
    out[k].policy = resampling.names()[k];
    out[k].estimate = whole[k].front();
    out[k].intervals = stats::bootstrap_intervals(whole[k].front(), replicates[k], left_out[k]);
    out[k].replicates = std::move(replicates[k]);
  }
  return out;
}

}  // namespace assay::estimate
