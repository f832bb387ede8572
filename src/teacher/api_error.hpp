#pragma once

#include "teacher/answer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::teacher {

// A refusal in OpenAI's shape. Source: providers.md, section 5.
struct ApiError {
  int status;
  std::string message;
  std::string_view type = "invalid_request_error";
  std::optional<std::string> param = std::nullopt;
  std::optional<std::string_view> code = std::nullopt;
};

// {"error":{"message":...,"type":...,"param":...,"code":...}}
[[nodiscard]] HttpAnswer answer_of(const ApiError& error);

}  // namespace assay::teacher
