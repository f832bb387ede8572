#include "teacher/samples.hpp"

#include "core/json_text.hpp"
#include "teacher/language.hpp"
#include "teacher/scoring.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace assay::teacher {

BOOST_AUTO_TEST_SUITE(samples)

BOOST_AUTO_TEST_CASE(rows_depend_on_seed_and_index_only) {
  const auto& model = bundled_model("teacher-base");
  const auto rows = generate_samples(model, 5, 7);
  const auto again = generate_sample(model, 3, 7);
  BOOST_TEST(rows[3].response == again.response);
  BOOST_TEST(rows[3].judge_score == again.judge_score);
  BOOST_TEST(generate_sample(model, 3, 8).response != again.response);
}

BOOST_AUTO_TEST_CASE(most_rows_can_be_scored_and_a_few_straddle) {
  const auto& model = bundled_model("teacher-base");
  int straddled = 0;
  int labelled = 0;
  std::set<double> judged;
  const auto rows = generate_samples(model, 600, 7);
  for (const auto& row : rows) {
    const auto score = score_response(model, row.prompt, row.response);
    if (!score) {
      BOOST_REQUIRE((score.error() == NoScore::boundary_inside_token));
      ++straddled;
    }
    labelled += row.oracle_label ? 1 : 0;
    judged.insert(row.judge_score);
    BOOST_REQUIRE((row.judge_score >= 0 && row.judge_score <= 1));
    BOOST_REQUIRE(is_utf8(row.prompt));
    BOOST_REQUIRE(is_utf8(row.response));
  }
  BOOST_TEST(straddled > 0);
  BOOST_TEST(straddled < 30);
  BOOST_TEST(labelled > 100);
  BOOST_TEST(labelled < 200);
  BOOST_TEST(judged.size() > 20u);
}

BOOST_AUTO_TEST_CASE(a_row_is_one_line_of_json) {
  std::string line;
  append_json_line(line, {"made_1", "a\n", "b", 0.5, std::nullopt});
  BOOST_TEST(line == R"({"id":"made_1","prompt":"a\n","response":"b","judge_score":0.5})");
  line.clear();
  append_json_line(line, {"made_1", "a", "b", 0.5, 0.25});
  BOOST_TEST(
      line ==
      R"({"id":"made_1","prompt":"a","response":"b","judge_score":0.5,"oracle_label":0.25})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
