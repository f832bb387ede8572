#include "frame/question.hpp"

#include "assay/ensure.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <utility>

namespace assay::bench {
namespace {

// Single passes whose wall time is kept; beyond it percentiles would not move.
constexpr std::size_t passes_kept_max = 200'000;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string time_text(double seconds) {
  if (seconds < 1e-6) return fmt::format("{:.1f} ns", seconds * 1e9);
  if (seconds < 1e-3) return fmt::format("{:.2f} us", seconds * 1e6);
  return fmt::format("{:.2f} ms", seconds * 1e3);
}

std::string verdict(const Bar& bar, double ratio) {
  if (!bar.at_most) return {};
  const std::string aim = bar.aim ? fmt::format(", aim {:.2f}", *bar.aim) : std::string{};
  return fmt::format("{} (at most {:.2f}{})",
                     ratio <= *bar.at_most ? "holds" : "does not hold",
                     *bar.at_most,
                     aim);
}

// Google Benchmark decides how often and in which order; what is printed is ours.
class Collector final : public benchmark::BenchmarkReporter {
 public:
  using Sink = std::function<void(const std::string& name, double cpu_seconds)>;
  explicit Collector(Sink sink) : sink_(std::move(sink)) {}
  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.iterations == 0) continue;
      sink_(run.run_name.function_name,
            run.cpu_accumulated_time / static_cast<double>(run.iterations));
    }
  }

 private:
  Sink sink_;
};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || !(value > 0)) return std::nullopt;
  return value;
}

}  // namespace

struct Question::Options {
  bool smoke = false;
  std::string json;
  double seconds = 0.3;
  int repetitions = 7;
  [[nodiscard]] static std::optional<Options> read(int argc, char** argv);
};

std::optional<Question::Options> Question::Options::read(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    if (flag == "--smoke") {
      options.smoke = true;
      continue;
    }
    ++i;
    const auto number = number_of(value);
    if (flag == "--json" && !value.empty()) {
      options.json = value;
    } else if (flag == "--seconds" && number) {
      options.seconds = *number;
    } else if (flag == "--repetitions" && number && *number >= 1 && *number <= 1000) {
      options.repetitions = static_cast<int>(*number);
    } else {
      fmt::print(stderr,
                 "{}: cannot use '{} {}'; there are: --smoke, --json FILE, --seconds S, "
                 "--repetitions N\n",
                 argv[0],
                 flag,
                 value);
      return std::nullopt;
    }
  }
  return options;
}

Question::Question(std::string text, Work work) : text_(std::move(text)), work_(std::move(work)) {}

void Question::baseline(std::string name, Pass pass) {
  ensure(std::ranges::none_of(contenders_, &Contender::is_baseline), "there is one baseline");
  contender(std::move(name), std::move(pass));
  contenders_.back().is_baseline = true;
}

void Question::contender(std::string name, Pass pass, Bar bar, Answers answers) {
  Contender contender;
  contender.name = std::move(name);
  contender.pass = std::move(pass);
  contender.bar = bar;
  contender.answers = answers;
  contenders_.push_back(std::move(contender));
}

const Question::Contender& Question::base() const {
  const auto found = std::ranges::find_if(contenders_, &Contender::is_baseline);
  ensure(found != contenders_.end(), "there is a baseline");
  return *found;
}

double Question::ratio(const Contender& contender) const {
  return percentile(contender.cpu_seconds, 0.5) / percentile(base().cpu_seconds, 0.5);
}

void Question::measure(const Options& options) {
  std::vector<std::string> words{"bench", "--benchmark_enable_random_interleaving=true"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  int argc = static_cast<int>(argv.size());
  benchmark::Initialize(&argc, argv.data());
  for (Contender& contender : contenders_) {
    const auto run = [&contender](benchmark::State& state) {
      for (auto step : state) {
        static_cast<void>(step);
        const auto begin = std::chrono::steady_clock::now();
        const std::uint64_t hash = contender.pass();
        if (contender.wall_seconds.size() < passes_kept_max) {
          contender.wall_seconds.push_back(seconds_since(begin));
        }
        if (contender.hash.value_or(hash) != hash) contender.fault = "answers differ by pass";
        contender.hash = hash;
      }
    };
    auto* registered = benchmark::RegisterBenchmark(contender.name.c_str(), run);
    if (options.smoke) {
      registered->Iterations(2)->Repetitions(1);
    } else {
      registered->MinWarmUpTime(options.seconds / 2);
      registered->MinTime(options.seconds)->Repetitions(options.repetitions);
    }
  }
  Collector collector([this](const std::string& name, double cpu_seconds) {
    std::ranges::find(contenders_, name, &Contender::name)->cpu_seconds.push_back(cpu_seconds);
  });
  benchmark::RunSpecifiedBenchmarks(&collector);
}

bool Question::check() {
  for (Contender& contender : contenders_) {
    if (contender.cpu_seconds.empty()) contender.fault = "was not run";
    if (contender.answers == Answers::as_baseline && contender.hash != base().hash) {
      contender.fault = fmt::format("its answer is not {}'s", base().name);
    }
    if (contender.fault.empty()) continue;
    fmt::print(stderr, "{}: {}\n", contender.name, contender.fault);
  }
  return std::ranges::all_of(contenders_, [](const Contender& c) { return c.fault.empty(); });
}

std::string Question::table() const {
  std::string out = fmt::format("{}\n\n", text_);
  out += fmt::format("  {:<34} {:>11} {:>23} {:>9} {:>10} {:>10} {:>10} {:>7}  {}\n",
                     "",
                     "cpu/" + work_.unit,
                     "least .. greatest",
                     work_.bytes > 0 ? "GB/s" : "",
                     "pass p50",
                     "p90",
                     "p99",
                     "ratio",
                     "hash");
  for (const Contender& each : contenders_) {
    const double median = percentile(each.cpu_seconds, 0.5);
    const auto [least, greatest] = std::ranges::minmax(each.cpu_seconds);
    out += fmt::format("  {:<34} {:>11} {:>23} {:>9} {:>10} {:>10} {:>10} {:>7.2f}  {:016x}  {}\n",
                       each.name,
                       time_text(median / work_.units),
                       time_text(least / work_.units) + " .. " + time_text(greatest / work_.units),
                       work_.bytes > 0 ? fmt::format("{:.2f}", work_.bytes / median / 1e9) : "",
                       time_text(percentile(each.wall_seconds, 0.5)),
                       time_text(percentile(each.wall_seconds, 0.9)),
                       time_text(percentile(each.wall_seconds, 0.99)),
                       ratio(each),
                       each.hash.value_or(0),
                       verdict(each.bar, ratio(each)));
  }
  return out;
}

std::string Question::json() const {
  std::string rows;
  for (const Contender& each : contenders_) {
    const auto [least, greatest] = std::ranges::minmax(each.cpu_seconds);
    rows += fmt::format(
        R"({}{{"name":"{}","cpu_ns":{},"cpu_ns_min":{},"cpu_ns_max":{},"ratio":{},"at_most":{},"aim":{},"hash":"{:016x}"}})",
        rows.empty() ? "" : ",",
        each.name,
        percentile(each.cpu_seconds, 0.5) / work_.units * 1e9,
        least / work_.units * 1e9,
        greatest / work_.units * 1e9,
        ratio(each),
        each.bar.at_most ? fmt::format("{}", *each.bar.at_most) : "null",
        each.bar.aim ? fmt::format("{}", *each.bar.aim) : "null",
        each.hash.value_or(0));
  }
  return fmt::format(R"({{"question":"{}","unit":"{}","units":{},"bytes":{},"contenders":[{}]}})"
                     "\n",
                     text_,
                     work_.unit,
                     work_.units,
                     work_.bytes,
                     rows);
}

int Question::answer(int argc, char** argv) {
  const auto options = Options::read(argc, argv);
  if (!options) return 2;
  measure(*options);
  if (!check()) return 1;
  fmt::print("{}", table());
  if (options->json.empty()) return 0;
  std::FILE* file = std::fopen(options->json.c_str(), "w");
  if (file == nullptr) {
    std::perror(options->json.c_str());
    return 1;
  }
  fmt::print(file, "{}", json());
  return std::fclose(file) == 0 ? 0 : 1;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 32);
}

std::uint64_t mix(std::uint64_t hash, double value) {
  return mix(hash, std::bit_cast<std::uint64_t>(value));
}

double percentile(std::vector<double> values, double share) {
  ensure(!values.empty(), "a percentile is of something");
  const auto rank =
      static_cast<std::ptrdiff_t>(std::ceil(share * static_cast<double>(values.size())) - 1);
  const auto at = values.begin() + std::max<std::ptrdiff_t>(rank, 0);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace assay::bench
