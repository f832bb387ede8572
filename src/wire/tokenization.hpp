#pragma once

// Asking a server what tokens a text has. Source: providers.md, sections 3.9 to 3.11.

#include "core/exchange.hpp"
#include "wire/dialect.hpp"
#include "wire/reading.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

// {"model","prompt","add_special_tokens":false}: the form of vLLM and SGLang, which always parse
// the words of special tokens.
void append_tokenize(std::string& out,
                     std::string_view model,
                     std::string_view text,
                     SpecialTokens special);

struct TokenIds {
  std::expected<std::vector<std::int64_t>, Failure> ids;
  Observation observation;
};

// {"tokens":[1,2,...],"count":2}. Errors: as for any answer; malformed_response when the list is
// empty, no list of ids, or not as long as `count` says.
[[nodiscard]] TokenIds read_tokens(const AnswerView& answer, Scratch& scratch);

}  // namespace assay::wire
