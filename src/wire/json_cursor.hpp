#pragma once

// A strict reader of JSON text, front to back, in place: nothing is copied and nothing allocated.
//
// Every function is false when the text is not what it expects, be it valid JSON or not; the reader
// is then of no use and the caller starts again with a parser that knows all of JSON. So what this
// accepts is valid, but not everything valid is accepted. At least body_padding bytes behind the
// text must be readable.
//
// A cursor is a value of two pointers: a copy in a local variable lives in registers, which halves
// the time of a loop over a long list.

#include "wire/eight_bytes.hpp"
#include "wire/list_scan.hpp"
#include "wire/number_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::wire {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  // Passes over white space, then takes `c`.
  [[nodiscard]] bool take(char c) {
    if (at_ >= end_ || *at_ != c) {
      skip_space();
      if (at_ >= end_ || *at_ != c) return false;
    }
    ++at_;
    return true;
  }
  // The next character behind white space; NUL at the end.
  [[nodiscard]] char peek() {
    skip_space();
    return at_ < end_ ? *at_ : '\0';
  }
  [[nodiscard]] bool at_end() { return skip_space(), at_ == end_; }
  [[nodiscard]] const char* position() const { return at_; }

  // A string without escapes and in ASCII; `text` is a view of it.
  [[nodiscard]] bool take_plain_string(std::string_view& text);
  // A key and its colon; keys that are not plain are refused.
  [[nodiscard]] bool take_key(std::string_view& key) { return take_plain_string(key) && take(':'); }
  [[nodiscard]] bool take_literal(std::string_view word);
  // The nearest double. Finite.
  [[nodiscard]] bool take_number(double& value);
  // A non-negative integer of at most 15 digits.
  [[nodiscard]] bool take_count(std::int64_t& value);

  // Inside of an array, at the begin of an entry: the entries that list_scan.hpp takes.
  std::size_t skip_log_probs(std::size_t most) {
    return list_scan().skip_log_probs(at_, end_, most);
  }
  void take_log_probs(std::size_t most, std::vector<double>& values) {
    list_scan().take_log_probs(at_, end_, most, values);
  }
  void take_counts(std::vector<std::uint32_t>& values) {
    list_scan().take_counts(at_, end_, values);
  }
  // Behind the opening quote of one.
  void meet_strings(std::string_view text, std::size_t& from, std::vector<std::uint32_t>& ends) {
    list_scan().meet_strings(at_, end_, text, from, ends);
  }

  // Any value, checked to its end. Numbers with large exponents or very many digits are refused,
  // since a parser of doubles may refuse them; so is nesting beyond `depth`.
  [[nodiscard]] bool skip_value(int depth = 24);

  enum class Meeting : std::uint8_t {
    closed,     // the string ended; all of it was met
    exhausted,  // `text` ended before the string did: the cursor stands inside it
    differs,
  };
  // Compares the string whose opening quote has been taken with `text` from `from` on, unescaping
  // on the way.
  [[nodiscard]] Meeting meet(std::string_view text, std::size_t& from);
  // The rest of a string that has been entered. `empty` tells whether there was nothing left of it.
  [[nodiscard]] bool skip_string_rest(bool& empty);

 private:
  // The bytes that an escape stands for, and the place behind it; nullptr when it is none.
  struct Escape {
    const char* end = nullptr;
    char bytes[4]{};
    std::size_t count = 0;
  };
  static Escape read_escape(const char* at);
  static bool is_special(char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20U;
  }

  void skip_space() {
    while (at_ < end_ && is_white_space(*at_)) ++at_;
  }
  bool skip_number();
  bool skip_container(char close, int depth);

  const char* at_;
  const char* end_;
};

[[gnu::always_inline]] inline bool JsonCursor::take_number(double& value) {
  skip_space();
  if (at_ >= end_) return false;
  const char* const behind = read_number(at_, value);
  if (behind == nullptr || behind > end_) return false;
  at_ = behind;
  return true;
}

[[gnu::always_inline]] inline bool JsonCursor::take_count(std::int64_t& value) {
  skip_space();
  if (at_ >= end_) return false;
  const bool zero = *at_ == '0';
  std::uint64_t eight = eight_bytes(at_);
  unsigned digits = leading_digits(eight);
  std::uint64_t number = value_of_digits(eight, digits);
  at_ += digits;
  if (digits == 0 || (zero && digits > 1)) return false;
  if (digits == 8) {
    eight = eight_bytes(at_);
    digits = leading_digits(eight);
    if (digits == 8) return false;
    number = number * powers_of_ten[digits] + value_of_digits(eight, digits);
    at_ += digits;
  }
  value = static_cast<std::int64_t>(number);
  return at_ < end_ && *at_ != '.' && *at_ != 'e' && *at_ != 'E';
}

// For each element of the array at `json`: `element(cursor)`, which must take it. False when it
// does not, or the array is not well formed.
template <class Element>
[[nodiscard]] bool for_each_element(JsonCursor& json, Element element) {
  JsonCursor local = json;
  if (!local.take('[')) return false;
  bool more = local.peek() != ']';
  while (more) {
    if (!element(local)) return false;
    more = local.take(',');
  }
  if (!local.take(']')) return false;
  json = local;
  return true;
}

// For each field of the object at `json`: `field(cursor, key)`, which must take the value.
template <class Field>
[[nodiscard]] bool for_each_field(JsonCursor& json, Field field) {
  if (!json.take('{')) return false;
  if (json.peek() == '}') return json.take('}');
  do {
    std::string_view key;
    if (!json.take_key(key) || !field(json, key)) return false;
  } while (json.take(','));
  return json.take('}');
}

}  // namespace assay::wire
