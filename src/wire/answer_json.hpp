#pragma once

// Reading JSON that a stranger sent: the whole document is validated before any field is believed.
// Only the readers of this room include this; simdjson stays out of the public headers.

#include "core/exchange.hpp"
#include <assay/failure.hpp>

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace assay::wire {

using Json = simdjson::dom::element;

// Deeper nesting than any answer has; bounds the parser's memory. Source: reliability.md, JSON row.
inline constexpr std::size_t json_depth_max = 64;
// A parser that has grown beyond this is given back after use: it holds about 14 bytes per byte of
// body.
inline constexpr std::size_t parser_kept_bytes_max = 1 << 20;

// Validates all of `body` (with body_padding readable bytes behind its end) and gives its root. The
// root and every string in it live until the parser is used again.
//
// Errors: malformed_response for an empty body, HTML, anything that is not one JSON document in
// UTF-8 without lone surrogates, or too deep; invalid_logprob when bare NaN or Infinity is all that
// is wrong, since Python servers write log-probabilities so.
[[nodiscard]] std::expected<Json, Failure> parse_answer(simdjson::dom::parser& parser,
                                                        std::string_view body);

[[nodiscard]] Failure malformed(std::string_view reason);

// The named fields of an object, absent ones empty. `where` is the object's name for the reason.
// Errors: malformed_response when it is no object or names one of the fields twice.
template <std::size_t n>
[[nodiscard]] std::expected<std::array<std::optional<Json>, n>, Failure> pick(
    Json value, const std::array<std::string_view, n>& names, std::string_view where) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    return std::unexpected(malformed(std::string(where) + " is not an object"));
  }
  std::array<std::optional<Json>, n> found;
  for (const auto field : object) {
    for (std::size_t i = 0; i < n; ++i) {
      if (field.key != names[i]) continue;
      if (found[i]) {
        return std::unexpected(
            malformed(std::string(where) + " names \"" + std::string(names[i]) + "\" twice"));
      }
      found[i] = field.value;
      break;
    }
  }
  return found;
}

// A present string; null, absent and other types are nothing.
[[nodiscard]] std::optional<std::string_view> text_of(const std::optional<Json>& value);
// A present integer; "3.0" and strings are nothing.
[[nodiscard]] std::optional<std::int64_t> integer_of(const std::optional<Json>& value);
// Whether a field is absent or null.
[[nodiscard]] bool is_missing(const std::optional<Json>& value);

}  // namespace assay::wire
