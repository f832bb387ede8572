#include "cli/command.hpp"
#include "cli/estimate_input.hpp"
#include "cli/exit_code.hpp"
#include "cli/version.hpp"
#include "estimate/estimate.hpp"
#include "report/csv.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/table.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace assay::cli {

namespace {

struct EstimateFlags {
  std::string source;
  std::string fresh_draws;
  std::string probe_slice;
  std::string html;
  std::string logging_policy;
  bool no_fresh_draws = false;
  bool skip_bad_rows = false;
  bool allow_grade_c = false;
  bool show_refused = false;
  bool json = false;
  bool csv = false;
  bool two_stage = false;
  std::optional<double> audit_margin;
  std::optional<double> label_probability;
  std::optional<double> plan_labels;
  double cost_draw = 0.01;
  double cost_label = 1;
  std::size_t bootstrap = 2000;
  std::uint64_t seed = 42;
};

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

report::Colour colour_of(std::FILE* stream) {
  if (is_set("NO_COLOR")) return report::Colour::plain;
  if (is_set("CLICOLOR_FORCE")) return report::Colour::ansi;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return report::Colour::plain;
  return ::isatty(::fileno(stream)) == 1 ? report::Colour::ansi : report::Colour::plain;
}

Status write_text(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return fail(Errc::io,
                fmt::format("{}: {}; name a file that can be written", path, std::strerror(errno)));
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int write_error = errno;
  const bool closed = std::fclose(file) == 0;
  if (written && closed) return {};
  const int cause = written ? errno : write_error;
  return fail(cause == ENOSPC || cause == EDQUOT ? Errc::disk_full : Errc::io,
              fmt::format("{}: {}", path, std::strerror(cause)));
}

Status print_text(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return {};
  }
  return fail(Errc::io, fmt::format("standard output: {}", std::strerror(errno)));
}

// A run directory gets its report without being asked.
std::string report_path(const EstimateFlags& flags) {
  if (!flags.html.empty() || !is_run(flags.source)) return flags.html;
  return (std::filesystem::path(flags.source) / "report.html").string();
}

EstimateRequest request_of(const EstimateFlags& flags) {
  EstimateRequest request;
  request.source = flags.source;
  if (!flags.fresh_draws.empty()) request.fresh_draws = flags.fresh_draws;
  if (!flags.probe_slice.empty()) request.probe_slice = flags.probe_slice;
  request.without_fresh_draws = flags.no_fresh_draws;
  request.skip_bad_rows = flags.skip_bad_rows;
  request.logging_policy = flags.logging_policy;
  if (flags.allow_grade_c) request.grade_worst = Grade::c;
  return request;
}

estimate::Options options_of(const EstimateFlags& flags) {
  estimate::Options options;
  options.audit_margin = flags.audit_margin;
  options.label_probability = flags.label_probability;
  options.bootstrap = {.replicates = flags.bootstrap, .seed = flags.seed};
  options.plan_half_width = flags.plan_labels;
  options.two_stage = flags.two_stage;
  options.cost_draw = flags.cost_draw;
  options.cost_label = flags.cost_label;
  return options;
}

int run_estimate(const EstimateFlags& flags) {
  auto input = read_estimate_input(request_of(flags));
  if (!input) return report_error(input.error());
  report::Context& context = input->context;
  context.version = version;
  context.show_refused = flags.show_refused;
  const estimate::Findings findings = estimate::estimate(input->matrix, options_of(flags));
  const std::string page = report_path(flags);
  if (!page.empty()) {
    if (const Status status = write_text(page, report::to_html(findings, context)); !status) {
      return report_error(status.error());
    }
    fmt::print(stderr, "report: {}\n", page);
  }
  const std::string text = flags.json  ? report::to_json(findings, context)
                           : flags.csv ? report::to_csv(findings, context.show_refused)
                                       : report::to_table(findings, context, colour_of(stdout));
  if (const Status status = print_text(text); !status) return report_error(status.error());
  return exit_complete;
}

// What the statistics are told.
void add_options(Command command, EstimateFlags& flags) {
  command
      .add_option(
          "--audit-margin",
          &flags.audit_margin,
          "Largest tolerable offset of the calibration on a policy's own labels: grades the "
          "transport audit")
      .share();
  command
      .add_option("--label-probability",
                  &flags.label_probability,
                  "Known chance of a logged row to be labelled (default: estimated at like judge "
                  "scores)")
      .share();
  command.add_option("--bootstrap", &flags.bootstrap, "Replicates of the direct method; 0: none")
      .between(0, 100'000)
      .shows_default();
  command.add_option("--seed", &flags.seed, "Of the bootstrap").shows_default();
  command.add_flag(
      "--two-stage",
      &flags.two_stage,
      "With --json: the neighbouring tool's estimators under its two-stage calibration, "
      "too");
  const Option plan =
      command
          .add_option("--plan-labels",
                      &flags.plan_labels,
                      "How many labels and judged draws give a 95 % interval of this half width")
          .share();
  command.add_option("--draw-cost", &flags.cost_draw, "Of one judged draw, in any unit")
      .positive()
      .needs(plan)
      .shows_default();
  command.add_option("--label-cost", &flags.cost_label, "Of one label, in the same unit")
      .positive()
      .needs(plan)
      .shows_default();
}

}  // namespace

void add_estimate(Command app, Chosen& chosen) {
  const Command command =
      app.add_command("estimate", "What the policies are worth, from a run or recorded data");
  auto flags = std::make_shared<EstimateFlags>();
  command
      .add_option("source",
                  &flags->source,
                  "A run directory, a file of logged data, or a directory of both data and draws")
      .required();
  const Option fresh =
      command.add_option("--fresh-draws",
                         &flags->fresh_draws,
                         "Directory of <policy>_responses.jsonl (default: beside SOURCE)");
  command.add_flag("--no-fresh-draws", &flags->no_fresh_draws, "Use no fresh draws")
      .excludes(fresh);
  command.add_option("--probe-slice",
                     &flags->probe_slice,
                     "Directory of <policy>_probe.jsonl (default: beside SOURCE)");
  command.add_option(
      "--logging-policy", &flags->logging_policy, "Of a run: the policy that wrote the responses");
  command.add_flag(
      "--allow-grade-c", &flags->allow_grade_c, "Of a run: take values from two calls as well");
  command.add_flag("--skip-bad-rows", &flags->skip_bad_rows, "Leave out rows that cannot be used");
  command.add_flag(
      "--show-refused", &flags->show_refused, "Print refused estimates as numbers, marked");
  const Option json =
      command.add_flag("--json", &flags->json, "One JSON object on standard output");
  command.add_flag("--csv", &flags->csv, "One line per estimate on standard output").excludes(json);
  command.add_option(
      "--html", &flags->html, "Write a report with pictures (default for a run: its report.html)");
  add_options(command, *flags);
  command.when_chosen([flags, &chosen] { chosen = [flags] { return run_estimate(*flags); }; });
}

}  // namespace assay::cli
