// How often does a 95 % interval contain the truth, where the truth is known?
//
// Worlds are drawn from a seed (tests/estimate/synthetic.hpp): 1,000 logged rows, a target whose
// log-ratios are exact, labels with real noise. Each world is estimated as `assay estimate` does
// it, and each interval held against the target's value. An interval is believable when its
// coverage lies between 93 and 97 %, give or take the Monte-Carlo error printed beside it. The
// intervals of the neighbouring tool's estimators are shown for comparison: five fold-clusters give
// them four degrees of freedom.
//
//   bench_estimate_coverage [--smoke] [--replications N] [--seed N] [--json FILE]

#include "estimate/estimate.hpp"
#include "estimate/synthetic.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace assay;
using estimate::Line;
using estimate::test::World;

struct Options {
  std::size_t replications = 5000;
  std::uint64_t seed = 1;
  std::string json;
};

struct Scenario {
  std::string_view name;
  World world;
  std::vector<std::string_view> holds;  // methods whose assumptions hold in it
};

struct Tally {
  std::size_t made = 0;
  std::size_t refused = 0;
  std::size_t covered = 0;
  double width = 0;
  bool compatibility = false;

  void add(const Line& line, double truth) {
    compatibility = line.compatibility;
    if (!line.interval || line.refused) {
      ++refused;
      return;
    }
    ++made;
    covered += line.interval->contains(truth) ? 1 : 0;
    width += line.interval->half_width();
  }
  [[nodiscard]] double coverage() const {
    return static_cast<double>(covered) / static_cast<double>(made);
  }
  [[nodiscard]] double error() const {
    return std::sqrt(coverage() * (1 - coverage()) / static_cast<double>(made));
  }
};

using Tallies = std::map<std::string, Tally>;

Tallies simulate(const Scenario& scenario, const Options& options) {
  const double truth = estimate::test::true_value(scenario.world);
  Tallies tallies;
  Rng rng(options.seed);
  for (std::size_t r = 0; r < options.replications; ++r) {
    const auto matrix = estimate::test::draw_world(scenario.world, rng);
    const auto findings =
        estimate::estimate(matrix, {.bootstrap = {.replicates = 1000, .seed = options.seed + r}});
    for (const Line& line : findings.lines) {
      if (line.reward != "judge") tallies[line.method + ", " + line.reward].add(line, truth);
    }
  }
  return tallies;
}

// Whether the interval keeps its promise, as far as this many replications can tell.
std::string_view verdict(const Tally& tally, bool holds) {
  if (tally.compatibility) return "for comparison";
  if (!holds) return "assumption broken here";
  const double slack = 3 * std::sqrt(0.95 * 0.05 / static_cast<double>(tally.made));
  const bool fits = tally.coverage() >= 0.93 - slack && tally.coverage() <= 0.97 + slack;
  return fits ? "holds" : "MISSED";
}

// Prints the table of one scenario; false when a promise is missed.
bool report(const Scenario& scenario, const Tallies& tallies, std::string& json) {
  fmt::print("\n{}\n{:<28} {:>9} {:>8} {:>8} {:>11}  {}\n",
             scenario.name,
             "method, reward",
             "coverage",
             "+-",
             "refused",
             "half width",
             "");
  bool good = true;
  for (const auto& [name, tally] : tallies) {
    if (tally.made == 0) continue;
    const auto method = std::string_view(name).substr(0, name.find(','));
    bool holds = false;
    for (const auto one : scenario.holds) holds = holds || one == method;
    const auto said = verdict(tally, holds);
    good = good && said != "MISSED";
    fmt::print("{:<28} {:>8.2f}% {:>7.2f}% {:>8} {:>11.4f}  {}\n",
               name,
               100 * tally.coverage(),
               100 * tally.error(),
               tally.refused,
               tally.width / static_cast<double>(tally.made),
               said);
    json += fmt::format(
        R"({}{{"scenario":"{}","method":"{}","coverage":{},"error":{},"n":{},"verdict":"{}"}})",
        json.empty() ? "" : ",",
        scenario.name,
        name,
        tally.coverage(),
        tally.error(),
        tally.made,
        said);
  }
  return good;
}

bool read_options(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--smoke") {
      options.replications = 60;
      continue;
    }
    if (i + 1 == argc) return false;
    const std::string_view value = argv[++i];
    if (flag == "--json") {
      options.json = value;
      continue;
    }
    std::uint64_t number = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc() || read.ptr != value.data() + value.size()) return false;
    if (flag == "--replications") {
      options.replications = number;
    } else if (flag == "--seed") {
      options.seed = number;
    } else {
      return false;
    }
  }
  return options.replications > 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) {
    fmt::print(
        stderr, "usage: {} [--smoke] [--replications N] [--seed N] [--json FILE]\n", argv[0]);
    return 2;
  }
  const std::vector<Scenario> scenarios{
      {"calibration holds, 1,000 rows, half of them labelled, 100 labels of the policy's own",
       {},
       {"difference", "direct", "label-dr", "snips"}},
      {"calibration is 0.08 off on the policy", {.calibration_shift = -0.08}, {"difference"}},
      {"no labels of its own", {.probe = 0}, {"direct", "label-dr", "snips"}},
  };
  fmt::print("{} replications, seed {}\n", options.replications, options.seed);
  std::string json;
  bool good = true;
  for (const Scenario& scenario : scenarios) {
    good = report(scenario, simulate(scenario, options), json) && good;
  }
  if (!options.json.empty()) {
    std::FILE* file = std::fopen(options.json.c_str(), "wb");
    if (file == nullptr) return 2;
    fmt::print(file, "[{}]\n", json);
    if (std::fclose(file) != 0) return 2;
  }
  return good ? 0 : 1;
}
