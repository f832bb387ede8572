#include "config/schema.hpp"

#include "config/key_table.hpp"
#include "core/json_text.hpp"

#include <string_view>

namespace assay::config {
namespace {

constexpr std::string_view name_pattern = "^[A-Za-z0-9._-]{1,64}$";
constexpr std::string_view count_pattern = "^[0-9]+(\\.[0-9]+)?[kM]$";
constexpr std::string_view money_pattern = "^\\$?[0-9]+(\\.[0-9]{1,9})?$";
constexpr std::string_view duration_pattern = "^([0-9]+(\\.[0-9]+)?(d|h|m|s|ms))+$";
constexpr std::string_view range_pattern = "^-?[0-9]+(\\.[0-9]+)?\\.\\.-?[0-9]+(\\.[0-9]+)?$";

void write_pattern(JsonWriter& json, std::string_view pattern) {
  json.begin_object().key("type").string("string").key("pattern").string(pattern).end_object();
}

void write_count(JsonWriter& json, const Bounds& bounds) {
  json.begin_object().key("type").string("integer");
  json.key("minimum").number(bounds.low).key("maximum").number(bounds.high).end_object();
  write_pattern(json, count_pattern);
}

// One value or a list of them, without repetition.
void write_list(JsonWriter& json, std::string_view pattern) {
  const auto item = [&] {
    json.begin_object().key("type").string("string").key("minLength").number(1);
    if (!pattern.empty()) json.key("pattern").string(pattern);
    json.end_object();
  };
  json.key("anyOf").begin_array();
  item();
  json.begin_object().key("type").string("array").key("minItems").number(1);
  json.key("uniqueItems").boolean(true).key("items");
  item();
  json.end_object().end_array();
}

// The type of a value: members of an open object.
void write_shape(JsonWriter& json, const Key& key) {
  const auto string_of = [&](std::string_view pattern) {
    json.key("type").string("string").key("pattern").string(pattern);
  };
  switch (key.shape) {
    case Shape::text:
      json.key("type").string("string");
      return;
    case Shape::name:
      return string_of(name_pattern);
    case Shape::variable:
      return string_of("^[A-Za-z_][A-Za-z0-9_]*$");
    case Shape::url:
      return string_of("^https?://");
    case Shape::duration:
      return string_of(duration_pattern);
    case Shape::range:
      return string_of(range_pattern);
    case Shape::names:
      return write_list(json, name_pattern);
    case Shape::paths:
      return write_list(json, {});
    case Shape::seed:
      json.key("type").string("integer").key("minimum").number(0);
      return;
    case Shape::boolean:
      json.key("type").string("boolean");
      return;
    case Shape::fraction:
      json.key("type").string("number");
      json.key("minimum").number(key.bounds.low).key("maximum").number(key.bounds.high);
      return;
    case Shape::choice:
      json.key("enum").begin_array();
      for (const std::string_view choice : key.choices) {
        json.string(choice);
        // Without quotes it is a number to YAML, and to editors.
        if (choice.find_first_not_of("0123456789.") == std::string_view::npos) json.raw(choice);
      }
      json.end_array();
      return;
    case Shape::count:
    case Shape::auto_count:
      json.key("anyOf").begin_array();
      write_count(json, key.bounds);
      if (key.shape == Shape::auto_count) {
        json.begin_object().key("const").string("auto").end_object();
      }
      json.end_array();
      return;
    case Shape::money:
      json.key("anyOf").begin_array();
      json.begin_object().key("type").string("number").key("minimum").number(0).end_object();
      write_pattern(json, money_pattern);
      json.end_array();
      return;
  }
}

std::string help_of(const Key& key) {
  std::string help(key.help);
  help += '.';
  if (!key.fallback.empty()) help.append(" Default: ").append(key.fallback).append(".");
  if (!key.flag.empty())
    help.append(" Flag ")
        .append(key.flag)
        .append(", variable ")
        .append(variable_of(key))
        .append(".");
  return help;
}

void write_key(JsonWriter& json, const Key& key) {
  json.begin_object().key("description").string(help_of(key));
  write_shape(json, key);
  json.end_object();
}

// The keys of a section that stand under `prefix`, groups as objects of their own.
void write_properties(JsonWriter& json, std::string_view section, std::string_view prefix) {
  json.key("type").string("object").key("additionalProperties").boolean(false);
  json.key("properties").begin_object();
  std::string_view open_group;
  for (const Key& key : key_table()) {
    if (key.section != section || !key.name.starts_with(prefix)) continue;
    const std::string_view rest = key.name.substr(prefix.size());
    const std::string_view group = rest.substr(0, rest.find('.'));
    if (group == rest) {
      json.key(rest);
      write_key(json, key);
    } else if (group != open_group) {
      json.key(group).begin_object();
      write_properties(json, section, std::string(group) + ".");
      json.end_object();
    }
    open_group = group;
  }
  json.end_object();
}

void write_section(JsonWriter& json, std::string_view section) {
  if (const Key* key = find_key(section, {})) return write_key(json, *key);
  json.begin_object();
  if (!is_list_section(section)) {
    write_properties(json, section, "");
  } else {
    json.key("type").string("array").key("minItems").number(1).key("items").begin_object();
    write_properties(json, section, "");
    json.key("required").begin_array().string("name");
    if (section != "templates") json.string(section == "endpoints" ? "base_url" : "model");
    json.end_array();
    json.end_object();
  }
  json.end_object();
}

// The same JSON, one member a line, so that a change shows as a line.
std::string indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += json[++i];
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    if (c == '}' || c == ']') {
      --depth;
      new_line();
    }
    out += c;
    if (c == '{' || c == '[') ++depth;
    if (c == '{' || c == '[' || c == ',') new_line();
    if (c == ':') out += ' ';
  }
  return out + '\n';
}

}  // namespace

std::string json_schema() {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("$schema").string("http://json-schema.org/draft-07/schema#");
  json.key("title").string("Assay configuration");
  json.key("type").string("object").key("additionalProperties").boolean(false);
  json.key("properties").begin_object();
  for (const std::string_view section : sections()) {
    json.key(section);
    write_section(json, section);
  }
  json.end_object().end_object();
  return indented(text);
}

}  // namespace assay::config
