#include "wire/tokenization.hpp"

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/scratch_parts.hpp"

#include <fmt/format.h>

namespace assay::wire {
namespace {

std::expected<std::vector<std::int64_t>, Failure> ids_in(Json root) {
  const auto fields =
      pick(root, std::array<std::string_view, 2>{"tokens", "count"}, "the tokenizer's answer");
  if (!fields) return std::unexpected(fields.error());
  const auto& [tokens, count] = *fields;
  simdjson::dom::array list;
  if (!tokens || tokens->get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("the tokenizer's answer has no list of tokens"));
  }
  std::vector<std::int64_t> ids;
  for (const Json item : list) {
    const auto id = integer_of(item);
    if (!id || *id < 0) return std::unexpected(malformed("a token is no id"));
    ids.push_back(*id);
  }
  if (ids.empty()) return std::unexpected(malformed("the tokenizer finds no tokens in a text"));
  if (!is_missing(count) && integer_of(count) != static_cast<std::int64_t>(ids.size())) {
    return std::unexpected(
        malformed(fmt::format("the tokenizer lists {} tokens and counts otherwise", ids.size())));
  }
  return ids;
}

}  // namespace

void append_tokenize(std::string& out,
                     std::string_view model,
                     std::string_view text,
                     SpecialTokens) {
  out += R"({"model":)";
  append_json_string(out, model);
  out += R"(,"prompt":)";
  append_json_string(out, text);
  out += R"(,"add_special_tokens":false})";
}

TokenIds read_tokens(const AnswerView& answer, Scratch& scratch) {
  TokenIds read{.ids = {}, .observation = observe(answer.status, *answer.headers)};
  const auto root = open_answer(answer, {}, scratch.parts().parser);
  if (root) {
    read.ids = ids_in(*root);
  } else {
    read.ids = std::unexpected(root.error().failure);
    read.observation = root.error().observation;
  }
  return read;
}

}  // namespace assay::wire
