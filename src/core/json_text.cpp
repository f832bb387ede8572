#include "core/json_text.hpp"

#include "assay/ensure.hpp"
#include "core/byte_row.hpp"
#include "core/eight_characters.hpp"
#include "core/extend.hpp"
#include "core/json_in_place.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace assay {
namespace {

// 0x7F is escaped here, since a terminal acts on it.
bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

bool eight_are_plain_here(const char* text) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t del = load_eight(text) ^ (each * 0x7F);
  return eight_are_plain(text) && ((del - each) & (each * 0x80)) == 0;
}

// How many characters at the start need no escape.
std::size_t plain_length(std::string_view text) {
  const bool is_short = text.size() >= 8 && text.size() < 16;
  if (is_short && eight_are_plain_here(text.data()) &&
      eight_are_plain_here(text.data() + text.size() - 8))
    return text.size();
  std::size_t plain = 0;
  for (; text.size() - plain >= 16; plain += 16) {
    const std::size_t more = ByteRow(text.data() + plain).plain_count();
    if (more < 16) return plain + more;
  }
  // The last sixteen again, rather than what is left of them one by one.
  if (text.size() >= 16 && ByteRow(text.data() + text.size() - 16).plain_count() == 16)
    return text.size();
  while (plain < text.size() && is_plain(text[plain])) ++plain;
  return plain;
}

char* write_escape(char* at, unsigned code) {
  constexpr std::string_view digits = "0123456789abcdef";
  at = write_text(at, "\\u");
  for (int shift = 12; shift >= 0; shift -= 4) *at++ = digits[(code >> shift) & 15];
  return at;
}

char* write_special(char* at, char c) {
  switch (c) {
    case '"':
      return write_text(at, "\\\"");
    case '\\':
      return write_text(at, "\\\\");
    case '\n':
      return write_text(at, "\\n");
    case '\r':
      return write_text(at, "\\r");
    case '\t':
      return write_text(at, "\\t");
    default:
      return write_escape(at, static_cast<unsigned char>(c));
  }
}

constexpr std::size_t character_bytes_max = 6;

// The first character of `text`, which is not plain and is cut off.
char* write_character(char* at, std::string_view& text) {
  const Utf8Character character = first_character(text);
  const std::string_view bytes = text.substr(0, std::max<std::size_t>(character.length, 1));
  text.remove_prefix(bytes.size());
  if (character.length == 0) return write_text(at, "\xEF\xBF\xBD");
  if (character.code < 0x80) return write_special(at, bytes[0]);
  if (character.code == 0x2028 || character.code == 0x2029)
    return write_escape(at, static_cast<unsigned>(character.code));
  return write_text(at, bytes);
}

// The plain characters at the start of `text`, which are cut off.
std::string_view cut_plain(std::string_view& text) {
  const std::string_view plain = text.substr(0, plain_length(text));
  text.remove_prefix(plain.size());
  return plain;
}

}  // namespace

char* write_json_string(char* at, std::string_view text) {
  *at++ = '"';
  for (;;) {
    at = write_text(at, cut_plain(text));
    if (text.empty()) break;
    at = write_character(at, text);
  }
  *at++ = '"';
  return at;
}

// Texts may be long: their room grows with what they are, not with what they could be.
void append_json_string(std::string& out, std::string_view text) {
  if (plain_length(text) == text.size()) {
    return extend(out, text.size() + 2, [text](char* at) {
      *at++ = '"';
      at = write_text(at, text);
      *at++ = '"';
      return at;
    });
  }
  out += '"';
  for (;;) {
    out += cut_plain(text);
    if (text.empty()) break;
    extend(out, character_bytes_max, [&text](char* at) { return write_character(at, text); });
  }
  out += '"';
}

namespace {

template <class Number>
char* write_chars(char* at, Number value) {
  const auto [end, ec] = std::to_chars(at, at + json_number_bytes_max, value);
  ensure(ec == std::errc{}, "a number has at most 32 characters");
  return end;
}

template <class Number>
void append_number(std::string& out, Number value) {
  extend(out, json_number_bytes_max, [value](char* at) { return write_json_number(at, value); });
}

}  // namespace

char* write_json_number(char* at, double value) {
  ensure(std::isfinite(value), "a JSON number is finite");
  return write_chars(at, value);
}
char* write_json_number(char* at, std::int64_t value) {
  return write_chars(at, value);
}
char* write_json_number(char* at, std::uint64_t value) {
  return write_chars(at, value);
}

// From a microsecond to a hundred seconds it is a decimal of at most eleven digits. Up to fifteen
// digits no shorter one gives the same double, and none of these is shorter with an exponent.
char* write_json_milliseconds(char* at, Duration time) {
  const std::int64_t nanos = time.count();
  if (nanos < 1'000 || nanos >= 100'000'000'000)
    return write_json_number(at, static_cast<double>(nanos) / 1e6);
  at = write_json_number(at, nanos / 1'000'000);
  char digits[7]{'.'};
  std::int64_t rest = nanos % 1'000'000;
  for (char* digit = digits + 6; digit > digits; --digit, rest /= 10)
    *digit = static_cast<char>('0' + rest % 10);
  std::string_view fraction(digits, sizeof digits);
  while (fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() == 1) return at;
  return write_text(at, fraction);
}

void append_json_number(std::string& out, double value) {
  append_number(out, value);
}
void append_json_number(std::string& out, std::int64_t value) {
  append_number(out, value);
}
void append_json_number(std::string& out, std::uint64_t value) {
  append_number(out, value);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    while (text.size() >= ByteRow::size && ByteRow(text.data()).not_ascii() == 0) {
      text.remove_prefix(ByteRow::size);
    }
    while (text.size() >= 8 && eight_are_ascii(text.data())) text.remove_prefix(8);
    if (text.empty()) break;
    const std::size_t length = first_character(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  out_ += '{';
  needs_comma_ = false;
  return *this;
}
JsonWriter& JsonWriter::end_object() {
  out_ += '}';
  needs_comma_ = true;
  return *this;
}
JsonWriter& JsonWriter::begin_array() {
  separate();
  out_ += '[';
  needs_comma_ = false;
  return *this;
}
JsonWriter& JsonWriter::end_array() {
  out_ += ']';
  needs_comma_ = true;
  return *this;
}
JsonWriter& JsonWriter::key(std::string_view name) {
  if (plain_length(name) == name.size()) {
    extend(out_, name.size() + 4, [this, name](char* at) {
      if (needs_comma_) *at++ = ',';
      *at++ = '"';
      at = write_text(at, name);
      *at++ = '"';
      *at++ = ':';
      return at;
    });
  } else {
    separate();
    append_json_string(out_, name);
    out_ += ':';
  }
  needs_comma_ = false;
  return *this;
}
JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}
JsonWriter& JsonWriter::number(double value) {
  separate();
  append_json_number(out_, value);
  return *this;
}
JsonWriter& JsonWriter::number(std::int64_t value) {
  separate();
  append_json_number(out_, value);
  return *this;
}
JsonWriter& JsonWriter::number(std::uint64_t value) {
  separate();
  append_json_number(out_, value);
  return *this;
}
JsonWriter& JsonWriter::boolean(bool value) {
  return raw(value ? "true" : "false");
}
JsonWriter& JsonWriter::null() {
  return raw("null");
}
JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

}  // namespace assay
