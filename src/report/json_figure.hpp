#pragma once

// The small forms that every part of the JSON report is made of.

#include "core/json_text.hpp"
#include "stats/defined.hpp"
#include "stats/interval.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::report {

// `name: value`, or `name: null` and `name_undefined: reason`. What data at the edge of a double's
// range made overflow has no value either.
inline void append_figure(JsonWriter& json, std::string_view name, const stats::Figure& figure) {
  json.key(name);
  if (figure && std::isfinite(*figure)) {
    json.number(*figure);
    return;
  }
  json.null();
  json.key(std::string(name) + "_undefined")
      .string(figure ? "beyond the range of numbers" : figure.error().reason);
}

// `name: value` or `name: null`, where absence needs no reason.
inline void append_optional(JsonWriter& json, std::string_view name, std::optional<double> value) {
  json.key(name);
  if (value) {
    json.number(*value);
  } else {
    json.null();
  }
}

// `name: [low, high]` or `name: null`.
inline void append_interval(JsonWriter& json,
                            std::string_view name,
                            const std::optional<stats::Interval>& interval) {
  json.key(name);
  if (interval) {
    json.begin_array().number(interval->low).number(interval->high).end_array();
  } else {
    json.null();
  }
}

inline void append_count(JsonWriter& json, std::string_view name, std::size_t count) {
  json.key(name).number(static_cast<std::uint64_t>(count));
}

inline void append_strings(JsonWriter& json,
                           std::string_view name,
                           const std::vector<std::string>& all) {
  json.key(name).begin_array();
  for (const std::string& text : all) json.string(text);
  json.end_array();
}

}  // namespace assay::report
