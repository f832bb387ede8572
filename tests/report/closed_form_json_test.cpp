#include "core/json_text.hpp"
#include "estimate/estimate.hpp"
#include "report/json.hpp"
#include "support/arena.hpp"
#include "support/json_tree.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string>

namespace assay::report {
namespace {

BOOST_AUTO_TEST_SUITE(closed_form_json)

BOOST_AUTO_TEST_CASE(every_closed_form_figure_of_the_arena_reference_is_reproduced) {
  const auto data = test::shared_data();
  if (!data) return;
  simdjson::dom::parser reference_parser;
  const simdjson::dom::element reference =
      reference_parser.load((*data / "arena" / "reference_public.json").string());
  const test::Arena arena = test::read_arena(*data / "arena");
  for (const std::string name : {"arena1000", "arena_missing", "arena_labelled_only"}) {
    const auto findings = estimate::estimate(test::matrix_of(test::variant_of(arena, name)));
    std::string text;
    JsonWriter json(text);
    append_closed_form(json, findings);
    simdjson::dom::parser parser;
    test::TreeDifferences differences;
    compare_trees(
        differences, name, reference["datasets"][name]["closed_form"], parser.parse(text));
    for (const std::string& difference : differences.found) BOOST_ERROR(difference);
    std::cout << name << ": " << differences.leaves << " figures compared\n";
    BOOST_TEST(differences.leaves > 250);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::report
