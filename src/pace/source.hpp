#pragma once

#include <cstdint>
#include <string_view>

namespace assay::pace {

// Where a limit is known from.
enum class Source : std::uint8_t {
  none,     // not known
  config,   // the user said so
  headers,  // the provider's answers state it
  found,    // by trying
};
[[nodiscard]] std::string_view name_of(Source source);

}  // namespace assay::pace
