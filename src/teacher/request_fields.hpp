#pragma once

// Reading a request's JSON field by field: for the files of the dialects, which are tables of
// fields. A field's refusal is its sentence; its name is added where the table is walked.

#include "teacher/completion_request.hpp"

#include <simdjson.h>

#include <algorithm>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

using Element = simdjson::dom::element;
using Verdict = std::expected<void, std::string>;

[[nodiscard]] std::unexpected<std::string> no(std::string sentence);

[[nodiscard]] Verdict read_integer(const Element& value,
                                   std::int64_t least,
                                   std::int64_t most,
                                   std::int64_t& out);
[[nodiscard]] Verdict read_number(const Element& value, double least, double most, double& out);
[[nodiscard]] Verdict read_bool(const Element& value, bool& out);
[[nodiscard]] Verdict read_string(const Element& value, std::string& out);
[[nodiscard]] Verdict read_seed(const Element& value, std::optional<std::uint64_t>& out);
[[nodiscard]] Verdict read_stop(const Element& value, std::vector<std::string>& out);
// A parameter that would change what is measured is taken only at the value that does not.
[[nodiscard]] Verdict neutral(const Element& value, double wanted);
[[nodiscard]] Verdict only_false(const Element& value);
[[nodiscard]] Verdict any_string(const Element& value);

struct FieldContext {
  const Vocabulary& vocabulary;
  CompletionRequest& request;
};

// A text, ids, an array of texts or an array of arrays of ids, into request.prompts.
[[nodiscard]] Verdict read_prompts(const Element& value, FieldContext& context);
[[nodiscard]] Verdict read_one_text(const Element& value, FieldContext& context);

struct RequestField {
  std::string_view name;
  Verdict (*read)(const Element&, FieldContext&);
};
struct RequestFields {
  std::span<const RequestField> rows;
};

// The fields that mean the same in every dialect of OpenAI's family; more than one table uses them.
[[nodiscard]] std::span<const RequestField> common_fields();

// Reads an object inside a request by a table of its own.
[[nodiscard]] Verdict read_object(const Element& value,
                                  std::span<const RequestField> rows,
                                  FieldContext& context);

[[nodiscard]] ApiError bad_request(std::string message,
                                   std::optional<std::string> param = std::nullopt);

// Calls take(name, value) for each field that is not null; refuses a name given twice.
template <class Take>
std::optional<ApiError> walk_fields(simdjson::dom::parser& parser,
                                    std::string_view body,
                                    Take&& take) {
  // The body's buffer is padded (HttpRequest), so it is parsed where it stands.
  simdjson::dom::object object;
  Element document;
  if (parser.parse(body.data(), body.size(), false).get(document) != simdjson::SUCCESS ||
      document.get(object) != simdjson::SUCCESS) {
    return bad_request(
        "We could not parse the JSON body of your request: it must be one JSON object.");
  }
  std::vector<std::string_view> names;
  for (const auto field : object) {
    const auto key = std::string(field.key);
    if (std::find(names.begin(), names.end(), field.key) != names.end()) {
      return bad_request("'" + key + "' is given twice.", key);
    }
    names.push_back(field.key);
    if (field.value.is_null()) continue;
    if (Verdict verdict = take(field.key, field.value); !verdict) {
      return bad_request("'" + key + "' " + verdict.error() + ".", key);
    }
  }
  return std::nullopt;
}

}  // namespace assay::teacher
