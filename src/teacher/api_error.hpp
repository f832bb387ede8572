#pragma once

#include "teacher/answer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::teacher {

// A refusal, in OpenAI's words; other providers' bodies are made from it.
struct ApiError {
  int status;
  std::string message;
  std::string_view type = "invalid_request_error";
  std::optional<std::string> param = std::nullopt;
  std::optional<std::string_view> code = std::nullopt;
  std::optional<Duration> retry_after = std::nullopt;  // of a limit
};

// The bodies that providers refuse with. Source: providers.md, section 5 and each provider's own.
enum class ErrorShape : std::uint8_t {
  openai,      // {"error":{"message","type","param","code":"..."|null}}
  vllm,        // the same with the status as code
  flat,        // {"object":"error","message","type","param","code":400}
  tgi,         // {"error":"...","error_type":"..."}
  llama_cpp,   // {"error":{"code":400,"message","type"}}
  anthropic,   // {"type":"error","error":{"type","message"},"request_id"}
  google,      // {"error":{"code","message","status","details"}}
  openrouter,  // {"error":{"code":400,"message","metadata":{}}}
};

[[nodiscard]] HttpAnswer answer_of(const ApiError& error, ErrorShape shape = ErrorShape::openai);

}  // namespace assay::teacher
