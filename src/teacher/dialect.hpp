#pragma once

#include "teacher/answer.hpp"
#include "teacher/completion_request.hpp"

#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace assay::teacher {

// A way to ask for completions and to be answered. What lies between, the models, limits and
// faults, is the same for all. Adding a dialect is its two functions and a row of the table.
struct Dialect {
  std::string_view path;  // it is posted to
  std::expected<CompletionRequest, ApiError> (*read)(RequestParser& parser, std::string_view body);
  void (*write)(std::string& out, const Completion& completion, const Vocabulary& vocabulary);
};

[[nodiscard]] std::span<const Dialect> dialects();

}  // namespace assay::teacher
