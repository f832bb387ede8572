#include "teacher/dialect.hpp"

namespace assay::teacher {

namespace {

constexpr Dialect table[] = {
    {"/v1/completions",
     [](RequestParser& parser, std::string_view body) { return parser.completion(body); },
     append_json},
};

}  // namespace

std::span<const Dialect> dialects() {
  return table;
}

}  // namespace assay::teacher
