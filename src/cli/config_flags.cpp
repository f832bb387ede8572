#include "cli/config_flags.hpp"

#include "config/key_table.hpp"
#include "config/yaml_tree.hpp"
#include "wire/dialect.hpp"
#include "wire/template.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <unistd.h>

namespace assay::cli {
namespace {

// The reader refuses what is longer; this much is read to see that it is.
constexpr std::size_t file_bytes_max = config::yaml_bytes_max + 1;

std::string title_of(std::string_view section) {
  if (section == "logging_policy") return "Policies";
  std::string title(section);
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

std::string help_of(const config::Key& key) {
  std::string help(key.help);
  if (!key.choices.empty()) help += fmt::format(" ({})", fmt::join(key.choices, ", "));
  if (!key.fallback.empty()) help += fmt::format(" [{}]", key.fallback);
  return help;
}

// What stands for the value in --help.
std::string placeholder_of(config::Shape shape) {
  switch (shape) {
    case config::Shape::text:
    case config::Shape::range:
      return "TEXT";
    case config::Shape::name:
    case config::Shape::names:
    case config::Shape::variable:
      return "NAME";
    case config::Shape::url:
      return "URL";
    case config::Shape::paths:
      return "PATH";
    case config::Shape::seed:
    case config::Shape::count:
      return "N";
    case config::Shape::auto_count:
      return "N|auto";
    case config::Shape::boolean:
      return "";
    case config::Shape::fraction:
      return "SHARE";
    case config::Shape::money:
      return "USD";
    case config::Shape::duration:
      return "TIME";
    case config::Shape::choice:
      return "CHOICE";
  }
  return "TEXT";
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

struct ConfigFlags::State {
  struct Given {
    std::string flag;
    std::vector<std::string> values;
    bool on = false;  // of a switch
    std::optional<Option> option = std::nullopt;
  };
  std::string file;
  std::vector<std::unique_ptr<Given>> flags;  // options keep pointers to the values
};

ConfigFlags::ConfigFlags(Command app, std::initializer_list<std::string_view> sections)
    : state_(std::make_shared<State>()) {
  app.add_option("-c,--config", &state_->file, "Configuration file (YAML)").group("Run");
  for (const config::Key& key : config::key_table()) {
    const bool wanted =
        sections.size() == 0 || std::ranges::find(sections, key.section) != sections.end();
    if (key.flag.empty() || !wanted) continue;
    auto given = std::make_unique<State::Given>();
    given->flag = key.flag;
    const std::string names =
        key.letter.empty() ? given->flag : fmt::format("{},{}", key.letter, key.flag);
    if (key.shape == config::Shape::boolean) {
      given->option = app.add_flag(names, &given->on, std::string(key.help));
      given->option->group(title_of(key.section));
      state_->flags.push_back(std::move(given));
      continue;
    }
    const Option option = app.add_option(names, &given->values, help_of(key))
                              .group(title_of(key.section))
                              .placeholder(placeholder_of(key.shape))
                              // One value each time; a list by repetition, so that a value may
                              // begin with a dash and a file follow.
                              .one_value_each();
    if (key.shape != config::Shape::paths) option.at_most_once();
    given->option = option;
    state_->flags.push_back(std::move(given));
  }
}

std::vector<config::FlagValue> ConfigFlags::values() const {
  std::vector<config::FlagValue> values;
  for (const auto& given : state_->flags) {
    if (!given->option->given()) continue;
    values.push_back({given->flag, given->on ? std::vector<std::string>{"true"} : given->values});
  }
  return values;
}

const std::string& ConfigFlags::file() const {
  return state_->file;
}

Result<config::YamlFile> read_config_file(const std::string& path) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    return fail(
        Errc::config,
        fmt::format("{}: {}; name a configuration file with --config", path, std::strerror(errno)));
  }
  config::YamlFile yaml{.name = path, .text = std::string(file_bytes_max, '\0')};
  yaml.text.resize(std::fread(yaml.text.data(), 1, yaml.text.size(), file.get()));
  if (std::ferror(file.get()) != 0)
    return fail(Errc::config, fmt::format("{}: {}", path, std::strerror(errno)));
  return yaml;
}

config::Sources known_names() {
  config::Sources sources;
  for (const wire::Dialect* dialect : wire::dialects())
    sources.dialects.emplace_back(dialect->name);
  sources.prices = &config::bundled_prices();
  for (const wire::Template& form : wire::templates()) sources.templates.push_back(form.name);
  return sources;
}

Result<config::Loaded> load_config(const ConfigFlags& flags) {
  config::Sources sources = known_names();
  sources.flags = flags.values();
  sources.environment = process_environment();
  if (!flags.file().empty()) {
    auto file = read_config_file(flags.file());
    if (!file) return std::unexpected(file.error());
    sources.file = std::move(*file);
  }
  auto loaded = config::load(sources);
  if (!loaded) return loaded;
  for (const std::string& note : loaded->notes) fmt::print(stderr, "note    {}\n", note);
  return loaded;
}

}  // namespace assay::cli
