// What `assay estimate --json` prints is what configs/estimate.schema.json says.

#include "support/json_schema.hpp"

#include "estimate/estimate.hpp"
#include "report/json.hpp"
#include "support/arena.hpp"
#include "support/shared_data.hpp"
#include "support/source_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace assay::report {
namespace {

BOOST_AUTO_TEST_SUITE(json_schema)

using simdjson::dom::element;

element published(simdjson::dom::parser& parser) {
  return parser.load((test::source_directory() / "configs" / "estimate.schema.json").string());
}

void check(const std::string& document) {
  simdjson::dom::parser schema_parser;
  simdjson::dom::parser parser;
  const test::JsonSchema schema(published(schema_parser));
  for (const std::string& violation : schema.violations(parser.parse(document))) {
    BOOST_ERROR(violation);
  }
}

Context context_of(bool show_refused) {
  return {.source = "data",
          .provenance = "recorded",
          .logging_policy = "base",
          .announcements = {"announced"},
          .version = "1",
          .show_refused = show_refused};
}

BOOST_AUTO_TEST_CASE(the_report_of_each_arena_variant_keeps_to_it) {
  const auto data = test::shared_data();
  if (!data) return;
  const test::Arena arena = test::read_arena(*data / "arena");
  for (const std::string name : {"arena1000", "arena_missing", "arena_labelled_only"}) {
    const auto findings = estimate::estimate(
        test::matrix_of(test::variant_of(arena, name)),
        {.bootstrap = {.replicates = 50}, .plan_half_width = 0.05, .two_stage = true});
    for (const bool show_refused : {false, true})
      check(to_json(findings, context_of(show_refused)));
  }
}

BOOST_AUTO_TEST_CASE(the_report_of_nothing_keeps_to_it) {
  check(to_json(estimate::estimate(estimate::RecordedBuilder().finish()), context_of(false)));
}

BOOST_AUTO_TEST_CASE(the_report_of_a_run_keeps_to_it) {
  Context context = context_of(false);
  context.run = RunTally{.directory = "run", .rows = 2};
  context.run->policies.push_back({.policy = "base", .ok = 1, .failed = 1});
  context.run->policies.back().failures["timeout"] = 1;
  context.run->policies.back().latency.add(std::chrono::milliseconds(40));
  check(to_json(estimate::estimate(estimate::RecordedBuilder().finish()), context));
}

// The validator itself finds what is wrong.
BOOST_AUTO_TEST_CASE(a_report_that_lacks_a_part_or_has_another_is_found) {
  std::string document = to_json({}, context_of(false));
  const auto place = document.find("\"provenance\":\"recorded\"");
  BOOST_TEST_REQUIRE(place != std::string::npos);
  document.replace(place, 23, "\"origin\":\"recorded\"    ");
  simdjson::dom::parser schema_parser;
  simdjson::dom::parser parser;
  const auto found = test::JsonSchema(published(schema_parser)).violations(parser.parse(document));
  BOOST_TEST(found.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::report
