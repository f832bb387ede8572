#pragma once

// One input of the fuzzers, readable as a file: a line "DIALECT BOUNDARY STATUS", a line of prompts
// with \x1f between them, then the body of an answer.

#include "core/json_text.hpp"
#include "wire/dialect.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::fuzz {

// A property that does not hold is a crash, which the fuzzer reports with its input.
inline void must(bool holds) {
  if (!holds) __builtin_trap();
}

struct Input {
  const wire::Dialect* dialect = nullptr;
  int status = 200;
  std::vector<std::string> texts;
  std::vector<wire::Prompt> prompts;
  std::string body;  // with padding behind it
  std::size_t body_size = 0;
  std::vector<HeaderField> headers;

  [[nodiscard]] AnswerView answer() const {
    return {status, &headers, std::string_view(body).substr(0, body_size)};
  }
};

inline std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return part;
}

inline std::size_t number(std::string_view digits, std::size_t fallback) {
  std::size_t value = fallback;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// Nothing for an input that no caller could make: every prompt must be one that may be sent.
inline std::optional<Input> parse(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::string_view line = take_until(rest, '\n');
  Input input;
  input.dialect = wire::find_dialect(take_until(line, ' '));
  if (input.dialect == nullptr) return std::nullopt;
  const std::size_t boundary = number(take_until(line, ' '), 1);
  input.status = static_cast<int>(number(line, 200) % 600);
  std::string_view texts = take_until(rest, '\n');
  while (!texts.empty() && input.texts.size() < 4) {
    input.texts.emplace_back(take_until(texts, '\x1f'));
  }
  for (const std::string& text : input.texts) {
    const wire::Prompt prompt{text, boundary};
    if (boundary == 0 || boundary >= text.size() || !is_utf8(text)) return std::nullopt;
    if ((static_cast<unsigned char>(text[boundary]) & 0xC0U) == 0x80U) return std::nullopt;
    input.prompts.push_back(prompt);
  }
  if (input.prompts.empty()) return std::nullopt;
  if (input.prompts.size() > static_cast<std::size_t>(input.dialect->can.prompts_max)) {
    return std::nullopt;
  }
  input.body = rest;
  input.body_size = rest.size();
  input.body.append(body_padding, '\0');
  return input;
}

}  // namespace assay::fuzz
