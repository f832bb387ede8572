#pragma once

// What json_text.hpp appends, written where the room is there already, for lines that are made by
// the million. Each gives the end of what it wrote.

#include "assay/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay {

// The most that a text of so many bytes takes: its quotes, and six characters for each byte.
[[nodiscard]] constexpr std::size_t json_string_bytes_max(std::size_t text_bytes) {
  return 6 * text_bytes + 2;
}
[[nodiscard]] char* write_json_string(char* at, std::string_view text);

inline constexpr std::size_t json_number_bytes_max = 32;
[[nodiscard]] char* write_json_number(char* at, double value);  // finite (ensure)
[[nodiscard]] char* write_json_number(char* at, std::int64_t value);
[[nodiscard]] char* write_json_number(char* at, std::uint64_t value);

// What write_json_number says of the double, in a fifth of the time as a rule.
[[nodiscard]] char* write_json_milliseconds(char* at, Duration time);

}  // namespace assay
