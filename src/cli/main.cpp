#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace assay::cli {
namespace {

void add_version(CLI::App& app, Chosen& chosen) {
  app.add_subcommand("version", "Version and commit")->callback([&chosen] {
    chosen = [] { return fmt::print("{}\n", version_text()), int{exit_complete}; };
  });
}

int show_help(CLI::App& app, const std::string& topic) {
  if (topic.empty()) return fmt::print("{}", overview()), exit_complete;
  const std::string text = help_topic(topic);
  if (!text.empty()) return fmt::print("{}", text), exit_complete;
  for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == topic)
      return fmt::print("{}", command->help("assay")), exit_complete;
  }
  return report_error(
      Error{Errc::usage,
            fmt::format("there is no help on '{}'; `assay help` lists what there is", topic)});
}

void add_help(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("help", "This overview, or help on a command or topic");
  auto topic = std::make_shared<std::string>();
  command->add_option("topic", *topic, "A command, or exit-codes");
  command->callback(
      [&app, &chosen, topic] { chosen = [&app, topic] { return show_help(app, *topic); }; });
}

int run(int argc, char** argv) {
  CLI::App app{"assay", "assay"};
  app.set_help_flag();
  bool wants_help = false;
  bool wants_version = false;
  app.add_flag("-h,--help", wants_help);
  app.add_flag("--version", wants_version);
  Chosen chosen;
  add_audit(app, chosen);
  add_config(app, chosen);
  add_demo(app, chosen);
  add_doctor(app, chosen);
  add_estimate(app, chosen);
  add_failures(app, chosen);
  add_journal(app, chosen);
  add_plan(app, chosen);
  add_score(app, chosen);
  add_teacher(app, chosen);
  add_help(app, chosen);
  add_version(app, chosen);
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    command->set_help_flag("-h,--help", "Print this help");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "assay: {}\n", error.what());
    fmt::print(stderr, "See `assay help` or `assay <command> --help`.\n");
    return exit_usage;
  }
  if (wants_version) return fmt::print("{}\n", version_text()), exit_complete;
  if (!chosen) return fmt::print("{}", overview()), wants_help ? exit_complete : exit_usage;
  return chosen();
}

}  // namespace
}  // namespace assay::cli

int main(int argc, char** argv) {
  try {
    return assay::cli::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "assay: bug: {}\n", error.what());
    return assay::cli::exit_bug;
  }
}
