#include "estimate/two_stage.hpp"

#include "estimate/synthetic.hpp"
#include "support/arena.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(two_stage)

// What cje.md 6.3 states of the neighbouring tool on these data.
BOOST_AUTO_TEST_CASE(on_the_arena_it_falls_where_the_judge_score_rises) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const Matrix matrix = assay::test::matrix_of(assay::test::read_arena(*data / "arena"));
  const auto fit = two_stage_fit(matrix);
  BOOST_TEST_REQUIRE(fit.has_value());
  BOOST_TEST(std::abs(fit->all.at(0.1) - 0.56) < 0.005);
  BOOST_TEST(std::abs(fit->all.at(0.2) - 0.17) < 0.005);
}

BOOST_AUTO_TEST_CASE(on_every_arena_variant_the_automatic_mode_is_the_monotone_one) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const auto arena = assay::test::read_arena(*data / "arena");
  for (const std::string name : {"arena1000", "arena_missing", "arena_labelled_only"}) {
    const Matrix matrix = assay::test::matrix_of(assay::test::variant_of(arena, name));
    const auto mode = automatic_mode(matrix, *cross_fit(matrix), *two_stage_fit(matrix));
    BOOST_TEST((mode == CalibrationMode::monotone), name);
  }
}

// A label that falls where the score rises: no increasing map can say so.
BOOST_AUTO_TEST_CASE(where_labels_do_not_rise_with_the_score_it_is_taken) {
  Rng rng(3);
  RecordedBuilder builder;
  for (int i = 0; i < 400; ++i) {
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.judge_score = rng.uniform();
    const double mean = 4 * (*sample.judge_score - 0.5) * (*sample.judge_score - 0.5);
    sample.oracle_label = rng.uniform() < mean ? 1.0 : 0.0;
    builder.add_logged(sample);
  }
  const Matrix matrix = std::move(builder).finish();
  const auto mode = automatic_mode(matrix, *cross_fit(matrix), *two_stage_fit(matrix));
  BOOST_TEST((mode == CalibrationMode::two_stage));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
