#include "teacher/api_error.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

void text_or_null(JsonWriter& json, std::string_view key, const auto& text) {
  json.key(key);
  if (text) {
    json.string(*text);
  } else {
    json.null();
  }
}

std::string_view anthropic_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 529:
      return "overloaded_error";
    default:
      return status < 500 ? "invalid_request_error" : "api_error";
  }
}

std::string_view google_status(int status) {
  switch (status) {
    case 400:
      return "INVALID_ARGUMENT";
    case 401:
      return "UNAUTHENTICATED";
    case 404:
      return "NOT_FOUND";
    case 429:
      return "RESOURCE_EXHAUSTED";
    case 503:
      return "UNAVAILABLE";
    default:
      return "INTERNAL";
  }
}

std::string_view tgi_type(const ApiError& error) {
  if (error.status == 429) return "overloaded";
  return error.status < 500 ? "validation" : "generation";
}

void append_google(JsonWriter& json, const ApiError& error) {
  json.begin_object().key("error").begin_object();
  json.key("code").number(error.status).key("message").string(error.message);
  json.key("status").string(google_status(error.status));
  if (error.retry_after) {
    const auto seconds = std::chrono::duration<double>(*error.retry_after).count();
    json.key("details").begin_array().begin_object();
    json.key("@type").string("type.googleapis.com/google.rpc.RetryInfo");
    json.key("retryDelay").string(fmt::format("{:.3f}s", seconds));
    json.end_object().end_array();
  }
  json.end_object().end_object();
}

// The shapes whose error is an object under "error".
void append_nested(JsonWriter& json, const ApiError& error, ErrorShape shape) {
  json.begin_object().key("error").begin_object();
  json.key("message").string(error.message);
  if (shape == ErrorShape::openrouter) {
    json.key("code").number(error.status).key("metadata").begin_object().end_object();
  } else {
    json.key("type").string(error.type);
    if (shape != ErrorShape::llama_cpp) text_or_null(json, "param", error.param);
    if (shape == ErrorShape::openai) {
      text_or_null(json, "code", error.code);
    } else {
      json.key("code").number(error.status);
    }
  }
  json.end_object().end_object();
}

}  // namespace

HttpAnswer answer_of(const ApiError& error, ErrorShape shape) {
  HttpAnswer answer;
  answer.status = error.status;
  JsonWriter json(answer.body);
  switch (shape) {
    case ErrorShape::openai:
    case ErrorShape::vllm:
    case ErrorShape::llama_cpp:
    case ErrorShape::openrouter:
      append_nested(json, error, shape);
      return answer;
    case ErrorShape::flat:
      json.begin_object().key("object").string("error").key("message").string(error.message);
      json.key("type").string(error.type);
      text_or_null(json, "param", error.param);
      json.key("code").number(error.status).end_object();
      return answer;
    case ErrorShape::tgi:
      json.begin_object().key("error").string(error.message);
      json.key("error_type").string(tgi_type(error)).end_object();
      if (answer.status == 400) answer.status = 422;
      return answer;
    case ErrorShape::anthropic:
      json.begin_object().key("type").string("error").key("error").begin_object();
      json.key("type").string(anthropic_type(error.status)).key("message").string(error.message);
      json.end_object().key("request_id").string("req_teacher").end_object();
      return answer;
    case ErrorShape::google:
      append_google(json, error);
      return answer;
  }
  return answer;
}

}  // namespace assay::teacher
