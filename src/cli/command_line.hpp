#pragma once

// The command line's grammar: commands, their options, and what to run. A thin face over CLI11, so
// that only command_line.cpp compiles that library (8 s of CPU for each unit that includes it).

#include "assay/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace assay::cli {

// Where an option's value goes: the caller's variable, which must outlive the parse.
using Target = std::variant<std::uint16_t*,
                            unsigned*,
                            std::int64_t*,
                            std::uint64_t*,
                            double*,
                            std::string*,
                            std::vector<std::string>*,
                            std::optional<std::int64_t>*,
                            std::optional<double>*>;

// A handle on one option; valid as long as its CommandLine. The setters give the same handle back.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option required() const;
  Option shows_default() const;  // in --help, the target's value at this moment
  Option between(std::int64_t least, std::int64_t most) const;
  Option share() const;  // more than 0, at most 1
  Option positive() const;
  Option not_negative() const;
  Option needs(Option other) const;
  Option excludes(Option other) const;
  Option one_value_each() const;  // a list by repetition only: a value may begin with a dash
  Option at_most_once() const;
  Option any_number() const;  // also none: `--flag`, `--flag a,b`
  Option group(const std::string& title) const;
  Option placeholder(const std::string& text) const;

  [[nodiscard]] bool given() const;  // after the parse

 private:
  CLI::Option* option_;
};

// A handle on one command; valid as long as its CommandLine.
class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  [[nodiscard]] Command add_command(const std::string& name, const std::string& help) const;
  Option add_option(const std::string& names, Target target, const std::string& help) const;
  Option add_flag(const std::string& names, bool* target, const std::string& help) const;
  void requires_command() const;                  // one of its own commands must follow
  void when_chosen(std::function<void()>) const;  // runs at the end of the parse

 private:
  CLI::App* app_;
};

// The whole line. Not copied, not moved: handles point into it.
class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  [[nodiscard]] Command root() const;

  // The help of a command of the root's; none when there is no such command.
  [[nodiscard]] std::optional<std::string> help_of(std::string_view command) const;

  // Gives every command its --help, and reads the line: its words after the program's
  // name. What is to be printed instead of running
  // anything (a command's help); mostly none. Errors: Errc::usage naming the option.
  [[nodiscard]] Result<std::optional<std::string>> parse(std::vector<std::string> words);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace assay::cli
