// What does the whole estimation pass cost, and how does the cost grow?
//
// Three targets with as many draws as rows, half the rows labelled; every estimator and 2,000
// bootstrap replicates. CPU seconds of one pass in this process and the peak of its memory, for ten
// times as many rows each time. Beside it the neighbouring tool (Python, measured on the arena data
// by the issue that asked for this pass): 19.7 s for everything at 1,000 rows, 114 s for its
// doubly robust estimators at 10,000 rows, because it scans all draws for each row.
//
//   bench_estimate_scale [--smoke] [--rows MAX] [--json FILE]

#include "core/rng.hpp"
#include "estimate/estimate.hpp"
#include "estimate/synthetic.hpp"
#include "frame/process.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace assay;

constexpr double neighbour_all_1000 = 19.7;
constexpr double neighbour_dr_10000 = 114;

Sample row_of(std::size_t i, Rng& rng) {
  const double z = estimate::test::normal(rng);
  Sample sample;
  sample.id = fmt::format("prompt_{}", i);
  sample.judge_score = estimate::test::judge_of(z);
  if (rng.uniform() < 0.5) sample.oracle_label = rng.uniform();
  sample.recorded.base = LogProb::from_nats(-80).value();
  for (const auto& [policy, shift] : {std::pair{"near", 0.1}, {"middle", 0.6}, {"far", 2.5}}) {
    sample.recorded.target[policy] =
        LogProb::from_nats(-80 + shift * z - shift * shift / 2).value();
  }
  return sample;
}

estimate::Matrix world_of(std::size_t rows) {
  Rng rng(rows);
  estimate::RecordedBuilder builder;
  for (std::size_t i = 0; i < rows; ++i) builder.add_logged(row_of(i, rng));
  for (const char* policy : {"near", "middle", "far"}) {
    for (std::size_t i = 0; i < rows; ++i) {
      Sample sample = row_of(i, rng);
      sample.oracle_label.reset();
      builder.add_fresh(policy, sample);
    }
  }
  return std::move(builder).finish();
}

struct Cost {
  std::size_t rows = 0;
  double all = 0;  // CPU seconds of the whole pass
  double dr = 0;   // of the twenty estimators alone
  double peak = 0;
};

Cost measure(std::size_t rows) {
  const auto matrix = world_of(rows);
  Cost cost{.rows = rows};
  const double begin = bench::cpu_seconds();
  const auto findings = estimate::estimate(matrix);
  cost.all = bench::cpu_seconds() - begin;
  const double dr_begin = bench::cpu_seconds();
  const auto& fit = *findings.cross_fit;
  const auto cases = estimate::compat_cases(matrix, fit, estimate::frame_of(matrix, fit));
  cost.dr = bench::cpu_seconds() - dr_begin;
  cost.peak = bench::peak_megabytes();
  if (cases.size() != 20 || findings.lines.empty()) cost.rows = 0;
  return cost;
}

void print_table(const std::vector<Cost>& costs) {
  fmt::print("{:>10} {:>12} {:>10} {:>16} {:>12}\n",
             "rows",
             "CPU s, all",
             "growth",
             "20 estimators s",
             "peak MB");
  for (std::size_t i = 0; i < costs.size(); ++i) {
    fmt::print("{:>10} {:>12.4f} {:>10} {:>16.4f} {:>12.0f}\n",
               costs[i].rows,
               costs[i].all,
               i == 0 ? "" : fmt::format("{:.1f}x", costs[i].all / costs[i - 1].all),
               costs[i].dr,
               costs[i].peak);
  }
  for (const Cost& cost : costs) {
    if (cost.rows == 1000) {
      fmt::print("everything at 1,000 rows: {:.0f} times less CPU than the neighbour's {} s\n",
                 neighbour_all_1000 / cost.all,
                 neighbour_all_1000);
    }
    if (cost.rows == 10'000) {
      fmt::print(
          "20 estimators at 10,000 rows: {:.0f} times less CPU than the neighbour's {} s for "
          "DR alone\n",
          neighbour_dr_10000 / cost.dr,
          neighbour_dr_10000);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t rows_max = 1'000'000;
  std::string json;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--smoke") {
      rows_max = 1000;
    } else if (flag == "--rows" && i + 1 < argc) {
      const std::string_view value = argv[++i];
      if (std::from_chars(value.data(), value.data() + value.size(), rows_max).ec != std::errc()) {
        return 2;
      }
    } else if (flag == "--json" && i + 1 < argc) {
      json = argv[++i];
    } else {
      fmt::print(stderr, "usage: {} [--smoke] [--rows MAX] [--json FILE]\n", argv[0]);
      return 2;
    }
  }
  std::vector<Cost> costs;
  for (std::size_t rows = 1000; rows <= rows_max; rows *= 10) {
    costs.push_back(measure(rows));
    if (costs.back().rows == 0) {
      fmt::print(stderr, "an estimator is missing\n");
      return 1;
    }
  }
  print_table(costs);
  if (json.empty()) return 0;
  std::FILE* file = std::fopen(json.c_str(), "wb");
  if (file == nullptr) return 2;
  fmt::print(file, "[");
  for (std::size_t i = 0; i < costs.size(); ++i) {
    fmt::print(file,
               R"({}{{"rows":{},"cpu_s":{},"estimators_cpu_s":{},"peak_mb":{}}})",
               i == 0 ? "" : ",",
               costs[i].rows,
               costs[i].all,
               costs[i].dr,
               costs[i].peak);
  }
  fmt::print(file, "]\n");
  return std::fclose(file) == 0 ? 0 : 2;
}
