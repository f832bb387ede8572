// How much memory and time does it take to read a run of many records for estimation?
//
// A run is made in a temporary directory: a data set, four policies, one journal record for each
// row under each policy, 350 bytes a line. It is read as `assay estimate RUN` reads it, which joins
// the journal to the rows and verifies every sum twice, and then estimated. Peaks are of this
// process, whose own part is a few megabytes; what grows with the rows is the matrix.
//
//   bench_estimate_journal [--smoke] [--records MAX] [--bootstrap N] [--json FILE]

#include "assay/ensure.hpp"
#include "cli/estimate_input.hpp"
#include "cli/run_inputs.hpp"
#include "core/rng.hpp"
#include "estimate/estimate.hpp"
#include "frame/process.hpp"
#include "journal/appender.hpp"
#include "journal/manifest.hpp"
#include "journal/posix_storage.hpp"
#include "made_journal.hpp"
#include "support/temp_directory.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using namespace assay;

constexpr std::string_view config_text = R"(
run: {{dir: {0}}}
data: {{path: {0}/data.jsonl}}
endpoints:
  - {{name: local, dialect: openai, base_url: "https://127.0.0.1:1/v1", api_key_env: NONE,
     price: {{input_usd_per_million: 0.2, output_usd_per_million: 0.2}}}}
policies:
  - {{name: base, model: a, weights: a, endpoints: [local]}}
  - {{name: near, model: b, weights: b, endpoints: [local]}}
  - {{name: middle, model: c, weights: c, endpoints: [local]}}
  - {{name: far, model: d, weights: d, endpoints: [local]}}
logging_policy: base
)";
constexpr std::size_t policies = 4;
constexpr journal::RunId run_id{.bytes = {1}};

void write_rows(const std::filesystem::path& run, std::uint64_t rows) {
  std::ofstream(run / "config.yaml") << fmt::format(config_text, run.string());
  journal::Manifest manifest;
  manifest.run = run_id;
  manifest.version = "bench";
  manifest.config_digest = digest_of("config");
  manifest.data_digest = digest_of("data");
  std::ofstream(run / "run.json") << journal::to_json(manifest);
  std::ofstream out(run / "data.jsonl");
  Rng rng(rows);
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::string label =
        row % 2 == 0 ? fmt::format(R"(,"oracle_label":{:.3f})", rng.uniform()) : std::string();
    out << fmt::format(R"({{"prompt_id":"prompt_{0}","prompt":"Question {0}?","response":)"
                       R"("Answer {0}.","judge_score":{1:.2f}{2}}})"
                       "\n",
                       row,
                       rng.uniform(),
                       label);
  }
}

// The record of a row under a policy, as a run would have written it.
journal::Record record_of(const Sample& sample, const Policy& policy, Rng& rng) {
  journal::ScoreRecord record = bench::made_record(sample.row);
  record.key = content_key(policy, sample, Method::echo);
  record.row = sample.row;
  record.policy = policy.name;
  if (const Score* made = record.outcome.score()) {
    Score score = *made;
    score.logprob = *LogProb::from_nats(-80 - rng.uniform());
    record.outcome = std::move(score);
  }
  return record;
}

void write_journal(const std::filesystem::path& run) {
  auto inputs = cli::open_run_inputs(run);
  ensure(inputs.has_value(), "the run that was just made can be opened");
  auto appender = journal::Appender::open(
      journal::posix_storage(),
      run,
      {.run = run_id,
       .config_digest = digest_of("config"),
       .data_digest = digest_of("data"),
       .version = "bench",
       .clock = [] { return WallTime{std::chrono::milliseconds{1'780'000'000'000}}; },
       .on_segment = {}},
      {});
  ensure(appender.has_value(), "a journal can be made in a temporary directory");
  Rng rng(1);
  std::vector<journal::Record> group;
  for (;;) {
    auto row = inputs->samples->next();
    ensure(row.has_value(), "the data set can be read");
    if (!*row) break;
    for (const Policy& policy : inputs->policies) group.push_back(record_of(***row, policy, rng));
    if (group.size() < 4096) continue;
    ensure(appender->append(group).has_value(), "a group can be appended");
    group.clear();
  }
  if (!group.empty()) ensure(appender->append(group).has_value(), "a group can be appended");
  ensure(appender->seal().has_value() && appender->close().has_value(), "a journal can be closed");
}

double journal_megabytes(const std::filesystem::path& run) {
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(run / "journal")) {
    if (file.is_regular_file()) bytes += file.file_size();
  }
  return static_cast<double>(bytes) / (1 << 20);
}

struct Cost {
  std::uint64_t records = 0;
  double journal_mb = 0;
  double peak_before = 0;
  double read_cpu = 0;
  double read_peak = 0;
  double estimate_cpu = 0;
  double estimate_peak = 0;
};

Cost measure(std::uint64_t records, std::size_t replicates) {
  const test::TempDirectory folder;
  write_rows(folder.path(), records / policies);
  write_journal(folder.path());
  Cost cost{.records = records, .journal_mb = journal_megabytes(folder.path())};
  cost.peak_before = bench::peak_megabytes();
  const double begin = bench::cpu_seconds();
  const auto input = cli::read_estimate_input({.source = folder.path()});
  ensure(input.has_value(), "the run can be read");
  cost.read_cpu = bench::cpu_seconds() - begin;
  cost.read_peak = bench::peak_megabytes();
  ensure(input->matrix.rows() == records / policies && input->matrix.targets.size() == policies - 1,
         "every row and policy is in the matrix");
  ensure(input->matrix.base.count() > 0, "the journal's values are in the matrix");
  const double middle = bench::cpu_seconds();
  estimate::Options options;
  options.bootstrap.replicates = replicates;
  const auto findings = estimate::estimate(input->matrix, options);
  ensure(!findings.lines.empty(), "there is something to estimate");
  cost.estimate_cpu = bench::cpu_seconds() - middle;
  cost.estimate_peak = bench::peak_megabytes();
  return cost;
}

void print_table(const std::vector<Cost>& costs) {
  fmt::print("{:>10} {:>11} {:>10} {:>13} {:>12} {:>14} {:>16}\n",
             "records",
             "journal MB",
             "read CPU s",
             "us per record",
             "read peak MB",
             "estimate CPU s",
             "estimate peak MB");
  for (const Cost& cost : costs) {
    fmt::print("{:>10} {:>11.1f} {:>10.2f} {:>13.2f} {:>12.0f} {:>14.2f} {:>16.0f}\n",
               cost.records,
               cost.journal_mb,
               cost.read_cpu,
               1e6 * cost.read_cpu / static_cast<double>(cost.records),
               cost.read_peak,
               cost.estimate_cpu,
               cost.estimate_peak);
  }
}

bool write_json(const std::string& path, const std::vector<Cost>& costs) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  fmt::print(file, "[");
  for (std::size_t i = 0; i < costs.size(); ++i) {
    fmt::print(file,
               R"({}{{"records":{},"read_cpu_s":{},"read_peak_mb":{},"estimate_cpu_s":{},)"
               R"("estimate_peak_mb":{}}})",
               i == 0 ? "" : ",",
               costs[i].records,
               costs[i].read_cpu,
               costs[i].read_peak,
               costs[i].estimate_cpu,
               costs[i].estimate_peak);
  }
  fmt::print(file, "]\n");
  return std::fclose(file) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t records_max = 100'000;
  std::uint64_t records_min = 10'000;
  std::size_t replicates = 2000;
  std::string json;
  auto read_number = [&](int& i, auto& number) {
    const std::string_view value = i + 1 < argc ? argv[++i] : "";
    return std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc();
  };
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    bool good = true;
    if (flag == "--smoke") {
      records_min = records_max = 4000;
      replicates = 20;
    } else if (flag == "--records") {
      good = read_number(i, records_max);
    } else if (flag == "--bootstrap") {
      good = read_number(i, replicates);
    } else if (flag == "--json" && i + 1 < argc) {
      json = argv[++i];
    } else {
      good = false;
    }
    if (!good) {
      fmt::print(
          stderr, "usage: {} [--smoke] [--records MAX] [--bootstrap N] [--json FILE]\n", argv[0]);
      return 2;
    }
  }
  std::vector<Cost> costs;
  for (std::uint64_t records = records_min; records <= records_max; records *= 10) {
    costs.push_back(measure(records, replicates));
  }
  print_table(costs);
  return json.empty() || write_json(json, costs) ? 0 : 2;
}
