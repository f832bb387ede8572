#include "estimate/cases.hpp"
#include "estimate/estimate.hpp"
#include "estimate/matrix_builder.hpp"
#include "support/builders.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(matrix)

Sample recorded(const std::string& id, std::optional<double> base, std::optional<double> target) {
  Sample sample = test::sample("p", "r");
  sample.id = id;
  if (base) sample.recorded.base = test::log_prob(*base);
  sample.recorded.target["t"] = target ? std::optional(test::log_prob(*target)) : std::nullopt;
  return sample;
}

bool has_warning(const Findings& findings, const std::string& code) {
  return std::ranges::any_of(findings.warnings,
                             [&](const Warning& warning) { return warning.code == code; });
}

BOOST_AUTO_TEST_CASE(a_null_is_missing_and_never_a_number) {
  RecordedBuilder builder;
  builder.add_logged(recorded("a", -1.0, -2.0));
  builder.add_logged(recorded("b", -1.0, std::nullopt));
  builder.add_logged(recorded("c", std::nullopt, -2.0));
  const Matrix matrix = std::move(builder).finish();
  BOOST_TEST(matrix.targets.at(0).count() == 2);
  BOOST_TEST(!matrix.targets.at(0).nats(1).has_value());
  BOOST_TEST(complete_rows(matrix).size() == 1);
  BOOST_TEST(matrix.base.missing_by_label().at("not_given") == 1);
}

BOOST_AUTO_TEST_CASE(recorded_values_that_scripts_write_for_none_are_called_out) {
  RecordedBuilder builder;
  builder.add_logged(recorded("a", -1.0, -2.0));
  builder.add_logged(recorded("b", -50.0, -100.0));
  const Matrix matrix = std::move(builder).finish();
  BOOST_TEST(matrix.recorded_stand_ins == 2u);
  BOOST_TEST(has_warning(estimate(matrix), "recorded_stand_ins"));
}

BOOST_AUTO_TEST_CASE(a_policy_that_appears_late_is_missing_before) {
  RecordedBuilder builder;
  builder.add_logged(recorded("a", -1.0, -2.0));
  Sample late = recorded("b", -1.0, -2.0);
  late.recorded.target["late"] = test::log_prob(-3);
  builder.add_logged(late);
  const Matrix matrix = std::move(builder).finish();
  BOOST_TEST(matrix.targets.at(0).policy() == "late");
  BOOST_TEST(!matrix.targets.at(0).has(0));
  BOOST_TEST(matrix.targets.at(0).has(1));
}

BOOST_AUTO_TEST_CASE(characters_are_code_points) {
  RecordedBuilder builder;
  Sample sample = recorded("a", -1.0, -2.0);
  sample.response = "\xC3\xA9\xF0\x9F\x98\x80z";  // é, an emoji, z
  builder.add_logged(sample);
  BOOST_TEST(std::move(builder).finish().logged.chars.at(0) == 3);
}

BOOST_AUTO_TEST_CASE(a_failure_keeps_its_class_and_a_poor_grade_is_not_taken) {
  auto builder = MeasuredBuilder::create({.logging_policy = "b", .policies = {"b", "t"}}).value();
  for (int row = 0; row < 3; ++row) {
    builder.add_logged(test::sample("p", "r"));
    builder.score(0, -1.0, Method::echo, Grade::a);
    if (row == 0) builder.score(1, -2.0, Method::echo, Grade::b);
    if (row == 1) builder.missing(1, {Missing::Why::failed, FailureClass::echo_mismatch});
    if (row == 2) builder.score(1, -2.0, Method::two_call, Grade::c);
  }
  const Matrix matrix = std::move(builder).finish();
  const auto missing = matrix.targets.at(0).missing_by_label();
  BOOST_TEST(missing.at("echo_mismatch") == 1);
  BOOST_TEST(missing.at("not_accepted") == 1);
  BOOST_TEST(matrix.targets.at(0).count() == 1);
}

BOOST_AUTO_TEST_CASE(two_methods_never_mix_within_a_policy) {
  auto builder =
      MeasuredBuilder::create({.logging_policy = "b", .policies = {"b"}, .grade_worst = Grade::c})
          .value();
  builder.add_logged(test::sample("p", "r"));
  builder.score(0, -1.0, Method::echo, Grade::a);
  builder.add_logged(test::sample("p", "r"));
  builder.score(0, -1.0, Method::two_call, Grade::c);
  const Matrix matrix = std::move(builder).finish();
  BOOST_TEST(matrix.base.count() == 1);
  BOOST_TEST(matrix.mixed_methods.at(0) == "b");
}

BOOST_AUTO_TEST_CASE(an_unknown_logging_policy_is_refused_with_the_names) {
  const auto refused = MeasuredBuilder::create({.logging_policy = "x", .policies = {"a", "b"}});
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().detail.find("a, b") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_policy_equal_to_the_base_on_every_row_is_called_out) {
  RecordedBuilder builder;
  for (int i = 0; i < 5; ++i) builder.add_logged(recorded(std::to_string(i), -1.0 - i, -1.0 - i));
  BOOST_TEST(has_warning(estimate(std::move(builder).finish()), "identical_policies"));
}

BOOST_AUTO_TEST_CASE(a_constant_added_to_the_base_is_called_out) {
  RecordedBuilder builder;
  for (int i = 0; i < 5; ++i) builder.add_logged(recorded(std::to_string(i), -1.0 - i, -3.0 - i));
  BOOST_TEST(has_warning(estimate(std::move(builder).finish()), "uniform_weights"));
}

BOOST_AUTO_TEST_CASE(stages_that_are_missing_are_named) {
  RecordedBuilder builder;
  builder.add_logged(recorded("a", -1.0, -2.0));
  const Findings findings = estimate(std::move(builder).finish());
  for (const char* code : {"no_judge_scores", "no_labels", "no_fresh_draws", "recorded"}) {
    BOOST_TEST(has_warning(findings, code), code);
  }
}

BOOST_AUTO_TEST_CASE(prompts_keep_their_numbers_however_many_there_are) {
  PromptPool pool;
  BOOST_TEST(!pool.find("p0").has_value());
  for (unsigned i = 0; i < 5000; ++i) BOOST_TEST(pool.intern("p" + std::to_string(i)) == i);
  BOOST_TEST(pool.intern("") == 5000u);
  for (unsigned i = 0; i < 5000; ++i) {
    BOOST_TEST(pool.intern("p" + std::to_string(i)) == i);
    BOOST_TEST(pool.name(i) == "p" + std::to_string(i));
  }
  BOOST_TEST(pool.find("").value() == 5000u);
  BOOST_TEST(!pool.find("q").has_value());
}

BOOST_AUTO_TEST_CASE(the_same_draw_twice_is_called_out) {
  RecordedBuilder builder;
  for (int i = 0; i < 2; ++i) builder.add_logged(recorded("a", -1.0, -2.0));
  BOOST_TEST(has_warning(estimate(std::move(builder).finish()), "duplicate_rows"));
}

BOOST_AUTO_TEST_CASE(no_rows_at_all_are_a_warning_and_not_a_crash) {
  BOOST_TEST(has_warning(estimate(RecordedBuilder().finish()), "no_rows"));
}

BOOST_AUTO_TEST_CASE(all_values_missing_refuse_the_policy) {
  RecordedBuilder builder;
  for (int i = 0; i < 3; ++i) builder.add_logged(recorded(std::to_string(i), std::nullopt, -1.0));
  const Findings findings = estimate(std::move(builder).finish());
  BOOST_TEST(!findings.policies.at(0).weights.passes());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
