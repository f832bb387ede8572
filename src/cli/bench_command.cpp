#include "cli/command.hpp"
#include "cli/config_flags.hpp"
#include "cli/data_input.hpp"
#include "cli/exit_code.hpp"
#include "cli/process.hpp"
#include "cli/scoring.hpp"
#include "config/quantity.hpp"
#include "crawl/clock.hpp"
#include "crawl/load_run.hpp"
#include "crawl/scoring_call.hpp"
#include "crawl/terms.hpp"
#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"
#include "monitor/load_step.hpp"
#include "wire/course.hpp"
#include "wire/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>

namespace assay::cli {
namespace {

// Rows that are sent in turn: enough that a provider's cache does not answer for all of them.
constexpr std::size_t works_max = 2000;
// Open steps, as shares of the best rate of the closed ones.
constexpr double open_shares[] = {0.5, 0.8, 0.95};
// Most in flight when the configuration does not say.
constexpr std::int64_t in_flight_max = 1024;
// Of an open step: due, and waiting for a limit to let them go.
constexpr std::size_t waiting_max = 64;

struct BenchOptions {
  std::string step = "4s";
  std::vector<std::string> in_flight;
  std::vector<std::string> rates;
  std::string picture;
  bool json = false;
  bool quiet = false;
};

// What the steps are to be; both empty: up to the knee, then shares of the best rate.
struct Steps {
  Duration span;
  std::vector<std::size_t> in_flight;
  std::vector<double> rates;
};

// Each above 0.
template <class Number>
Result<std::vector<Number>> numbers_of(std::string_view option,
                                       const std::vector<std::string>& texts) {
  std::vector<Number> numbers;
  for (const std::string& text : texts) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !(number > 0)) {
      return fail(Errc::usage,
                  fmt::format("{} {}: give numbers above 0, as in {} 8,16", option, text, option));
    }
    numbers.push_back(number);
  }
  return numbers;
}

Result<Steps> steps_of(const BenchOptions& options) {
  const auto span = config::parse_duration(options.step);
  if (!span || *span < std::chrono::milliseconds{100}) {
    return fail(Errc::usage,
                fmt::format("--step {}: give a time of 100ms or more, as in 4s", options.step));
  }
  auto in_flight = numbers_of<std::size_t>("--in-flight", options.in_flight);
  if (!in_flight) return std::unexpected(in_flight.error());
  auto rates = numbers_of<double>("--rate", options.rates);
  if (!rates) return std::unexpected(rates.error());
  return Steps{.span = *span, .in_flight = std::move(*in_flight), .rates = std::move(*rates)};
}

Result<std::vector<crawl::Work>> read_works(SampleSource& samples, const crawl::RunSpec& spec) {
  for (const Policy& policy : spec.policies) {
    if (!wire::takes_course(policy.method)) continue;
    return fail(Errc::usage,
                fmt::format("policy {}: method {} takes several requests per score; bench measures "
                            "single ones: give it a policy with method echo",
                            policy.name,
                            name_of(policy.method)));
  }
  const std::vector<crawl::PolicyForm> forms = crawl::forms_of(spec);
  std::vector<crawl::Work> works;
  while (works.size() < works_max) {
    const auto row = samples.next();
    if (!row) return std::unexpected(row.error());
    if (*row == nullptr) break;
    if (!**row) continue;
    for (std::uint32_t policy = 0; policy < spec.policies.size(); ++policy) {
      const Policy& under = spec.policies[policy];
      crawl::Work work{
          .item = works.size(),
          .row = (**row)->row,
          .policy = policy,
          .key = {},
          .canary = std::nullopt,
          .rendering = std::make_shared<const crawl::Rendering>(wire::render(
              forms[policy].form, under.system_prompt, ***row, forms[policy].options))};
      if (!work.rendered() || crawl::ScoringCall(spec, work).objection()) continue;
      works.push_back(std::move(work));
    }
  }
  if (works.empty()) {
    return fail(Errc::input, "no row of the data can be sent; `assay score` says why for each");
  }
  return works;
}

bool is_rate(pace::Binding::Kind kind) {
  return kind == pace::Binding::Kind::requests_per_minute ||
         kind == pace::Binding::Kind::requests_per_day ||
         kind == pace::Binding::Kind::tokens_per_minute;
}

monitor::LoadFigures figures_of(const crawl::LoadShape& shape, const crawl::LoadResult& result) {
  monitor::LoadStep step;
  step.kind = shape.rate_per_second ? monitor::LoadKind::open : monitor::LoadKind::closed;
  step.asked =
      shape.rate_per_second ? *shape.rate_per_second : static_cast<double>(shape.in_flight);
  step.span = shape.span;
  step.unsent = result.unsent;
  if (result.binding.kind != pace::Binding::Kind::none) {
    step.bound_by = pace::to_text(result.binding);
    step.bound_by_rate = is_rate(result.binding.kind);
  }
  for (const crawl::LoadSample& sample : result.samples) {
    step.requests.push_back({.due = sample.due - result.begun,
                             .sent = sample.sent - result.begun,
                             .done = sample.done - result.begun,
                             .failure = sample.failure,
                             .tokens = sample.tokens.value});
  }
  return monitor::figures_of(step);
}

// Climbs the closed steps, then offers shares of what they reached as open load.
class Ladder {
 public:
  // No step begins that would end behind `until`.
  Ladder(
      crawl::LoadRun& run, Steps asked, std::size_t most, std::optional<Instant> until, bool quiet)
      : run_(run), asked_(std::move(asked)), most_(most), until_(until), quiet_(quiet) {}

  void climb() {
    if (asked_.in_flight.empty() && asked_.rates.empty()) {
      while (const auto next = monitor::next_concurrency(steps_, most_)) {
        if (!take({.rate_per_second = {}, .in_flight = *next, .span = asked_.span})) return;
      }
    }
    for (const std::size_t in_flight : asked_.in_flight) {
      if (!take({.rate_per_second = {},
                 .in_flight = std::min(in_flight, most_),
                 .span = asked_.span}))
        return;
    }
    for (const double rate : rates()) {
      if (!take({.rate_per_second = rate, .in_flight = waiting_max, .span = asked_.span})) return;
    }
  }
  [[nodiscard]] const std::vector<monitor::LoadFigures>& steps() const { return steps_; }

 private:
  [[nodiscard]] std::vector<double> rates() const {
    if (!asked_.rates.empty() || !asked_.in_flight.empty()) return asked_.rates;
    std::vector<double> rates;
    const auto best = monitor::findings_of(steps_).rate_max;
    if (!best) return rates;
    for (const double share : open_shares) rates.push_back(share * *best);
    return rates;
  }

  // False when nothing more will be sent.
  bool take(const crawl::LoadShape& shape) {
    if (until_ && crawl::monotonic_now() + asked_.span > *until_) {
      fmt::print(stderr, "Stopped: the time limit leaves no room for another step\n");
      return false;
    }
    steps_.push_back(figures_of(shape, run_.run(shape)));
    if (!quiet_) {
      const auto& step = steps_.back();
      fmt::print(stderr,
                 "{} {:g}: {} answers, {}\n",
                 shape.rate_per_second ? "open, per second" : "closed, in flight",
                 step.asked,
                 step.good,
                 step.rate ? fmt::format("{:.1f}/s", *step.rate) : "too few for a rate");
    }
    return !run_.halted();
  }

  crawl::LoadRun& run_;
  Steps asked_;
  std::size_t most_;
  std::optional<Instant> until_;
  bool quiet_;
  std::vector<monitor::LoadFigures> steps_;
};

int exit_code_of_halt(const std::optional<pace::Halt>& halt) {
  if (!halt) return exit_complete;
  switch (halt->cause) {
    case pace::Halt::Cause::refused:
    case pace::Halt::Cause::same_failure:
    case pace::Halt::Cause::usage_above_bound:
      return exit_refused;
    case pace::Halt::Cause::unavailable:
      return exit_unavailable;
    case pace::Halt::Cause::budget:
    case pace::Halt::Cause::price_unknown:
      return exit_budget;
    case pace::Halt::Cause::time:
      return exit_time_limit;
  }
  return exit_refused;
}

Status print_results(const Ladder& ladder, const crawl::LoadRun& run, const BenchOptions& options) {
  fmt::print(
      "{}",
      options.json ? monitor::load_json(ladder.steps()) : monitor::load_table(ladder.steps()));
  if (run.halted()) fmt::print(stderr, "Stopped: {}\n", run.halted()->reason);
  if (options.picture.empty()) return {};
  return journal::write_file_atomically(
      journal::posix_storage(), options.picture, monitor::load_picture(ladder.steps()));
}

// The steps look for what the endpoint takes; our own search for it would stand in their way.
std::size_t free_concurrency(crawl::RunSpec& spec) {
  std::int64_t most = in_flight_max;
  for (auto& endpoint : spec.endpoints) {
    most = std::min(most, endpoint.terms.concurrency ? *endpoint.terms.concurrency : in_flight_max);
    if (!endpoint.terms.concurrency) endpoint.terms.concurrency = in_flight_max;
  }
  return static_cast<std::size_t>(most);
}

Result<int> bench(const config::Config& config, const BenchOptions& options) {
  auto steps = steps_of(options);
  if (!steps) return std::unexpected(steps.error());
  auto input = open_data(config.data);
  if (!input) return std::unexpected(input.error());
  auto spec = make_run_spec(config);
  if (!spec) return std::unexpected(spec.error());
  spec->loops = 1;
  const std::size_t most = free_concurrency(*spec);
  auto works = read_works(*input->samples, *spec);
  if (!works) return std::unexpected(works.error());
  auto run = crawl::LoadRun::open(std::move(*spec), std::move(*works));
  if (!run) return std::unexpected(run.error());
  std::optional<Instant> until;
  if (config.budget.wall) until = crawl::monotonic_now() + *config.budget.wall;
  Ladder ladder(**run, std::move(*steps), most, until, options.quiet);
  ladder.climb();
  if (auto printed = print_results(ladder, **run, options); !printed)
    return std::unexpected(printed.error());
  return exit_code_of_halt((*run)->halted());
}

int run_bench(const ConfigFlags& flags, const BenchOptions& options) {
  protect_process();
  std::signal(SIGPIPE, SIG_IGN);
  auto loaded = load_config(flags);
  if (!loaded) return report_error(loaded.error());
  // Nothing is kept, so no directory is asked for.
  if (loaded->config.run.dir.empty()) loaded->config.run.dir = ".";
  if (auto complete = config::require_scoring(loaded->config); !complete)
    return report_error(complete.error());
  auto exit_code = bench(loaded->config, options);
  return exit_code ? *exit_code : report_error(exit_code.error());
}

}  // namespace

void add_bench(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "bench",
      "How fast is this endpoint really? Sends real work, within its limits and the budget");
  const ConfigFlags flags(command, {"data", "endpoints", "policies", "budget", "network"});
  auto options = std::make_shared<BenchOptions>();
  command.add_option("--step", &options->step, "How long each step sends").shows_default();
  command
      .add_option("--in-flight",
                  &options->in_flight,
                  "Closed steps: so many requests at once (default: 1, 2, 4, ... up to the knee)")
      .any_number();
  command
      .add_option("--rate",
                  &options->rates,
                  "Open steps: so many requests a second (default: 50, 80, 95 % of the best)")
      .any_number();
  command.add_option("--picture", &options->picture, "Write latency over throughput there, as SVG");
  command.add_flag("--json", &options->json, "Print the figures as JSON on standard output");
  command.add_flag("-q,--quiet", &options->quiet, "No progress");
  command.when_chosen([flags, options, &chosen] {
    chosen = [flags, options] { return run_bench(flags, *options); };
  });
}

}  // namespace assay::cli
