// The YAML file: which key each value belongs to, and whether it is written as that key wants it.

#include "config/draft.hpp"
#include "config/key_shape.hpp"
#include "config/nearest.hpp"
#include "config/yaml_tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::config {
namespace {

using Kind = YamlNode::Kind;

// What people call a key who know another tool.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> synonyms = {{
    {"rpm", "requests_per_minute"},
    {"tpm", "tokens_per_minute"},
    {"rpd", "requests_per_day"},
    {"url", "base_url"},
    {"api_base", "base_url"},
    {"paths", "path"},
    {"file", "path"},
    {"output", "dir"},
    {"provider", "dialect"},
    {"max_cost", "usd"},
    {"cost", "usd"},
}};

constexpr std::array<std::string_view, 8> key_names = {
    "api_key", "apikey", "key", "token", "secret", "password", "authorization", "bearer"};

bool is_one_of(std::string_view text, std::span<const std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

// Whether a plain YAML scalar reads as something other than text, here or in another reader.
std::string_view other_type(std::string_view text) {
  static constexpr std::array<std::string_view, 22> booleans = {
      "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES", "no", "No",
      "NO",   "on",   "On",   "ON",    "off",   "Off",   "OFF", "y",   "Y",   "n",  "N"};
  static constexpr std::array<std::string_view, 7> floats = {
      ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", "-.inf"};
  if (is_one_of(text, booleans)) return "a truth value";
  if (is_one_of(text, floats)) return "a number";
  if (text.find_first_not_of("0123456789+-._eExXoOabcdefABCDEF") != std::string_view::npos)
    return {};
  const std::string_view body = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  if (body.starts_with("0x") || body.starts_with("0o")) return "a number";
  const bool digits = std::ranges::any_of(body, [](char c) { return c >= '0' && c <= '9'; });
  const bool only_number = body.find_first_not_of("0123456789._eE+-") == std::string_view::npos;
  const bool starts = !body.empty() && (body[0] == '.' || (body[0] >= '0' && body[0] <= '9'));
  // A dash or a second point in the middle makes it a text: a date, a version, an address.
  const std::size_t dash = body.find_first_of("+-");
  const bool inner_dash =
      dash != std::string_view::npos && body[dash - 1] != 'e' && body[dash - 1] != 'E';
  if (digits && only_number && starts && !inner_dash && std::ranges::count(body, '.') <= 1)
    return "a number";
  return {};
}

bool is_number(Shape shape) {
  return shape == Shape::seed || shape == Shape::count || shape == Shape::auto_count ||
         shape == Shape::fraction;
}
bool is_text(Shape shape) {
  return shape == Shape::text || shape == Shape::name || shape == Shape::variable ||
         shape == Shape::url || shape == Shape::names || shape == Shape::paths;
}
bool is_list(Shape shape) {
  return shape == Shape::names || shape == Shape::paths;
}

class FileLayer {
 public:
  FileLayer(std::string_view file, Draft& draft) : file_(file), draft_(draft) {}

  void read(const YamlNode& root) {
    if (root.kind == Kind::null) return;
    if (root.kind != Kind::mapping) {
      return report(root, "not a configuration: it begins with sections such as run: and data:");
    }
    for (std::size_t i = 0; i < root.keys.size(); ++i) read_section(root.keys[i], root.items[i]);
  }

 private:
  void read_section(const YamlNode& name, const YamlNode& item) {
    if (!is_one_of(name.text, sections())) return report_unknown({}, {}, 0, name);
    if (const Key* key = find_key(name.text, {})) return set(*key, 0, item);
    if (!is_list_section(name.text)) return read_mapping(name.text, "", 0, name, item);
    if (item.kind != Kind::sequence || item.items.empty()) {
      return report(
          name, fmt::format("{}: must be a list; begin each one with '- name: ...'", name.text));
    }
    for (const YamlNode& thing : item.items) {
      const std::size_t index =
          draft_.add(name.text, {Origin::Kind::file, to_text(file_, thing.place)});
      read_mapping(name.text, "", index, thing, thing);
    }
  }

  // `prefix` is "" or "limits.": keys of a section may stand in groups. `owner` is where a wrong
  // item is reported.
  void read_mapping(std::string_view section,
                    std::string_view prefix,
                    std::size_t index,
                    const YamlNode& owner,
                    const YamlNode& node) {
    const std::string group = path_of(section, prefix.substr(0, prefix.find('.')), index);
    if (node.kind == Kind::null)
      return report(owner, fmt::format("{}: is empty: fill it or remove it", group));
    if (node.kind != Kind::mapping) {
      return report(
          owner,
          fmt::format(
              "{}: must hold keys such as {}", group, alternatives(names_in(section, prefix))));
    }
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const YamlNode& name = node.keys[i];
      const std::string full = std::string(prefix) + name.text;
      if (const Key* key = find_key(section, full); key != nullptr && !name.text.empty()) {
        set(*key, index, node.items[i]);
      } else if (!names_in(section, full + ".").empty() && prefix.empty()) {
        read_mapping(section, full + ".", index, name, node.items[i]);
      } else {
        report_unknown(section, prefix, index, name);
      }
    }
  }

  void set(const Key& key, std::size_t index, const YamlNode& node) {
    const std::string path = path_of(key.section, key.name, index);
    const auto refuse = [&](const YamlNode& where, std::string_view sentence) {
      draft_.refuse(path, to_text(file_, where.place), fmt::format("{}: {}", path, sentence));
    };
    const bool is_sequence = node.kind == Kind::sequence;
    if (node.kind == Kind::null || (is_sequence && node.items.empty())) {
      return refuse(node, "has no value: give one or remove the line");
    }
    if (node.kind == Kind::mapping || (is_sequence && !is_list(key.shape))) {
      return refuse(node, "must be one value");
    }
    std::vector<std::string> texts;
    for (const YamlNode& scalar : is_sequence ? std::span(node.items) : std::span(&node, 1)) {
      if (scalar.kind != Kind::scalar) return refuse(scalar, "must hold plain values");
      if (const auto problem = style_problem(key.shape, scalar)) return refuse(scalar, *problem);
      note_escapes(path, scalar);
      texts.push_back(scalar.text);
    }
    draft_.set(key, index, texts, {Origin::Kind::file, to_text(file_, node.place)});
  }

  // No implicit types: a text that reads as a number needs quotes, a number must have none.
  static std::optional<std::string> style_problem(Shape shape, const YamlNode& node) {
    const bool is_plain = node.style == Style::plain;
    const auto type = other_type(node.text);
    if (is_text(shape) && is_plain && !type.empty()) {
      return fmt::format(
          "{} reads as {} in YAML: put quotes around it", in_quotes(node.text), type);
    }
    const bool has_suffix = node.text.ends_with('k') || node.text.ends_with('M');
    if (is_number(shape) && !is_plain && !has_suffix && node.text != "auto") {
      return fmt::format("{} is a text, a number is wanted: remove the quotes",
                         in_quotes(node.text));
    }
    return std::nullopt;
  }

  void note_escapes(std::string_view path, const YamlNode& node) {
    if (node.style != Style::single_quoted) return;
    if (!node.text.contains("\\n") && !node.text.contains("\\t")) return;
    draft_.notes.push_back(
        fmt::format("{}: {}: single quotes keep \\n and \\t as they are; use double quotes for a "
                    "line break or a tab",
                    to_text(file_, node.place),
                    path));
  }

  // The names that may stand under `prefix`; groups once.
  static std::vector<std::string_view> names_in(std::string_view section, std::string_view prefix) {
    std::vector<std::string_view> names;
    if (section.empty()) return {sections().begin(), sections().end()};
    for (const Key& key : key_table()) {
      if (key.section != section || !key.name.starts_with(prefix) || key.name.empty()) continue;
      const std::string_view rest = key.name.substr(prefix.size());
      const std::string_view name = rest.substr(0, rest.find('.'));
      if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names;
  }

  void report_unknown(std::string_view section,
                      std::string_view prefix,
                      std::size_t index,
                      const YamlNode& name) {
    if (is_one_of(name.text, key_names)) {
      return report(name,
                    "a key never stands in a configuration: use api_key_env, api_key_file or "
                    "api_key_command");
    }
    const std::string path = section.empty()
                                 ? std::string("a configuration")
                                 : path_of(section, prefix.substr(0, prefix.find('.')), index);
    const Advice advice = advice_for(section, prefix, name.text);
    report(name,
           fmt::format("{} is not a key of {}; {}", in_quotes(name.text), path, advice.sentence));
    // What was meant is not missing as well.
    if (!section.empty()) draft_.refused.insert(path_of(section, advice.meant, index));
  }

  struct Advice {
    std::string sentence;
    std::string meant;  // the key's name; empty when nobody can tell
  };
  static Advice advice_for(std::string_view section,
                           std::string_view prefix,
                           std::string_view typed) {
    const auto names = names_in(section, prefix);
    auto meant = nearest(typed, names);
    for (const auto& [synonym, name] : synonyms) {
      if (synonym == typed && is_one_of(name, names)) meant = name;
    }
    if (meant) return {fmt::format("did you mean {}?", *meant), std::string(prefix).append(*meant)};
    for (const Key& key : key_table()) {
      const bool is_it = key.name == typed || key.name.ends_with(fmt::format(".{}", typed));
      if (is_it && !typed.empty())
        return {fmt::format("did you mean {}.{}?", key.section, key.name), {}};
    }
    return {fmt::format("it has {}", fmt::join(names, ", ")), {}};
  }

  void report(const YamlNode& node, std::string_view sentence) {
    draft_.problems.add(to_text(file_, node.place), sentence);
  }

  std::string_view file_;
  Draft& draft_;
};

}  // namespace

void read_file(const YamlFile& file, Draft& draft) {
  const YamlNode root = read_yaml(file.name, file.text, draft.problems);
  FileLayer(file.name, draft).read(root);
}

}  // namespace assay::config
