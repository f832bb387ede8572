#pragma once

// Holds a JSON document against a schema of draft 2020-12, as far as this project's schemas go:
// type, const, enum, anyOf, $ref into $defs, properties, required, additionalProperties,
// patternProperties of the form "ending$", items, minItems, maxItems, minimum. A keyword that is
// not known here is a violation, so that no rule is passed over in silence.

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay::test {

class JsonSchema {
 public:
  using element = simdjson::dom::element;

  explicit JsonSchema(element root) : root_(root) {}

  // One sentence per violation.
  [[nodiscard]] std::vector<std::string> violations(element document) const {
    std::vector<std::string> found;
    check(root_, document, "$", found);
    return found;
  }

 private:
  using Found = std::vector<std::string>;

  static bool is_type(std::string_view type, element value) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_bool();
    if (type == "string") return value.is_string();
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    return type == "number" && value.is_number();
  }

  static bool has_type(element wanted, element value) {
    if (wanted.is_string()) return is_type(wanted.get_string().value(), value);
    for (const element one : simdjson::dom::array(wanted)) {
      if (is_type(one.get_string().value(), value)) return true;
    }
    return false;
  }

  static bool is_among(simdjson::dom::array values, element value) {
    for (const element one : values) {
      if (simdjson::minify(one) == simdjson::minify(value)) return true;
    }
    return false;
  }

  void check(element schema, element value, const std::string& path, Found& found) const {
    for (const auto [key, rule] : simdjson::dom::object(schema)) {
      if (key == "type") {
        if (!has_type(rule, value)) found.push_back(path + " has the wrong type");
      } else if (key == "const" || key == "enum") {
        const bool fits = key == "enum" ? is_among(rule.get_array(), value)
                                        : simdjson::minify(rule) == simdjson::minify(value);
        if (!fits) found.push_back(path + " is none of the values allowed");
      } else if (key == "$ref") {
        const auto name = rule.get_string().value().substr(std::string_view("#/$defs/").size());
        check(root_["$defs"][name], value, path, found);
      } else if (key == "anyOf") {
        check_any(rule, value, path, found);
      } else if (key == "minimum") {
        if (value.is_number() && double(value) < double(rule)) found.push_back(path + " is low");
      } else if (!is_of_container(key) && !says_nothing(key)) {
        found.push_back("the keyword " + std::string(key) + " is not known");
      }
    }
    if (value.is_object()) check_object(schema, value, path, found);
    if (value.is_array()) check_array(schema, value, path, found);
  }

  static bool is_of_container(std::string_view key) {
    static const std::set<std::string_view> known{"properties",
                                                  "required",
                                                  "additionalProperties",
                                                  "patternProperties",
                                                  "items",
                                                  "minItems",
                                                  "maxItems"};
    return known.contains(key);
  }
  static bool says_nothing(std::string_view key) {
    return key == "$schema" || key == "title" || key == "description" || key == "$defs";
  }

  void check_any(element options, element value, const std::string& path, Found& found) const {
    Found closest;
    bool first = true;
    for (const element option : simdjson::dom::array(options)) {
      Found here;
      check(option, value, path, here);
      if (here.empty()) return;
      if (first || here.size() <= closest.size()) closest = std::move(here);
      first = false;
    }
    found.insert(found.end(), closest.begin(), closest.end());
  }

  // The schema of a member, or nothing when any value may stand there. `allowed` is whether the
  // member may be there at all.
  static std::optional<element> schema_of(element schema, std::string_view name, bool& allowed) {
    element rule;
    allowed = true;
    if (schema["properties"][name].get(rule) == simdjson::SUCCESS) return rule;
    simdjson::dom::object patterns;
    if (schema["patternProperties"].get(patterns) == simdjson::SUCCESS) {
      for (const auto [pattern, value] : patterns) {
        if (name.ends_with(pattern.substr(0, pattern.size() - 1))) return value;
      }
    }
    if (schema["additionalProperties"].get(rule) != simdjson::SUCCESS) return std::nullopt;
    if (!rule.is_bool()) return rule;
    allowed = bool(rule);
    return std::nullopt;
  }

  void check_object(element schema, element value, const std::string& path, Found& found) const {
    simdjson::dom::array required;
    if (schema["required"].get(required) == simdjson::SUCCESS) {
      for (const element name : required) {
        const std::string_view key = name.get_string().value();
        if (value[key].error() != simdjson::SUCCESS) {
          found.push_back(path + " lacks " + std::string(key));
        }
      }
    }
    for (const auto [name, member] : simdjson::dom::object(value)) {
      bool allowed = true;
      const std::string inner = path + "." + std::string(name);
      const auto rule = schema_of(schema, name, allowed);
      if (!allowed) found.push_back(inner + " is not in the schema");
      if (rule) check(*rule, member, inner, found);
    }
  }

  void check_array(element schema, element value, const std::string& path, Found& found) const {
    const simdjson::dom::array items(value);
    std::uint64_t bound = 0;
    if (schema["minItems"].get(bound) == simdjson::SUCCESS && items.size() < bound) {
      found.push_back(path + " is too short");
    }
    if (schema["maxItems"].get(bound) == simdjson::SUCCESS && items.size() > bound) {
      found.push_back(path + " is too long");
    }
    element rule;
    if (schema["items"].get(rule) != simdjson::SUCCESS) return;
    std::size_t i = 0;
    for (const element item : items)
      check(rule, item, path + "[" + std::to_string(i++) + "]", found);
  }

  element root_;
};

}  // namespace assay::test
