#include "wire/columns.hpp"

#include "wire/answer.hpp"

#include <algorithm>

namespace assay::wire {
namespace {

std::expected<void, Failure> read_tokens(Json value, Scratch::Parts& parts) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) return std::unexpected(malformed("tokens is no list"));
  for (const Json token : list) {
    std::string_view text;
    if (token.get(text) != simdjson::SUCCESS) {
      return std::unexpected(malformed("a token is not a string"));
    }
    parts.tokens.push_back(text);
  }
  return {};
}

std::expected<void, Failure> read_offsets(Json value, Scratch::Parts& parts) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("text_offset is no list"));
  }
  for (const Json item : list) {
    const auto offset = integer_of(item);
    if (!offset) return std::unexpected(malformed("an entry of text_offset is no integer"));
    parts.offsets.push_back(*offset);
  }
  return {};
}

}  // namespace

std::expected<Echo, Failure> read_legacy_log_probs(Json log_probs,
                                                   OffsetRule rule,
                                                   Scratch::Parts& parts) {
  constexpr std::array<std::string_view, 4> names{
      "tokens", "token_logprobs", "text_offset", "top_logprobs"};
  const auto fields = pick(log_probs, names, "logprobs");
  if (!fields) return std::unexpected(fields.error());
  const auto& [tokens, values, offsets, alternatives] = *fields;
  clear_columns(parts);
  if (is_missing(tokens) || is_missing(values)) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "logprobs has no tokens or no token_logprobs"));
  }
  if (auto read = read_tokens(*tokens, parts); !read)
    return std::unexpected(std::move(read.error()));
  simdjson::dom::array list;
  if (values->get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("token_logprobs is no list"));
  }
  for (const Json value : list) parts.entries.push_back(entry_of(value));
  simdjson::dom::array tops;
  if (alternatives && alternatives->get(tops) == simdjson::SUCCESS) {
    for (const Json top : tops) parts.alternatives.push_back(top);
  }
  Echo echo = echo_of(parts);
  if (rule == OffsetRule::ignored || is_missing(offsets)) return echo;
  if (auto read = read_offsets(*offsets, parts); !read)
    return std::unexpected(std::move(read.error()));
  // Some servers write -1 everywhere: no offsets, not wrong ones.
  if (std::ranges::any_of(parts.offsets, [](std::int64_t one) { return one != -1; })) {
    echo.offsets = parts.offsets;
  }
  return echo;
}

}  // namespace assay::wire
