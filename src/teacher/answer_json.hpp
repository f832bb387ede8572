#pragma once

// JSON that the answers of several dialects share.

#include "teacher/answer.hpp"
#include "teacher/completion_request.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::teacher {

// Some columns of a choice, one after the other.
struct Columns {
  std::size_t begin = 0;
  std::size_t end = 0;
};
[[nodiscard]] Columns all_columns(const Choice& choice);
[[nodiscard]] Columns prompt_columns(const Choice& choice);
[[nodiscard]] Columns made_columns(const Choice& choice);
[[nodiscard]] std::string_view made_text(const Choice& choice);

// "[a,b,c]" with entry(i) writing each.
template <class Entry>
void append_array(std::string& out, Columns columns, Entry&& entry) {
  out += '[';
  for (auto i = columns.begin; i < columns.end; ++i) {
    if (i != columns.begin) out += ',';
    entry(i);
  }
  out += ']';
}

// A log-probability: the number, a lie's literal, or null.
void append_value(std::string& out, const Choice& choice, std::size_t position);
// The token as the legacy format shows it.
void append_token(std::string& out,
                  const Choice& choice,
                  std::size_t position,
                  const Vocabulary& vocabulary);
// The bytes of the token as JSON text: a fragment of a character becomes U+FFFD, as where a server
// decodes each token by itself.
void append_decoded(std::string& out, TokenId token, const Vocabulary& vocabulary);
void append_bytes(std::string& out, std::string_view bytes);  // [226,128]
void append_ids(std::string& out, const std::vector<TokenId>& tokens, Columns columns);

// What differs between those who write the legacy columns.
struct LegacyStyle {
  enum class Offsets { counted, minus_one, absent };
  Offsets offsets = Offsets::counted;
  bool first_zero = false;     // 0.0 in the place of the first null
  bool ids = false;            // a column token_ids
  bool special_blank = false;  // special tokens have no text
  bool tokens_as_ids = false;  // "token_id:123"
  bool tops = true;            // a column top_logprobs
};
// {"tokens":[...],"token_logprobs":[...],...}
void append_legacy(std::string& out,
                   const Choice& choice,
                   Columns columns,
                   const Vocabulary& vocabulary,
                   const LegacyStyle& style);

// What differs between those who write logprobs as chat does.
struct ContentStyle {
  bool floors = false;  // -9999.0 for what is not among the 20 likeliest
  bool first_zero = false;
  bool fireworks = false;  // text_offset, token_id, sampling_logprob
  bool ids = false;        // "id" in each entry (llama.cpp)
};
// [{"token":...,"logprob":...,"bytes":[...],"top_logprobs":[...]},...]
void append_content(std::string& out,
                    const Choice& choice,
                    Columns columns,
                    const Vocabulary& vocabulary,
                    const ContentStyle& style);

// ,"usage":{"prompt_tokens":...} or null; nothing at all when usage is absent.
void append_usage(std::string& out, const Completion& completion);

// {"id":...,"object":...,"created":...,"model":... and the comma after it.
void append_opening(std::string& out, const Completion& completion, std::string_view object);

// Leaves only the last `kept` of the prompt's columns and their text.
void drop_beginning(Choice& choice, std::size_t kept, const Vocabulary& vocabulary);

}  // namespace assay::teacher
