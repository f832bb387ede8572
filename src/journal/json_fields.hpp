#pragma once

// The fields of one JSON object, read by name and kind. The first thing wrong is kept; every later
// read is harmless. Whoever reads asks problem() before using anything it read.

#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::journal {

class JsonFields {
 public:
  using Element = simdjson::dom::element;

  // Refuses a doubled name.
  explicit JsonFields(simdjson::dom::object object) {
    for (const auto [name, value] : object) {
      if (find(name)) complain(name, "stands twice");
      fields_.emplace_back(name, value);
    }
  }

  // Absent and null are the same here.
  [[nodiscard]] std::optional<Element> find(std::string_view name) const {
    for (const auto& [known, value] : fields_) {
      if (known == name) return value;
    }
    return std::nullopt;
  }
  [[nodiscard]] bool has(std::string_view name) const {
    const auto value = find(name);
    return value && !value->is_null();
  }

  // The object or array under a name; empty when there is none.
  [[nodiscard]] JsonFields object(std::string_view name) {
    simdjson::dom::object inner;
    const auto value = find(name);
    if (value && value->get(inner) == simdjson::SUCCESS) return JsonFields(inner);
    complain(name, "is not an object");
    return JsonFields();
  }
  [[nodiscard]] std::vector<Element> elements(std::string_view name) {
    simdjson::dom::array inner;
    const auto value = find(name);
    if (value && value->get(inner) == simdjson::SUCCESS) return {inner.begin(), inner.end()};
    complain(name, "is not an array");
    return {};
  }

  template <class T>
  [[nodiscard]] T get(std::string_view name, const char* kind) {
    const auto value = find(name);
    T result{};
    if (!value) {
      complain(name, "is missing");
    } else if (value->get(result) != simdjson::SUCCESS) {
      complain(name, kind);
    }
    return result;
  }
  [[nodiscard]] std::string_view text(std::string_view name) {
    return get<std::string_view>(name, "is not a string");
  }
  [[nodiscard]] std::uint64_t count(std::string_view name) {
    return get<std::uint64_t>(name, "is not a count");
  }
  [[nodiscard]] std::int64_t integer(std::string_view name) {
    return get<std::int64_t>(name, "is not an integer");
  }
  [[nodiscard]] double number(std::string_view name) {
    return get<double>(name, "is not a number");
  }
  [[nodiscard]] std::string text_or_empty(std::string_view name) {
    return has(name) ? std::string(text(name)) : std::string{};
  }
  // A value of an enumeration or digest: `parse` gives an optional of a string.
  template <class Parse>
  [[nodiscard]] auto parsed(std::string_view name, Parse parse) {
    auto value = parse(text(name));
    if (!value) complain(name, "is not one of the known values");
    return value;
  }

  void complain(std::string_view name, std::string_view what) {
    if (problem_.empty())
      problem_ = std::string("field \"").append(name).append("\" ").append(what);
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  JsonFields() = default;
  std::vector<std::pair<std::string_view, Element>> fields_;
  std::string problem_;
};

}  // namespace assay::journal
