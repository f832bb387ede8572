#pragma once

#include "teacher/completion_request.hpp"
#include "teacher/dialect.hpp"

#include <cstdint>
#include <string_view>

namespace assay::teacher {

// POST /tokenize and /detokenize, in the shape of vLLM and SGLang, or of llama.cpp where the text
// comes as "content". Source: providers.md, sections 3.9 to 3.11.
[[nodiscard]] HttpAnswer answer_tokenize(RequestParser& parser,
                                         const Dialect& dialect,
                                         std::string_view body,
                                         std::int64_t context_tokens_max);
[[nodiscard]] HttpAnswer answer_detokenize(RequestParser& parser,
                                           const Dialect& dialect,
                                           std::string_view body);

}  // namespace assay::teacher
