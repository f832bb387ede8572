#pragma once

#include "teacher/answer.hpp"
#include "teacher/api_error.hpp"
#include "teacher/completion_request.hpp"
#include "teacher/rate_headers.hpp"

#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace assay::teacher {

// One way to ask for an answer and to be given it. What lies between, the models, limits and
// faults, is the same for all.
struct Route {
  // Below the dialect's base: "/v1/completions". A star stands for one segment, which names the
  // model: "/v1beta/models/*:generateContent".
  std::string_view path;
  std::expected<CompletionRequest, ApiError> (*read)(RequestParser& parser, std::string_view body);
  void (*write)(std::string& out,
                const CompletionRequest& request,
                const Completion& completion,
                const Vocabulary& vocabulary);
};

// A provider as its clients know it. Adding one is its file and a row of the table in dialect.cpp.
struct Dialect {
  std::string_view name;  // and its base path: /vllm/v1/completions, /vllm@MODEL/...
  std::string_view what;  // for `assay teacher --list-dialects`
  std::string_view base;  // what a base URL ends in, below the name
  std::span<const Route> routes;
  ErrorShape errors = ErrorShape::openai;
  RateStyle rates = RateStyle::none;
  bool adds_bos = false;        // to prompts that come as text; /tokenize agrees
  bool tokenizes = false;       // has /tokenize (and llama.cpp /detokenize)
  bool own_key_header = false;  // x-api-key, api-key or x-goog-api-key instead of Authorization
};

[[nodiscard]] std::span<const Dialect> dialects();
[[nodiscard]] const Dialect* dialect_of(std::string_view name);

// Where a target leads: a dialect, one of its routes or another path below its base, and the model
// that the path names.
struct Place {
  const Dialect* dialect = nullptr;
  const Route* route = nullptr;  // nullptr: none of the dialect's
  std::string_view rest;         // the path below the base, without a query
  std::string_view model;        // empty: the body names it, or it is the first
};
// `at_root` answers where no dialect is named by the path.
[[nodiscard]] Place place_of(std::string_view target, const Dialect& at_root);

// The dialects' own tables, one file each.
extern const Dialect openai_dialect;
extern const Dialect azure_dialect;
extern const Dialect openrouter_dialect;
extern const Dialect vllm_dialect;
extern const Dialect sglang_dialect;
extern const Dialect tgi_dialect;
extern const Dialect fireworks_dialect;
extern const Dialect together_dialect;
extern const Dialect llama_cpp_dialect;
extern const Dialect llama_cpp_python_dialect;
extern const Dialect anthropic_dialect;
extern const Dialect gemini_dialect;

}  // namespace assay::teacher
