#pragma once

// JSON text is built by these, never by pasting strings together.

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD; U+2028,
// U+2029 and control characters are escaped.
void append_json_string(std::string& out, std::string_view text);

// Appends the shortest decimal that reads back as `value`; always a JSON number. `value` must be
// finite (ensure).
void append_json_number(std::string& out, double value);
void append_json_number(std::string& out, std::int64_t value);
void append_json_number(std::string& out, std::uint64_t value);

// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text);

// An object or array written front to back: commas and quotes are its business.
//
//   JsonWriter json(out);
//   json.begin_object();
//   json.key("id").string("a").key("n").number(3).key("none").null();
//   json.end_object();
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& number(double value);  // finite
  JsonWriter& number(std::int64_t value);
  JsonWriter& number(std::uint64_t value);
  JsonWriter& number(int value) { return number(static_cast<std::int64_t>(value)); }
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // already JSON

 private:
  void separate() {
    if (needs_comma_) out_ += ',';
    needs_comma_ = true;
  }
  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace assay
