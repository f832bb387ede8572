#include "cli/audit_report.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "journal/posix_storage.hpp"
#include "journal/run_directory.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

namespace assay::cli {
namespace {

struct AuditOptions {
  std::string run;
  bool json = false;
};

int audit(const AuditOptions& options) {
  journal::Storage& storage = journal::posix_storage();
  const auto manifest = journal::RunDirectory::inspect(storage, options.run);
  if (!manifest) return report_error(manifest.error());
  const auto report = audit_run(storage, options.run);
  if (!report) return report_error(report.error());
  fmt::print("{}", options.json ? to_json(*report) : to_text(*report));
  if (std::fflush(stdout) != 0) return exit_storage;
  return report->audit.holds() ? exit_complete : exit_unverified;
}

}  // namespace

void add_audit(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "audit", "Prove from a run's journal that its budget was kept at every record");
  auto options = std::make_shared<AuditOptions>();
  command.add_option("RUN", &options->run, "The run directory").required();
  command.add_flag("--json", &options->json, "As JSON on standard output");
  command.when_chosen([options, &chosen] { chosen = [options] { return audit(*options); }; });
}

}  // namespace assay::cli
