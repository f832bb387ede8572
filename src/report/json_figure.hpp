#pragma once

#include "core/json_text.hpp"
#include "stats/defined.hpp"

#include <string>
#include <string_view>

namespace assay::report {

// `name: value`, or `name: null` and `name_undefined: reason`.
inline void append_figure(JsonWriter& json, std::string_view name, const stats::Figure& figure) {
  json.key(name);
  if (figure) {
    json.number(*figure);
    return;
  }
  json.null();
  json.key(std::string(name) + "_undefined").string(figure.error().reason);
}

}  // namespace assay::report
