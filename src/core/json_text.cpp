#include "core/json_text.hpp"

#include "assay/ensure.hpp"
#include "core/byte_row.hpp"
#include "core/eight_characters.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace assay {
namespace {

// 0x7F is escaped here, since a terminal acts on it.
bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

// How many of the sixteen characters are plain before the first that is not.
std::size_t plain_of_sixteen(const char* text) {
  const ByteRow row(text);
  const std::uint32_t others = ~row.within(' ', '~') | row.equal('"') | row.equal('\\');
  return static_cast<std::size_t>(std::countr_zero(others));
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
    const std::size_t more = plain_of_sixteen(text.data() + plain);
    if (more < 16) return plain + more;
  }
  // The last sixteen again, rather than what is left of them one by one.
  if (text.size() >= 16 && plain_of_sixteen(text.data() + text.size() - 16) == 16)
    return text.size();
  while (plain < text.size() && is_plain(text[plain])) ++plain;
  return plain;
}

// Writes at most `most` characters at the end of `out`: `write` gets where, and returns the end.
template <class Write>
void extend(std::string& out, std::size_t most, Write write) {
  const std::size_t size = out.size();
  if (out.capacity() - size < most) out.reserve(std::max(2 * out.capacity(), size + most));
  out.resize_and_overwrite(size + most, [&](char* begin, std::size_t) {
    return static_cast<std::size_t>(write(begin + size) - begin);
  });
}

char* copy(char* to, std::string_view text) {
  return to + text.copy(to, text.size());
}

void append_escape(std::string& out, unsigned code) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(code >> shift) & 15];
}

void append_special(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      append_escape(out, static_cast<unsigned char>(c));
      return;
  }
}

template <class Number>
void append_chars(std::string& out, Number value) {
  constexpr std::size_t longest = 32;
  extend(out, longest, [value](char* at) {
    const auto [end, ec] = std::to_chars(at, at + longest, value);
    ensure(ec == std::errc{}, "a number has at most 32 characters");
    return end;
  });
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t plain = plain_length(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Utf8Character character = first_character(text);
    if (character.length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (character.code < 0x80) {
      append_special(out, text[0]);
    } else if (character.code == 0x2028 || character.code == 0x2029) {
      append_escape(out, static_cast<unsigned>(character.code));
    } else {
      out.append(text.substr(0, character.length));
    }
    text.remove_prefix(character.length == 0 ? 1 : character.length);
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (plain_length(text) == text.size()) {
    return extend(out, text.size() + 2, [text](char* at) {
      *at++ = '"';
      at = copy(at, text);
      *at++ = '"';
      return at;
    });
  }
  out += '"';
  append_escaped(out, text);
  out += '"';
}

void append_json_number(std::string& out, double value) {
  ensure(std::isfinite(value), "a JSON number is finite");
  append_chars(out, value);
}
void append_json_number(std::string& out, std::int64_t value) {
  append_chars(out, value);
}
void append_json_number(std::string& out, std::uint64_t value) {
  append_chars(out, value);
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
      at = copy(at, name);
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
