// What does reading, aligning and certifying one echo of 988 tokens cost, against simdjson's DOM
// parse of the same bytes, which checks nothing?

#include "assay/ensure.hpp"
#include "frame/question.hpp"
#include "made_echo.hpp"

#include <simdjson.h>

#include <bit>

int main(int argc, char** argv) {
  using namespace assay;
  const bench::MadeEcho echo(988);
  const std::string_view body = echo.answer().body;
  simdjson::dom::parser parser;
  bench::DialectScore score;

  bench::Question question(
      "What does a proved score cost, against a DOM parse of the same bytes?",
      {.unit = "answer", .units = 1, .bytes = static_cast<double>(body.size())});
  question.baseline("simdjson DOM parse", [&] {
    const simdjson::dom::element root = parser.parse(body.data(), body.size(), false);
    return std::uint64_t{root.is_object()};
  });
  question.contender("parse + alignment + certificate",
                     [&] { return std::bit_cast<std::uint64_t>(score(echo)); },
                     {.at_most = 1.5, .aim = 1.0});
  return question.answer(argc, argv);
}
