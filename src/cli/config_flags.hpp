#pragma once

// The configuration's flags on a command line.

#include "assay/result.hpp"
#include "cli/command_line.hpp"
#include "config/load.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

// The flags of one command: registered before parsing, read after it. Copies share their state, so
// that one may be captured by the command that runs later.
class ConfigFlags {
 public:
  // Registers -c/--config and the flags of these sections ("run", "data", "endpoints", "policies",
  // "budget", "network", "retry", "logging_policy"; none: all) on `app`.
  explicit ConfigFlags(Command app, std::initializer_list<std::string_view> sections = {});

  // What the user gave.
  [[nodiscard]] std::vector<config::FlagValue> values() const;
  [[nodiscard]] const std::string& file() const;  // empty: none

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// The file for config::Sources. Errors: Errc::config naming the path and the reason.
[[nodiscard]] Result<config::YamlFile> read_config_file(const std::string& path);

// Sources that know the dialects and templates of `wire`, and nothing else yet.
[[nodiscard]] config::Sources known_names();

// Reads the file that -c names and the process's environment, and loads the configuration. Notes go
// to stderr. Errors: Errc::config, Errc::usage, Errc::io.
[[nodiscard]] Result<config::Loaded> load_config(const ConfigFlags& flags);

}  // namespace assay::cli
