// The real data set: every row of it is read, and as what it is.

#include "dataset/survey.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <utility>

namespace assay::dataset {
namespace {

std::vector<Row> rows_in(const std::string& path, const ReadOptions& options = {}) {
  const auto listing = list_files({path});
  BOOST_REQUIRE(listing.has_value());
  auto samples = open_files(listing->files, options);
  BOOST_REQUIRE(samples.has_value());
  std::vector<Row> rows;
  while (const Row* row = (*samples)->next().value()) rows.push_back(*row);
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(arena)

BOOST_AUTO_TEST_CASE(the_logged_data_are_a_thousand_rows_with_four_log_probs) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const auto rows = rows_in((*data / "arena/logged_data.jsonl").string());
  BOOST_REQUIRE_EQUAL(rows.size(), 1000u);
  std::size_t labelled = 0;
  double lowest = 0;
  for (const Row& row : rows) {
    BOOST_REQUIRE(row.has_value());
    BOOST_REQUIRE((row->recorded.base && row->recorded.target.size() == 3));
    lowest = std::min(lowest, row->recorded.base->nats());
    labelled += row->oracle_label.has_value();
  }
  BOOST_TEST(rows[0]->id == "arena_1574");
  BOOST_TEST(rows[0]->source == "logged_data");
  BOOST_TEST(labelled == 480u);
  BOOST_TEST((lowest < -446.5 && lowest > -446.7));
}

BOOST_AUTO_TEST_CASE(the_directory_is_five_thousand_rows_of_3948_texts) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const auto rows = rows_in((*data / "arena").string());
  BOOST_REQUIRE_EQUAL(rows.size(), 5000u);
  std::set<std::pair<std::string, std::string>> pairs;
  std::set<std::string> sources;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    BOOST_REQUIRE(rows[i].has_value());
    BOOST_REQUIRE_EQUAL(rows[i]->row, i);
    pairs.emplace(rows[i]->prompt, rows[i]->response);
    sources.insert(rows[i]->source);
  }
  BOOST_TEST(pairs.size() == 3948u);
  BOOST_TEST((sources == std::set<std::string>{"logged_data",
                                               "fresh_draws/base",
                                               "fresh_draws/clone",
                                               "fresh_draws/parallel_universe_prompt",
                                               "fresh_draws/unhelpful"}));
  BOOST_TEST(rows[1000]->source == "fresh_draws/base");
}

BOOST_AUTO_TEST_CASE(the_survey_finds_nothing_to_complain_about) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const auto listing = list_files({(*data / "arena").string()});
  BOOST_REQUIRE(listing.has_value());
  BOOST_TEST(listing->probes.size() == 3u);
  const auto found = dataset::survey(listing->files);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->rows_good == 5000u);
  BOOST_TEST(found->rows_bad == 0u);
  BOOST_TEST(found->duplicates == 0u);
  const auto probes = dataset::survey(listing->probes);
  BOOST_REQUIRE(probes.has_value());
  BOOST_TEST(probes->rows_good == 150u);
}

BOOST_AUTO_TEST_CASE(the_small_set_has_one_null_and_its_scores_in_metadata) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const auto rows = rows_in((*data / "arena/arena100/dataset.jsonl").string());
  BOOST_REQUIRE_EQUAL(rows.size(), 100u);
  std::size_t missing = 0;
  for (const Row& row : rows) {
    BOOST_REQUIRE((row.has_value() && row->judge_score && row->oracle_label));
    BOOST_REQUIRE_EQUAL(row->recorded.target.size(), 4u);
    for (const auto& [policy, log_prob] : row->recorded.target) missing += !log_prob.has_value();
  }
  BOOST_TEST(missing == 1u);
}

BOOST_AUTO_TEST_CASE(the_small_set_has_a_draw_per_policy_that_lacks_its_prompt) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const std::string directory = (*data / "arena/arena100").string();
  const auto rows = rows_in(directory);
  BOOST_TEST(rows.size() == 504u);
  std::size_t bad = 0;
  for (const Row& row : rows) {
    if (row) continue;
    ++bad;
    BOOST_TEST(row.error().line == 101u);
    BOOST_TEST(row.error().id == "arena_127");
    BOOST_TEST(row.error().reason.starts_with("prompt is missing"));
  }
  BOOST_TEST(bad == 4u);
  for (const Row& row : rows_in(directory, {.use = Use::estimate, .score_range = {}}))
    BOOST_TEST(row.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::dataset
