#include "teacher/api_error.hpp"

#include "core/json_text.hpp"

namespace assay::teacher {

HttpAnswer answer_of(const ApiError& error) {
  HttpAnswer answer;
  answer.status = error.status;
  JsonWriter json(answer.body);
  const auto text_or_null = [&json](std::string_view key, const auto& text) {
    json.key(key);
    if (text) {
      json.string(*text);
    } else {
      json.null();
    }
  };
  json.begin_object().key("error").begin_object();
  json.key("message").string(error.message).key("type").string(error.type);
  text_or_null("param", error.param);
  text_or_null("code", error.code);
  json.end_object().end_object();
  return answer;
}

}  // namespace assay::teacher
