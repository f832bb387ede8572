#pragma once

#include <string>
#include <string_view>

namespace assay::config {

// The JSON Schema (draft 7, which editors know best) of the configuration file, made from the table
// of keys. `configs/assay.schema.json` holds the same bytes; a test compares.
[[nodiscard]] std::string json_schema();

// A commented configuration to start from; names `schema` in the line that editors read.
[[nodiscard]] std::string starter(std::string_view schema);

}  // namespace assay::config
