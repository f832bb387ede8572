#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/failure_report.hpp"
#include "cli/run_inputs.hpp"
#include "journal/posix_storage.hpp"
#include "journal/run_directory.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

namespace assay::cli {
namespace {

struct FailuresOptions {
  std::string run;
  bool json = false;
};

Result<FailureReport> report_on(const std::string& run) {
  journal::Storage& storage = journal::posix_storage();
  const auto manifest = journal::RunDirectory::inspect(storage, run);
  if (!manifest) return std::unexpected(manifest.error());
  auto inputs = open_run_inputs(run);
  if (!inputs) return std::unexpected(inputs.error());
  journal::ResultsRequest request;
  request.run = run;
  request.samples = inputs->samples.get();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs->policies.size(); ++i) {
    names.push_back(inputs->policies[i].name);
    request.policies.push_back({.policy = inputs->policies[i], .method = inputs->methods[i]});
  }
  FailureReport report(std::move(names));
  const auto counts = journal::for_each_result(
      storage, request, [&report](const journal::ResultRow& row) -> Status {
        report.add(row);
        return {};
      });
  if (!counts) return std::unexpected(counts.error());
  return report;
}

int failures(const FailuresOptions& options) {
  const auto report = report_on(options.run);
  if (!report) return report_error(report.error());
  fmt::print("{}", options.json ? to_json(*report, options.run) : to_text(*report, options.run));
  return std::fflush(stdout) == 0 ? exit_complete : exit_storage;
}

}  // namespace

void add_failures(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "failures", "A run's failures by cause: what was spent, whether a retry helps, what to do");
  auto options = std::make_shared<FailuresOptions>();
  command.add_option("RUN", &options->run, "The run directory").required();
  command.add_flag("--json", &options->json, "As JSON on standard output");
  command.when_chosen([options, &chosen] { chosen = [options] { return failures(*options); }; });
}

}  // namespace assay::cli
