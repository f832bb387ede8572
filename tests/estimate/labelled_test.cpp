#include "estimate/labelled.hpp"

#include "estimate/estimate.hpp"
#include "estimate/synthetic.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <utility>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(labelled)

using test::World;

LabelledEstimate difference_of(const Matrix& matrix) {
  const Draws* draws = matrix.fresh_of("target");
  const OwnLabels own = own_labels(draws, matrix.probe_of("target"));
  return difference_estimate(matrix, calibrate(matrix), draws, own).value();
}

BOOST_AUTO_TEST_CASE(it_is_the_mean_label_when_every_draw_is_labelled) {
  Rng rng(1);
  const Matrix matrix = test::draw_world({.rows = 200, .probe = 200}, rng);
  const OwnLabels own = own_labels(matrix.fresh_of("target"), matrix.probe_of("target"));
  double total = 0;
  for (const double label : own.label) total += label;
  BOOST_TEST(own.size() == 200u);
  BOOST_TEST(*difference_of(matrix).estimate == total / 200, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_draw_that_is_labelled_twice_counts_once) {
  Rng rng(2);
  Matrix matrix = test::draw_world({.rows = 60, .probe = 30}, rng);
  const Draws* probe = matrix.probe_of("target");
  BOOST_TEST(own_labels(probe, probe).size() == 30u);
}

BOOST_AUTO_TEST_CASE(a_calibration_that_does_not_hold_is_corrected) {
  const World world{.rows = 2000, .probe = 500, .calibration_shift = -0.09};
  Rng rng(3);
  const Matrix matrix = test::draw_world(world, rng);
  const auto made = difference_of(matrix);
  BOOST_TEST(std::abs(*made.estimate - test::true_value(world)) < 4 * *made.se);
  const Findings findings = estimate(matrix, {.bootstrap = {.replicates = 200}});
  const Line* direct = test::line_of(findings.lines, "direct", "calibrated");
  BOOST_TEST(std::abs(*direct->estimate - test::true_value(world)) > 4 * *direct->se);
  BOOST_TEST(direct->refused);
}

BOOST_AUTO_TEST_CASE(labels_of_few_prompts_are_no_basis) {
  Rng rng(4);
  const Matrix matrix = test::draw_world({.rows = 60, .probe = 9}, rng);
  const OwnLabels own = own_labels(nullptr, matrix.probe_of("target"));
  const auto made = difference_estimate(matrix, calibrate(matrix), matrix.fresh_of("target"), own);
  BOOST_TEST(made.error() == "labelled draws of fewer than ten prompts");
}

BOOST_AUTO_TEST_CASE(without_any_calibration_the_judge_itself_is_corrected) {
  const World world{.rows = 2000, .labelled_share = 0, .probe = 500};
  Rng rng(5);
  const auto made = difference_of(test::draw_world(world, rng));
  BOOST_TEST(std::abs(*made.estimate - test::true_value(world)) < 4 * *made.se);
}

BOOST_AUTO_TEST_CASE(the_weighted_residuals_of_logged_labels_agree_with_it) {
  const World world{.rows = 4000, .probe = 0};
  Rng rng(6);
  const Findings findings =
      estimate(test::draw_world(world, rng), {.bootstrap = {.replicates = 0}});
  const Line* line = test::line_of(findings.lines, "label-dr", "label");
  BOOST_TEST(!line->refused);
  BOOST_TEST(std::abs(*line->estimate - test::true_value(world)) < 4 * *line->se);
}

BOOST_AUTO_TEST_CASE(a_known_labelling_probability_gives_nearly_the_same) {
  Rng rng(7);
  const Matrix matrix = test::draw_world({.rows = 4000}, rng);
  const Findings known =
      estimate(matrix, {.label_probability = 0.5, .bootstrap = {.replicates = 0}});
  const Findings learnt = estimate(matrix, {.bootstrap = {.replicates = 0}});
  const Line* a = test::line_of(known.lines, "label-dr", "label");
  const Line* b = test::line_of(learnt.lines, "label-dr", "label");
  BOOST_TEST(*a->estimate != *b->estimate);
  BOOST_TEST(std::abs(*a->estimate - *b->estimate) < 0.5 * *b->se);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
