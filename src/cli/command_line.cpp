#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace assay::cli {
namespace {

const auto every_command = [](const auto*) { return true; };

// CLI11 hands the help flag down when a command is added; ours is set when all are there.
void give_help(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands(every_command)) {
    command->set_help_flag("-h,--help", "Print this help");
    give_help(*command);
  }
}

}  // namespace

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::shows_default() const {
  option_->capture_default_str();
  return *this;
}

Option Option::between(std::int64_t least, std::int64_t most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

Option Option::share() const {
  option_->check(CLI::Range(1e-9, 1.0));
  return *this;
}

Option Option::positive() const {
  option_->check(CLI::PositiveNumber);
  return *this;
}

Option Option::not_negative() const {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

Option Option::needs(Option other) const {
  option_->needs(other.option_);
  return *this;
}

Option Option::excludes(Option other) const {
  option_->excludes(other.option_);
  return *this;
}

Option Option::one_value_each() const {
  option_->allow_extra_args(false);
  return *this;
}

Option Option::at_most_once() const {
  option_->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  return *this;
}

Option Option::any_number() const {
  option_->expected(0, -1)->delimiter(',');
  return *this;
}

Option Option::group(const std::string& title) const {
  option_->group(title);
  return *this;
}

Option Option::placeholder(const std::string& text) const {
  option_->type_name(text);
  return *this;
}

bool Option::given() const {
  return option_->count() > 0;
}

Command Command::add_command(const std::string& name, const std::string& help) const {
  return Command(app_->add_subcommand(name, help));
}

Option Command::add_option(const std::string& names, Target target, const std::string& help) const {
  return Option(
      std::visit([&](auto* variable) { return app_->add_option(names, *variable, help); }, target));
}

Option Command::add_flag(const std::string& names, bool* target, const std::string& help) const {
  return Option(app_->add_flag(names, *target, help));
}

void Command::requires_command() const {
  app_->require_subcommand(1);
}

void Command::when_chosen(std::function<void()> action) const {
  app_->callback(std::move(action));
}

CommandLine::CommandLine() : app_(std::make_unique<CLI::App>("assay", "assay")) {
  app_->set_help_flag();
  app_->require_subcommand(0, 1);  // in `assay help score` the second word is a topic
}

CommandLine::~CommandLine() = default;

Command CommandLine::root() const {
  return Command(app_.get());
}

std::optional<std::string> CommandLine::help_of(std::string_view command) const {
  for (const CLI::App* known : app_->get_subcommands(every_command)) {
    if (known->get_name() == command) return known->help("assay");
  }
  return std::nullopt;
}

Result<std::optional<std::string>> CommandLine::parse(std::vector<std::string> words) {
  give_help(*app_);
  std::ranges::reverse(words);  // so wants CLI11
  try {
    app_->parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    // The help of the command furthest down, as CLI11's own exit() prints it.
    return app_->help();
  } catch (const CLI::ParseError& error) {
    return fail(Errc::usage, error.what());
  }
  return std::nullopt;
}

}  // namespace assay::cli
