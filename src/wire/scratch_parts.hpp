#pragma once

// What a Scratch holds: for the readers of this room only.

#include "wire/answer_json.hpp"
#include "wire/echo.hpp"
#include "wire/reading.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

struct Scratch::Parts {
  simdjson::dom::parser parser;
  // One echo at a time, column by column.
  std::vector<std::string_view> tokens;
  std::vector<LogProbEntry> entries;
  std::vector<std::int64_t> offsets;
  std::vector<std::optional<std::int64_t>> ids;  // as the answer shows them; nothing: not shown
  std::span<const std::int64_t> sent_ids;        // of the prompt being read; empty: sent as text
  std::vector<Json> alternatives;  // as the answer lists them for each token; empty: not listed
  EchoColumns columns;
  std::vector<std::uint32_t> begins;  // text_offset, for the reader that makes do with 32 bits
  std::vector<std::string> details;   // PromptReading::token_log_probs of each prompt
};

}  // namespace assay::wire
