#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::config {

// Insertions, deletions, replacements and exchanges of neighbours that turn `a` into `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The name that `typed` most likely means: at most a third of it mistyped. Empty when none is near.
// The first of equals.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view typed,
                                                      std::span<const std::string_view> names);

// "a, b or c".
[[nodiscard]] std::string alternatives(std::span<const std::string_view> names);

}  // namespace assay::config
