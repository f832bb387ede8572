#include "cli/command.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "net/loop.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace assay::cli {
namespace {

void add_version(Command app, Chosen& chosen) {
  app.add_command("version", "Version and commit").when_chosen([&chosen] {
    chosen = [] { return fmt::print("{}\n", version_text()), int{exit_complete}; };
  });
}

int show_help(const CommandLine& line, const std::string& topic) {
  if (topic.empty()) return fmt::print("{}", overview()), exit_complete;
  const std::string text = help_topic(topic);
  if (!text.empty()) return fmt::print("{}", text), exit_complete;
  const auto help = line.help_of(topic);
  if (help) return fmt::print("{}", *help), exit_complete;
  return report_error(
      Error{Errc::usage,
            fmt::format("there is no help on '{}'; `assay help` lists what there is", topic)});
}

void add_help(const CommandLine& line, Chosen& chosen) {
  const Command command =
      line.root().add_command("help", "This overview, or help on a command or topic");
  auto topic = std::make_shared<std::string>();
  command.add_option("topic", topic.get(), "A command, or exit-codes");
  command.when_chosen(
      [&line, &chosen, topic] { chosen = [&line, topic] { return show_help(line, *topic); }; });
}

int run(int argc, char** argv) {
  CommandLine line;
  const Command app = line.root();
  bool wants_help = false;
  bool wants_version = false;
  app.add_flag("-h,--help", &wants_help, "");
  app.add_flag("--version", &wants_version, "");
  Chosen chosen;
  add_audit(app, chosen);
  add_bench(app, chosen);
  add_config(app, chosen);
  add_demo(app, chosen);
  add_doctor(app, chosen);
  add_estimate(app, chosen);
  add_failures(app, chosen);
  add_journal(app, chosen);
  add_plan(app, chosen);
  add_score(app, chosen);
  add_teacher(app, chosen);
  add_help(line, chosen);
  add_version(app, chosen);
  const auto help = line.parse({argv + 1, argv + argc});
  if (!help) {
    fmt::print(stderr, "assay: {}\n", help.error().detail);
    fmt::print(stderr, "See `assay help` or `assay <command> --help`.\n");
    return exit_usage;
  }
  if (*help) return fmt::print("{}", **help), exit_complete;
  if (wants_version) return fmt::print("{}\n", version_text()), exit_complete;
  if (!chosen) return fmt::print("{}", overview()), wants_help ? exit_complete : exit_usage;
  return chosen();
}

}  // namespace
}  // namespace assay::cli

int main(int argc, char** argv) {
  assay::net::keep_freed_memory();
  try {
    return assay::cli::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "assay: bug: {}\n", error.what());
    return assay::cli::exit_bug;
  }
}
