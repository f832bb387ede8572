#pragma once

// OpenAI's legacy completions, whole or as a stream, which several dialects speak.

#include "teacher/answer.hpp"
#include "teacher/answer_json.hpp"
#include "teacher/completion_request.hpp"

namespace assay::teacher {

[[nodiscard]] std::expected<CompletionRequest, ApiError> read_completions(RequestParser& parser,
                                                                          std::string_view body);
void write_completions(std::string& out,
                       const CompletionRequest& request,
                       const Completion& completion,
                       const Vocabulary& vocabulary);

// What a dialect changes in it: its columns, and what it adds to each choice.
struct CompletionsStyle {
  LegacyStyle columns;
  bool echo_text = true;     // false: only what was made is text
  bool echo_columns = true;  // false: only what was made has columns
  void (*append_more)(std::string& out,
                      const CompletionRequest& request,
                      const Choice& choice,
                      const Prompt& prompt,
                      const Vocabulary& vocabulary) = nullptr;
};
void write_completions_as(std::string& out,
                          const CompletionRequest& request,
                          const Completion& completion,
                          const Vocabulary& vocabulary,
                          const CompletionsStyle& style);

}  // namespace assay::teacher
