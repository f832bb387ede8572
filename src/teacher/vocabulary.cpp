#include "teacher/vocabulary.hpp"

#include "assay/ensure.hpp"
#include "core/json_text.hpp"

#include <algorithm>

namespace assay::teacher {

namespace {

bool is_continuation(char byte) {
  return (byte & 0xc0) == 0x80;
}

}  // namespace

std::string Vocabulary::json_of(std::string_view bytes) {
  std::string shown;
  if (is_utf8(bytes)) {
    shown = bytes;
  } else {
    constexpr std::string_view digits = "0123456789abcdef";
    shown = "bytes:";
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      shown += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  std::string json;
  append_json_string(json, shown);
  return json;
}

Vocabulary::Vocabulary(const std::vector<std::string>& learnt) {
  for (TokenId byte = 0; byte < byte_count; ++byte) texts_.emplace_back(1, static_cast<char>(byte));
  for (const auto special : {"<|endoftext|>", "<|im_start|>", "<|im_end|>"})
    texts_.emplace_back(special);
  texts_.insert(texts_.end(), learnt.begin(), learnt.end());
  for (TokenId id = 0; id < size(); ++id) {
    trie_.add(texts_[id], id);
    json_.push_back(json_of(std::string_view(texts_[id])));
    const auto inside = std::count_if(texts_[id].begin(), texts_[id].end(), is_continuation);
    code_points_.push_back(static_cast<std::uint32_t>(texts_[id].size()) -
                           static_cast<std::uint32_t>(inside));
  }
}

bool Vocabulary::continues_character(TokenId token) const {
  return is_continuation(texts_[token].front());
}

void Vocabulary::encode(std::string_view text, std::vector<TokenId>& out) const {
  while (!text.empty()) {
    const auto match = trie_.longest(text);
    out.push_back(match.id);
    text.remove_prefix(match.length);
  }
}

std::vector<TokenId> Vocabulary::encode(std::string_view text) const {
  std::vector<TokenId> tokens;
  tokens.reserve(text.size() / 2);
  encode(text, tokens);
  return tokens;
}

std::string Vocabulary::decode(std::span<const TokenId> tokens) const {
  std::string text;
  for (const auto token : tokens) {
    ensure(token < size(), "a token id is below the vocabulary's size");
    text += texts_[token];
  }
  return text;
}

}  // namespace assay::teacher
