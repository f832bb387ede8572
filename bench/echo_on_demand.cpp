// What does reading, aligning and certifying one echo of 988 tokens cost, against the same checks
// written with simdjson On-Demand?

#include "assay/ensure.hpp"
#include "frame/question.hpp"
#include "made_echo.hpp"

#include <bit>
#include <cmath>

int main(int argc, char** argv) {
  using namespace assay;
  const bench::MadeEcho echo(988);
  bench::DialectScore score;
  ensure(std::abs(score(echo) - bench::on_demand_score(echo)) < 1e-9, "both find the same value");

  bench::Question question(
      "What does a proved score cost, against the same by On-Demand?",
      {.unit = "answer", .units = 1, .bytes = static_cast<double>(echo.answer().body.size())});
  question.baseline("simdjson On-Demand, the same checks",
                    [&] { return std::bit_cast<std::uint64_t>(bench::on_demand_score(echo)); });
  question.contender("parse + alignment + certificate",
                     [&] { return std::bit_cast<std::uint64_t>(score(echo)); },
                     {.at_most = 1.0, .aim = 0.65});
  return question.answer(argc, argv);
}
