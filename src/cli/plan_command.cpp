#include "cli/command.hpp"
#include "cli/config_flags.hpp"
#include "cli/data_input.hpp"
#include "cli/estimate_input.hpp"
#include "cli/exit_code.hpp"
#include "cli/go_on.hpp"
#include "cli/label_plan.hpp"
#include "cli/plan_report.hpp"
#include "cli/scoring.hpp"
#include "crawl/clock.hpp"
#include "journal/posix_storage.hpp"
#include "pace/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace assay::cli {
namespace {

struct PlanOptions {
  bool json = false;
  std::optional<double> labels;
  double cost_draw = 0.01;
  double cost_label = 1;
};

// The nearest folder above the run directory that exists already: nothing is made here.
std::filesystem::path existing_folder(const std::filesystem::path& run) {
  std::filesystem::path folder = std::filesystem::absolute(run);
  while (!std::filesystem::is_directory(folder) && folder.has_relative_path())
    folder = folder.parent_path();
  return folder;
}

std::uint64_t free_bytes(const std::filesystem::path& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  return error ? 0 : space.available;
}

// What each account has committed by earlier sessions, the run's first.
std::vector<pace::Amount> committed_by(const crawl::RunSpec& spec, const crawl::History& history) {
  pace::Ledger ledger(spec.caps, spec.policy_caps, spec.limits);
  ledger.restore(history.past);
  std::vector<pace::Amount> committed{ledger.run().committed()};
  for (std::uint32_t i = 0; i < spec.policies.size(); ++i)
    committed.push_back(ledger.policy(pace::PolicyId{i}).committed());
  return committed;
}

// The command under a cap that lets everything through, when the run's own may not.
std::string command_beyond(const PlanReport& report, const ConfigFlags& flags) {
  std::vector<config::FlagValue> changed;
  for (const CapForecast& cap : report.caps) {
    if (!cap.policy.empty() || cap.needed.high <= cap.left()) continue;
    const std::int64_t wanted = cap_for_the_rest({.cap = cap.cap,
                                                  .spent = 0,
                                                  .unknown = cap.committed,
                                                  .worst = cap.needed.high,
                                                  .done = 0,
                                                  .left = 1});
    changed.push_back(cap_flag(cap.axis, wanted));
  }
  return changed.empty() ? std::string() : command_with("score", flags, changed);
}

Result<PlanReport> make_plan(const config::Config& config, const ConfigFlags& flags) {
  if (std::ranges::find(config.data.paths, "-") != config.data.paths.end())
    return fail(Errc::usage, "--input: a plan reads the data more than once; name a file, not -");
  auto spec = describe_run(config);
  if (!spec) return std::unexpected(spec.error());
  spec->canaries =
      canary_terms(config.run, std::vector<doctor::CanaryTolerance>(spec->policies.size()));
  auto input = open_data(config.data);
  if (!input) return std::unexpected(input.error());
  journal::Storage& storage = journal::posix_storage();
  const std::filesystem::path folder = existing_folder(config.run.dir);
  auto planned =
      crawl::plan_work(storage, *spec, *input->samples, std::filesystem::temp_directory_path());
  if (!planned) return std::unexpected(planned.error());
  const auto observed = crawl::observe_usage(storage, *spec, *input->samples);
  if (!observed) return std::unexpected(observed.error());
  const auto work = crawl::measure_work(*spec, *input->samples, std::move(planned->to_do));
  if (!work) return std::unexpected(work.error());
  PlanReport report{.config = config,
                    .work = planned->plan,
                    .rows = planned->plan.items / std::max<std::size_t>(1, config.policies.size()),
                    .forecast = forecast(config, *work, *observed, planned->plan.items),
                    .rate = token_rate(*observed),
                    .caps = {},
                    .disk_free = free_bytes(folder),
                    .today = std::chrono::floor<std::chrono::days>(crawl::wall_now()),
                    .command = command_with("score", flags),
                    .command_beyond = {}};
  report.caps = cap_forecasts(config, report.forecast, committed_by(*spec, planned->history));
  report.command_beyond = command_beyond(report, flags);
  return report;
}

// What there is to learn the spread from: the run when there is one, else its data.
Result<std::filesystem::path> pilot_of(const config::Config& config) {
  if (!config.run.dir.empty() && is_run(config.run.dir)) return config.run.dir;
  if (config.data.paths.size() == 1) return config.data.paths.front();
  return fail(Errc::usage,
              "--labels: give a run with -o DIR, or one file or directory of data with -i");
}

int plan_labels(const config::Config& config, const PlanOptions& options) {
  const auto pilot = pilot_of(config);
  if (!pilot) return report_error(pilot.error());
  return run_label_plan({.source = *pilot,
                         .half_width = *options.labels,
                         .cost_draw = options.cost_draw,
                         .cost_label = options.cost_label,
                         .json = options.json});
}

int run_plan(const ConfigFlags& flags, const PlanOptions& options) {
  const auto loaded = load_config(flags);
  if (!loaded) return report_error(loaded.error());
  if (options.labels) return plan_labels(loaded->config, options);
  if (auto complete = config::require_scoring(loaded->config); !complete)
    return report_error(complete.error());
  const auto report = make_plan(loaded->config, flags);
  if (!report) return report_error(report.error());
  fmt::print("{}", options.json ? to_json(*report) : to_text(*report));
  return std::fflush(stdout) == 0 ? exit_complete : exit_storage;
}

}  // namespace

void add_plan(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "plan", "What `assay score` with the same options would take; nothing is sent");
  const ConfigFlags flags(command);
  auto options = std::make_shared<PlanOptions>();
  command.add_flag("--json", &options->json, "As JSON on standard output");
  const Option labels =
      command
          .add_option("--labels",
                      &options->labels,
                      "How many labels and judged draws give a 95 % interval of this half width")
          .share();
  command.add_option("--draw-cost", &options->cost_draw, "Of one judged draw, in any unit")
      .positive()
      .needs(labels)
      .shows_default();
  command.add_option("--label-cost", &options->cost_label, "Of one label, in the same unit")
      .positive()
      .needs(labels)
      .shows_default();
  command.when_chosen([flags, options, &chosen] {
    chosen = [flags, options] { return run_plan(flags, *options); };
  });
}

}  // namespace assay::cli
