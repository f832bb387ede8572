#pragma once

// A dialect's own request with some of its settings changed: how the doctor asks whether settings
// that must not matter do.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::doctor {

// What differs from the request that scores. Absent: as it is there.
struct Variation {
  std::optional<std::int32_t> max_tokens{};
  std::optional<std::int32_t> top_k{};  // alternatives listed per token
  std::string_view temperature{};       // "0.5"; empty: as it is. Lives as long as the program
  std::string_view top_p{};             // the same
  bool streamed = false;
};

// Sets the fields in `body`, a request that a dialect built. False when it has no such field to
// set: then the dialect cannot be asked that.
//
// A prompt cannot be mistaken for a field: inside a JSON string every quote is escaped.
[[nodiscard]] bool vary(std::string& body, const Variation& variation);

// "temperature 0.5", "max_tokens 0": for evidence.
[[nodiscard]] std::string name_of(const Variation& variation);

}  // namespace assay::doctor
