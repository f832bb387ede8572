#include "estimate/audit.hpp"

#include "estimate/matrix_builder.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(audit)

Sample scored(int number, double judge, std::optional<double> label) {
  Sample sample;
  sample.id = "p" + std::to_string(number);
  sample.judge_score = judge;
  sample.oracle_label = label;
  return sample;
}

// Logged labels equal the judge score; those of the target are `offset` higher, give or take 0.02.
Matrix matrix_with(int probe_rows, double offset, int prompts) {
  RecordedBuilder builder;
  for (int i = 0; i < 40; ++i) builder.add_logged(scored(i, i / 50.0, i / 50.0));
  for (int i = 0; i < probe_rows; ++i) {
    Sample sample = scored(i % prompts, 0.4, 0.4 + offset + (i % 2 == 0 ? 0.02 : -0.02));
    sample.draw_idx = static_cast<std::uint32_t>(i / prompts);
    builder.add_probe("target", sample);
  }
  return std::move(builder).finish();
}

TransportAudit audit_of(const Matrix& matrix, std::optional<double> margin) {
  const auto own = own_labels(nullptr, matrix.probe_of("target"));
  return audit_transport(matrix, *calibrate(matrix), own, {.margin = margin, .family = 1});
}

BOOST_AUTO_TEST_CASE(an_offset_inside_the_margin_passes) {
  BOOST_TEST(name_of(audit_of(matrix_with(50, 0.0, 50), 0.05).verdict) == "PASS");
}

BOOST_AUTO_TEST_CASE(an_offset_wholly_outside_fails_even_on_few_prompts) {
  BOOST_TEST(name_of(audit_of(matrix_with(8, 0.3, 8), 0.05).verdict) == "FAIL");
}

BOOST_AUTO_TEST_CASE(few_prompts_cannot_pass) {
  BOOST_TEST(name_of(audit_of(matrix_with(12, 0.0, 12), 0.05).verdict) == "INCONCLUSIVE");
}

BOOST_AUTO_TEST_CASE(many_draws_of_few_prompts_cannot_pass_either) {
  BOOST_TEST(name_of(audit_of(matrix_with(100, 0.0, 10), 0.05).verdict) == "INCONCLUSIVE");
}

BOOST_AUTO_TEST_CASE(an_interval_across_the_margin_is_inconclusive) {
  BOOST_TEST(name_of(audit_of(matrix_with(50, 0.05, 50), 0.05).verdict) == "INCONCLUSIVE");
}

BOOST_AUTO_TEST_CASE(without_a_margin_it_is_measured_and_not_graded) {
  const TransportAudit found = audit_of(matrix_with(50, 0.3, 50), std::nullopt);
  BOOST_TEST(name_of(found.verdict) == "NOT_GRADED");
  BOOST_TEST(*found.offset == 0.3, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(without_labelled_draws_nothing_is_checked) {
  BOOST_TEST(name_of(audit_of(matrix_with(0, 0.0, 1), 0.05).verdict) == "NOT_CHECKED");
}

BOOST_AUTO_TEST_CASE(more_policies_together_widen_the_interval) {
  const Matrix matrix = matrix_with(50, 0.0, 50);
  const auto own = own_labels(nullptr, matrix.probe_of("target"));
  const auto one = audit_transport(matrix, *calibrate(matrix), own, {{}, 1});
  const auto three = audit_transport(matrix, *calibrate(matrix), own, {{}, 3});
  BOOST_TEST(three.interval->half_width() > 1.1 * one.interval->half_width());
}

BOOST_AUTO_TEST_CASE(labels_of_high_scores_only_are_noticed) {
  RecordedBuilder builder;
  for (int i = 0; i < 200; ++i) {
    const double judge = i / 200.0;
    builder.add_logged(scored(i, judge, i > 100 ? std::optional(judge) : std::nullopt));
  }
  const Matrix matrix = std::move(builder).finish();
  BOOST_TEST(*label_ignorability(matrix).p < 1e-6);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
