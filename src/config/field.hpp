#pragma once

// One value of a Config, reached through the table of keys: written from text, and text again.

#include "config/config.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace assay::config {

// Points into a Config that outlives it.
using Field = std::variant<std::string*,
                           std::vector<std::string>*,
                           std::uint64_t*,
                           std::int64_t*,
                           double*,
                           AutoCount*,
                           std::optional<std::int64_t>*,
                           std::optional<NanoUsd>*,
                           Duration*,
                           std::optional<Duration>*,
                           std::optional<ScoreRange>*,
                           bool*,
                           Detail*,
                           OnFailure*,
                           BadRows*,
                           Http*,
                           Method*,
                           EndOfTurn*,
                           Canaries*,
                           Compression*>;

// What numbers a field takes, both ends included; durations in milliseconds, money in nano-dollars.
struct Bounds {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

// Errors: half a sentence ("is above 100000").
[[nodiscard]] std::expected<void, std::string> assign(Field field,
                                                      const std::vector<std::string>& texts,
                                                      Bounds bounds);

// As it would stand in the file, without quotes; empty when absent. A list gives its items.
[[nodiscard]] std::vector<std::string> texts_of(Field field);

}  // namespace assay::config
