#pragma once

#include "teacher/piece_trie.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// The teacher's tokens: every single byte, three special tokens, and the learnt pieces, in this
// order. Total: any bytes can be encoded. Encoding takes the longest piece that matches, from the
// left, over word boundaries, so text that is joined may tokenise differently from its parts:
// boundary straddles are real here.
class Vocabulary {
 public:
  static constexpr TokenId byte_count = 256;
  static constexpr TokenId end_of_text = 256;  // <|endoftext|>
  static constexpr TokenId turn_start = 257;   // <|im_start|>
  static constexpr TokenId turn_end = 258;     // <|im_end|>
  static constexpr TokenId first_piece = 259;
  // What providers that add one put before a text: a document begins where another ended.
  static constexpr TokenId begin_of_text = end_of_text;

  // `learnt`: distinct pieces of at least two bytes, none of them a special token.
  explicit Vocabulary(const std::vector<std::string>& learnt);

  [[nodiscard]] TokenId size() const { return static_cast<TokenId>(texts_.size()); }
  [[nodiscard]] std::string_view bytes_of(TokenId token) const { return texts_[token]; }

  // The token as a JSON string with its quotes, as the OpenAI legacy format shows it: a token whose
  // bytes are not UTF-8 by themselves appears as "bytes:\\xe2\\x80". Source: providers.md,
  // section 3.1.
  [[nodiscard]] std::string_view json_of(TokenId token) const { return json_[token]; }

  // The same form for bytes that are no token.
  [[nodiscard]] static std::string json_of(std::string_view bytes);

  // Code points that begin inside the token: its share of text_offset.
  [[nodiscard]] std::uint32_t code_points_of(TokenId token) const { return code_points_[token]; }
  // Whether the token's first byte continues a character that an earlier token began.
  [[nodiscard]] bool continues_character(TokenId token) const;

  // Whether generation ends at the token.
  [[nodiscard]] static bool is_end(TokenId token) {
    return token == end_of_text || token == turn_end;
  }

  // Appends the tokens of `text`. Cost: linear in practice, no allocation but the vector's.
  void encode(std::string_view text, std::vector<TokenId>& out) const;
  [[nodiscard]] std::vector<TokenId> encode(std::string_view text) const;
  [[nodiscard]] std::string decode(std::span<const TokenId> tokens) const;

 private:
  std::vector<std::string> texts_;
  std::vector<std::string> json_;
  std::vector<std::uint32_t> code_points_;
  PieceTrie trie_;
};

}  // namespace assay::teacher
