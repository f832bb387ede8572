#include "wire/answer_json.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::wire {
namespace {

using simdjson::dom::element_type;

// simdjson 3.0.1 lets some lone surrogates through; they come out as bytes that are not UTF-8.
bool all_utf8(Json value) {
  switch (value.type()) {
    case element_type::STRING:
      return is_utf8(value.get_string().value_unsafe());
    case element_type::ARRAY:
      return std::ranges::all_of(value.get_array().value_unsafe(),
                                 [](Json item) { return all_utf8(item); });
    case element_type::OBJECT:
      return std::ranges::all_of(value.get_object().value_unsafe(), [](const auto& field) {
        return is_utf8(field.key) && all_utf8(field.value);
      });
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
    case element_type::BOOL:
    case element_type::NULL_VALUE:
      return true;
  }
  return false;
}

bool has_surrogate_escape(std::string_view body) {
  for (std::size_t at = body.find("\\u"); at != std::string_view::npos;
       at = body.find("\\u", at + 2)) {
    if (at + 2 < body.size() && (body[at + 2] == 'd' || body[at + 2] == 'D')) return true;
  }
  return false;
}

// The body with each bare NaN, Infinity and -Infinity outside strings as a number; nothing when
// there is none.
std::optional<std::string> without_bare_words(std::string_view body) {
  constexpr std::array<std::string_view, 3> words{"NaN", "-Infinity", "Infinity"};
  std::string mended;
  bool found = false;
  bool in_string = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_string && c == '\\' && i + 1 < body.size()) {
      mended += c;
      mended += body[++i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    const auto word = std::ranges::find_if(
        words, [&](std::string_view candidate) { return body.substr(i).starts_with(candidate); });
    if (in_string || word == words.end()) {
      mended += c;
      continue;
    }
    found = true;
    mended += '0';
    i += word->size() - 1;
  }
  if (!found) return std::nullopt;
  return mended;
}

std::expected<Json, Failure> parse(simdjson::dom::parser& parser, std::string_view body) {
  if (parser.max_depth() != json_depth_max || parser.capacity() > parser_kept_bytes_max) {
    parser = simdjson::dom::parser();
    if (parser.allocate(body.size(), json_depth_max) != simdjson::SUCCESS) {
      return std::unexpected(malformed("the body is too large to parse"));
    }
  }
  Json root;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(body.data());
  const auto error = parser.parse(bytes, body.size(), false).get(root);
  if (error != simdjson::SUCCESS) {
    return std::unexpected(
        malformed(fmt::format("the body is not JSON: {}", simdjson::error_message(error))));
  }
  return root;
}

}  // namespace

Failure malformed(std::string_view reason) {
  return make_failure(FailureClass::malformed_response, reason);
}

std::expected<Json, Failure> parse_answer(simdjson::dom::parser& parser, std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::unexpected(malformed("the body is empty"));
  if (body[first] == '<') return std::unexpected(malformed("the body is HTML, not JSON"));
  auto root = parse(parser, body);
  if (root) {
    if (!has_surrogate_escape(body) || all_utf8(*root)) return root;
    return std::unexpected(malformed("a string holds half of a surrogate pair"));
  }
  if (auto mended = without_bare_words(body)) {
    const std::size_t size = mended->size();
    mended->resize(size + body_padding);
    if (parse(parser, std::string_view(*mended).substr(0, size))) {
      return std::unexpected(
          make_failure(FailureClass::invalid_logprob, "the body holds a bare NaN or Infinity"));
    }
  }
  return root;
}

std::optional<std::string_view> text_of(const std::optional<Json>& value) {
  std::string_view text;
  if (!value || value->get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<std::int64_t> integer_of(const std::optional<Json>& value) {
  std::int64_t number = 0;
  if (!value || value->type() != element_type::INT64 || value->get(number) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return number;
}

bool is_missing(const std::optional<Json>& value) {
  return !value || value->is_null();
}

}  // namespace assay::wire
