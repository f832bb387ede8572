#include "core/json_text.hpp"

#include "assay/ensure.hpp"
#include "core/eight_characters.hpp"
#include "core/utf8.hpp"

#include <charconv>
#include <cmath>

namespace assay {
namespace {

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

// 0x7F is escaped here, since a terminal acts on it.
bool eight_are_plain_here(const char* text) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t del = load_eight(text) ^ (each * 0x7F);
  return eight_are_plain(text) && ((del - each) & (each * 0x80)) == 0;
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
  char buffer[32];
  const auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, value);
  ensure(ec == std::errc{}, "a number has at most 32 characters");
  out.append(buffer, end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (text.size() - plain >= 8 && eight_are_plain_here(text.data() + plain)) plain += 8;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
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
    while (text.size() >= 8 && eight_are_ascii(text.data())) text.remove_prefix(8);
    if (text.empty()) break;
    const std::size_t length = first_character(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void JsonWriter::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
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
  separate();
  append_json_string(out_, name);
  out_ += ':';
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
