#pragma once

#include "assay/outcome.hpp"
#include "assay/result.hpp"
#include "assay/sample.hpp"
#include "estimate/matrix.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::estimate {

// Recorded log-probabilities, row by row, to a matrix. Policies are found as they appear in the
// rows, and kept in the order of their names.
//
//   RecordedBuilder builder;
//   builder.add_logged(sample) ...; builder.add_fresh("clone", sample) ...; builder.add_probe(...)
//   const Matrix matrix = std::move(builder).finish();
class RecordedBuilder {
 public:
  void add_logged(const Sample& sample);
  void add_fresh(std::string_view policy, const Sample& sample);
  void add_probe(std::string_view policy, const Sample& sample);
  [[nodiscard]] Matrix finish() &&;

 private:
  Matrix matrix_;
};

struct MeasuredPlan {
  std::string logging_policy;
  std::vector<std::string> policies;  // all measured ones, the logging policy among them
  Grade grade_worst = Grade::b;       // C is taken only when the user says so
};

// Measured outcomes, row by row, to a matrix. After add_logged, exactly one score or failure per
// policy, in any order.
//
//   MeasuredBuilder builder(plan);
//   builder.add_logged(sample);
//   builder.score(policy, score) | builder.missing(policy, why) for each policy of the plan
class MeasuredBuilder {
 public:
  // Errors: Errc::usage when the logging policy is not among the policies, naming them.
  [[nodiscard]] static Result<MeasuredBuilder> create(MeasuredPlan plan);

  void add_logged(const Sample& sample);
  void score(std::size_t policy, double nats, Method method, Grade grade);
  void missing(std::size_t policy, Missing missing);
  // Another value of the last row, after its score() or missing(): kept when that one was, and this
  // is of a grade and method that would have been.
  void replicate(std::size_t policy, double nats, Method method, Grade grade);
  void add_fresh(std::string_view policy, const Sample& sample);
  void add_probe(std::string_view policy, const Sample& sample);
  [[nodiscard]] Matrix finish() &&;

 private:
  explicit MeasuredBuilder(MeasuredPlan plan);
  [[nodiscard]] ScoreColumn& column_of(std::size_t policy);
  [[nodiscard]] ScoreColumn& next_cell(std::size_t policy);  // ready for one outcome

  MeasuredPlan plan_;
  std::vector<std::size_t> slots_;  // of each policy of the plan: 0 the base, else 1 + target
  std::set<std::string> mixed_;
  Matrix matrix_;
};

}  // namespace assay::estimate
