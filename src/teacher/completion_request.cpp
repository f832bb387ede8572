#include "teacher/completion_request.hpp"

#include "teacher/request_fields.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

const RequestField legacy_fields[] = {
    {"prompt", read_prompts},
    {"logprobs",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 5, c.request.logprobs.emplace());
     }},
    {"stream_options",
     [](const Element& v, FieldContext& c) {
       constexpr RequestField rows[] = {
           {"include_usage",
            [](const Element& given, FieldContext& inner) {
              return read_bool(given, inner.request.stream_usage);
            }},
       };
       return read_object(v, rows, c);
     }},
};

const RequestField* find(std::span<const RequestField> rows, std::string_view name) {
  const auto row = std::find_if(
      rows.begin(), rows.end(), [&](const RequestField& field) { return field.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace

RequestParser::RequestParser(const Vocabulary& vocabulary)
    : vocabulary_(&vocabulary), parser_(std::make_unique<simdjson::dom::parser>()) {}
RequestParser::~RequestParser() = default;

std::optional<ApiError> RequestParser::read(std::string_view body,
                                            const RequestFields& fields,
                                            CompletionRequest& request) {
  FieldContext context{*vocabulary_, request};
  const auto take = [&](std::string_view name, const Element& value) -> Verdict {
    const auto* field = find(fields.rows, name);
    if (field == nullptr) field = find(common_fields(), name);
    if (field == nullptr) return no("is not a parameter that is known here");
    return field->read(value, context);
  };
  return walk_fields(*parser_, body, take);
}

std::optional<ApiError> complete_request(CompletionRequest& request) {
  if (request.prompts.empty()) return bad_request("you must provide a prompt", "prompt");
  if (request.max_tokens == 0 && !request.echo) {
    return bad_request("'max_tokens' is 0: without echo nothing would be answered.", "max_tokens");
  }
  for (auto& prompt : request.prompts) {
    if (request.add_bos && !prompt.by_ids)
      prompt.tokens.insert(prompt.tokens.begin(), Vocabulary::begin_of_text);
  }
  return std::nullopt;
}

std::expected<CompletionRequest, ApiError> RequestParser::completion(std::string_view body,
                                                                     Model model) {
  CompletionRequest request;
  if (auto error = read(body, {legacy_fields}, request)) return std::unexpected(*error);
  if (request.model.empty() && model == Model::named)
    return std::unexpected(bad_request("you must provide a model parameter", "model"));
  if (auto error = complete_request(request)) return std::unexpected(*error);
  return request;
}

std::expected<TokenizeRequest, ApiError> RequestParser::tokenize(std::string_view body) {
  TokenizeRequest request;
  bool prompt_given = false;
  bool bos_given = false;
  const auto take = [&](std::string_view name, const Element& value) -> Verdict {
    bool ignored = false;
    if (name == "model") return read_string(value, request.model);
    if (name == "add_special_tokens" || name == "add_special") {
      bos_given = true;
      return read_bool(value, request.add_bos);
    }
    if (name == "return_token_strs" || name == "with_pieces")
      return read_bool(value, request.with_texts);
    if (name == "parse_special") return read_bool(value, ignored);
    if (name != "prompt" && name != "content") return no("is not a parameter that is known here");
    prompt_given = true;
    request.by_content = name == "content";
    return read_string(value, request.prompt);
  };
  if (const auto error = walk_fields(*parser_, body, take)) return std::unexpected(*error);
  if (!prompt_given) return std::unexpected(bad_request("you must provide a prompt", "prompt"));
  // vLLM adds special tokens unless told otherwise, llama.cpp only when told.
  if (!bos_given) request.add_bos = !request.by_content;
  return request;
}

std::expected<std::string, ApiError> RequestParser::detokenize(std::string_view body) {
  CompletionRequest request;
  FieldContext context{*vocabulary_, request};
  const auto take = [&](std::string_view name, const Element& value) -> Verdict {
    if (name == "model") return any_string(value);
    if (name != "tokens") return no("is not a parameter that is known here");
    return read_prompts(value, context);
  };
  if (const auto error = walk_fields(*parser_, body, take)) return std::unexpected(*error);
  if (request.prompts.size() != 1)
    return std::unexpected(bad_request("you must provide tokens", "tokens"));
  return request.prompts.front().text;
}

}  // namespace assay::teacher
