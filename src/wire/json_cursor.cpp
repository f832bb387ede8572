#include "wire/json_cursor.hpp"

#include "core/json_text.hpp"
#include "wire/byte_block.hpp"
#include "wire/eight_bytes.hpp"
#include "wire/json_escape.hpp"
#include "wire/number_text.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace assay::wire {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The four hex digits of "\\uXXXX" at `at`.
bool read_code_unit(const char* at, std::uint32_t& unit) {
  if (at[0] != '\\' || at[1] != 'u') return false;
  unit = 0;
  for (int i = 2; i < 6; ++i) {
    const int digit = hex_value(at[i]);
    if (digit < 0) return false;
    unit = unit * 16 + static_cast<std::uint32_t>(digit);
  }
  return true;
}

std::size_t encode_utf8(std::uint32_t code, char (&bytes)[4]) {
  const auto part = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80U) return bytes[0] = static_cast<char>(code), 1;
  if (code < 0x800U) {
    bytes[0] = static_cast<char>(0xC0U | (code >> 6U));
    return bytes[1] = part(0), 2;
  }
  if (code < 0x10000U) {
    bytes[0] = static_cast<char>(0xE0U | (code >> 12U));
    bytes[1] = part(6);
    return bytes[2] = part(0), 3;
  }
  bytes[0] = static_cast<char>(0xF0U | (code >> 18U));
  bytes[1] = part(12);
  bytes[2] = part(6);
  return bytes[3] = part(0), 4;
}

}  // namespace

bool JsonCursor::take_plain_string(std::string_view& text) {
  if (!take('"')) return false;
  const char* const begin = at_;
  while (at_ < end_ && !is_special(*at_) && static_cast<unsigned char>(*at_) < 0x80U) ++at_;
  if (at_ >= end_ || *at_ != '"') return false;
  text = {begin, static_cast<std::size_t>(at_ - begin)};
  ++at_;
  return true;
}

bool JsonCursor::take_literal(std::string_view word) {
  skip_space();
  if (static_cast<std::size_t>(end_ - at_) < word.size()) return false;
  if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
  at_ += word.size();
  return true;
}

JsonCursor::Meeting JsonCursor::meet(std::string_view text, std::size_t& from) {
  list_scan().meet_characters(at_, end_, text, from);
  const char* want = text.data() + from;
  const char* const want_end = text.data() + text.size();
  const auto ended = [&](Meeting how) {
    from = static_cast<std::size_t>(want - text.data());
    return how;
  };
  while (at_ < end_) {
    constexpr auto row = static_cast<std::ptrdiff_t>(ByteRow::size);
    if (want_end - want >= row && end_ - at_ >= row) {
      const ByteRow got(at_);
      const std::uint32_t stop = (~got.equal(ByteRow(want)) & 0xFFFFU) | got.special();
      const int met = stop == 0 ? static_cast<int>(row) : std::countr_zero(stop);
      at_ += met;
      want += met;
      if (met == row) continue;
    }
    if (!is_special(*at_)) {
      if (want == want_end) return ended(Meeting::exhausted);
      if (*at_++ != *want++) return Meeting::differs;
      continue;
    }
    if (*at_ == '"') return ++at_, ended(Meeting::closed);
    if (*at_ != '\\') return Meeting::differs;
    if (want == want_end) return ended(Meeting::exhausted);
    const Escape escape = read_escape(at_);
    if (escape.end == nullptr || want_end - want < static_cast<std::ptrdiff_t>(escape.count)) {
      return Meeting::differs;
    }
    for (std::size_t i = 0; i < escape.count; ++i) {
      if (*want++ != escape.bytes[i]) return Meeting::differs;
    }
    at_ = escape.end;
  }
  return Meeting::differs;
}

bool JsonCursor::skip_string_rest(bool& empty) {
  const char* const begin = at_;
  std::uint64_t bits = 0;
  while (at_ < end_) {
    const std::uint64_t bytes = eight_bytes(at_);
    const unsigned special = first_special(bytes);
    bits |= bytes;
    at_ += special;
    if (special == 8) continue;
    if (at_ >= end_) return false;
    if (*at_ == '"') {
      const std::string_view raw(begin, static_cast<std::size_t>(at_ - begin));
      empty = raw.empty();
      ++at_;
      return (bits & 0x8080808080808080U) == 0 || is_utf8(raw);
    }
    const Escape escape = read_escape(at_);
    if (escape.end == nullptr) return false;
    at_ = escape.end;
  }
  return false;
}

// Reads at most 12 bytes, which the padding allows.
JsonCursor::Escape JsonCursor::read_escape(const char* at) {
  Escape escape;
  if (at[0] != '\\') return escape;
  if (const char meaning = short_escape(at[1]); meaning != '\0') {
    escape.bytes[0] = meaning;
    escape.count = 1;
    escape.end = at + 2;
    return escape;
  }
  std::uint32_t code = 0;
  if (!read_code_unit(at, code)) return escape;
  const char* end = at + 6;
  if (code >= 0xD800U && code <= 0xDFFFU) {
    std::uint32_t low = 0;
    if (code >= 0xDC00U || !read_code_unit(end, low) || low < 0xDC00U || low > 0xDFFFU)
      return escape;
    code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
    end += 6;
  }
  escape.count = encode_utf8(code, escape.bytes);
  escape.end = end;
  return escape;
}

bool JsonCursor::skip_number() {
  const char* const begin = at_;
  if (*at_ == '-') ++at_;
  const char* const digits = at_;
  while (is_digit(*at_) && at_ < end_) ++at_;
  if (at_ == digits || at_ - digits > 18 || (*digits == '0' && at_ - digits > 1)) return false;
  if (*at_ == '.') {
    const char* const fraction = ++at_;
    while (is_digit(*at_) && at_ < end_) ++at_;
    if (at_ == fraction) return false;
  }
  if (*at_ == 'e' || *at_ == 'E') {
    ++at_;
    if (*at_ == '+' || *at_ == '-') ++at_;
    const char* const exponent = at_;
    while (is_digit(*at_) && at_ < end_) ++at_;
    if (at_ == exponent || at_ - exponent > 2) return false;
  }
  return at_ > begin && at_ <= end_;
}

bool JsonCursor::skip_container(char close, int depth) {
  if (depth == 0) return false;
  const auto value = [&](JsonCursor& json) { return json.skip_value(depth - 1); };
  if (close == ']') return for_each_element(*this, value);
  if (!take('{')) return false;
  if (peek() == '}') return take('}');
  do {
    bool empty = false;
    if (!take('"') || !skip_string_rest(empty) || !take(':') || !value(*this)) return false;
  } while (take(','));
  return take('}');
}

bool JsonCursor::skip_value(int depth) {
  bool empty = false;
  switch (peek()) {
    case '"':
      return take('"') && skip_string_rest(empty);
    case '{':
      return skip_container('}', depth);
    case '[':
      return skip_container(']', depth);
    case 't':
      return take_literal("true");
    case 'f':
      return take_literal("false");
    case 'n':
      return take_literal("null");
    default:
      return at_ < end_ && skip_number();
  }
}

}  // namespace assay::wire
