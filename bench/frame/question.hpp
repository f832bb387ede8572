#pragma once

// A bench program answers one question by letting contenders do the same work side by side:
//
//   int main(int argc, char** argv) {
//     bench::Question question("How fast is a journal verified, against XXH3 over its lines?",
//                              {.unit = "line", .units = lines, .bytes = bytes});
//     question.baseline("xxh3", [&] { return sum_all(lines); });
//     question.contender("verify", [&] { return verify(run); }, {.at_most = 1.25, .aim = 1.1});
//     return question.answer(argc, argv);
//   }
//
// Every contender is warmed up, then measured in repetitions that are interleaved with the others'
// at random; CPU time per unit is the median over the repetitions, with its least and greatest; the
// percentiles are of single passes, in wall time. The ratio is of medians of this very run: it can
// be compared between machines, the times cannot.
//
//   bench_NAME [--smoke] [--json FILE] [--seconds S] [--repetitions N]
//
// --smoke: a few passes of each, to see that all still works.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::bench {

// What one pass does.
struct Work {
  std::string unit;  // "line", "answer": what the figures are per
  double units = 1;  // in one pass
  double bytes = 0;  // in one pass; 0: a rate in bytes says nothing here
};

// CPU per unit over the baseline's: what must hold, and what is hoped for.
struct Bar {
  std::optional<double> at_most;
  std::optional<double> aim;
};

// Does the work once and returns a hash of what came out, so that no compiler leaves it away and no
// contender gets by with doing less.
using Pass = std::function<std::uint64_t()>;

class Question {
 public:
  Question(std::string text, Work work);

  // What the others are compared with; exactly one.
  void baseline(std::string name, Pass pass);

  // `answers` says whether its hash is the baseline's.
  enum class Answers : std::uint8_t { as_baseline, otherwise };
  void contender(std::string name, Pass pass, Bar bar = {}, Answers answers = Answers::otherwise);

  // Runs all, prints the table (and JSON where asked for). Returns main's result: 0; 1 when a hash
  // changed from pass to pass or is not the one it should be; 2 for a wrong flag.
  [[nodiscard]] int answer(int argc, char** argv);

 private:
  struct Contender {
    std::string name;
    Pass pass;
    Bar bar;
    Answers answers = Answers::otherwise;
    bool is_baseline = false;
    std::vector<double> cpu_seconds;   // per pass, one entry per repetition
    std::vector<double> wall_seconds;  // of single passes
    std::optional<std::uint64_t> hash;
    std::string fault;
  };
  struct Options;
  void measure(const Options& options);
  [[nodiscard]] bool check();
  [[nodiscard]] std::string table() const;
  [[nodiscard]] std::string json() const;
  [[nodiscard]] const Contender& base() const;
  [[nodiscard]] double ratio(const Contender& contender) const;

  std::string text_;
  Work work_;
  std::vector<Contender> contenders_;
};

// Folds `value` into `hash`; the order counts.
[[nodiscard]] std::uint64_t mix(std::uint64_t hash, std::uint64_t value);
[[nodiscard]] std::uint64_t mix(std::uint64_t hash, double value);

// `share` in [0, 1] of the values lie at or below the result; values must not be empty.
[[nodiscard]] double percentile(std::vector<double> values, double share);

}  // namespace assay::bench
