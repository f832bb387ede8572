#include "cli/command.hpp"
#include "cli/config_flags.hpp"
#include "cli/exit_code.hpp"
#include "config/schema.hpp"
#include "config/snapshot.hpp"
#include "core/json_text.hpp"
#include "core/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

namespace assay::cli {
namespace {

constexpr std::size_t shown_bytes_max = 200;

struct ShowOptions {
  bool origin = false;
  bool json = false;
};

std::string_view kind_of(const config::Origin& origin) {
  switch (origin.kind) {
    case config::Origin::Kind::fallback:
      return "default";
    case config::Origin::Kind::ecosystem:
    case config::Origin::Kind::environment:
      return "environment";
    case config::Origin::Kind::file:
      return "file";
    case config::Origin::Kind::flag:
      return "flag";
  }
  return "default";
}

std::string as_json(const std::vector<config::Setting>& settings) {
  std::string text;
  JsonWriter json(text);
  json.begin_array();
  for (const config::Setting& setting : settings) {
    json.begin_object().key("key").string(setting.path).key("value");
    setting.value.empty() ? json.null() : json.string(setting.value);
    json.key("origin").string(kind_of(setting.origin));
    json.key("place").string(setting.origin.place).end_object();
  }
  json.end_array();
  return text + "\n";
}

std::string as_table(const std::vector<config::Setting>& settings, bool origin) {
  std::size_t path_width = 0;
  std::size_t value_width = 0;
  const auto value_of = [](const config::Setting& setting) {
    return setting.value.empty() ? std::string("-") : printable(setting.value, shown_bytes_max);
  };
  for (const config::Setting& setting : settings) {
    path_width = std::max(path_width, setting.path.size());
    value_width = std::max(value_width, std::min<std::size_t>(value_of(setting).size(), 40));
  }
  std::string text;
  for (const config::Setting& setting : settings) {
    if (origin) {
      text += fmt::format("{:<{}}  {:<{}}  {}\n",
                          setting.path,
                          path_width,
                          value_of(setting),
                          value_width,
                          setting.origin.place);
    } else {
      text += fmt::format("{:<{}}  {}\n", setting.path, path_width, value_of(setting));
    }
  }
  return text;
}

int print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? exit_complete : exit_storage;
}

int show(const ConfigFlags& flags, const ShowOptions& options) {
  const auto loaded = load_config(flags);
  if (!loaded) return report_error(loaded.error());
  return print(options.json ? as_json(loaded->settings)
                            : as_table(loaded->settings, options.origin));
}

// The file alone, whatever the environment says.
int check(const std::string& path) {
  auto file = read_config_file(path);
  if (!file) return report_error(file.error());
  config::Sources sources = known_names();
  sources.file = std::move(*file);
  const auto loaded = config::load(sources);
  if (!loaded) return report_error(loaded.error());
  for (const std::string& note : loaded->notes) fmt::print(stderr, "note    {}\n", note);
  return print(fmt::format("{}: good; {} endpoints, {} policies\n",
                           path,
                           loaded->config.endpoints.size(),
                           loaded->config.policies.size()));
}

void add_show(Command config, Chosen& chosen) {
  const Command command = config.add_command("show", "The configuration that holds, every value");
  auto options = std::make_shared<ShowOptions>();
  command.add_flag("--origin", &options->origin, "Where each value came from");
  command.add_flag("--json", &options->json, "As JSON, with origins");
  const ConfigFlags flags(command);
  command.when_chosen(
      [flags, options, &chosen] { chosen = [flags, options] { return show(flags, *options); }; });
}

void add_check(Command config, Chosen& chosen) {
  const Command command = config.add_command("check", "Whether a file is a good configuration");
  auto path = std::make_shared<std::string>();
  command.add_option("file", path.get(), "The YAML file").required();
  command.when_chosen([path, &chosen] { chosen = [path] { return check(*path); }; });
}

void add_init(Command config, Chosen& chosen) {
  const Command command = config.add_command("init", "A commented configuration to start from");
  auto schema = std::make_shared<std::string>("assay.schema.json");
  command
      .add_option("--schema", schema.get(), "Where editors find what `assay config schema` printed")
      .shows_default();
  command.when_chosen(
      [schema, &chosen] { chosen = [schema] { return print(config::starter(*schema)); }; });
}

}  // namespace

void add_config(Command app, Chosen& chosen) {
  const Command config = app.add_command("config", "Show, check or begin a configuration");
  config.requires_command();
  add_show(config, chosen);
  add_check(config, chosen);
  add_init(config, chosen);
  config.add_command("schema", "The JSON Schema of the configuration file").when_chosen([&chosen] {
    chosen = [] { return print(config::json_schema()); };
  });
}

}  // namespace assay::cli
