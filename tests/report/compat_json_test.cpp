#include "report/compat_json.hpp"

#include "core/json_text.hpp"
#include "estimate/estimate.hpp"
#include "support/arena.hpp"
#include "support/json_tree.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string>

namespace assay::report {
namespace {

BOOST_AUTO_TEST_SUITE(compat_json)

using simdjson::dom::element;

// The case of that estimator in an array of cases.
element case_of(element cases, std::string_view estimator) {
  for (const element one : simdjson::dom::array(cases)) {
    if (one["estimator"].get_string().value() == estimator) return one;
  }
  BOOST_FAIL("no case " << estimator);
  return cases;
}

BOOST_AUTO_TEST_CASE(every_case_of_the_neighbouring_tool_is_reproduced) {
  const auto data = test::shared_data();
  if (!data) return;
  simdjson::dom::parser reference_parser;
  const element reference =
      reference_parser.load((*data / "arena" / "reference_public.json").string());
  const test::Arena arena = test::read_arena(*data / "arena");
  for (const std::string name : {"arena1000", "arena_missing", "arena_labelled_only"}) {
    const auto findings = estimate::estimate(test::matrix_of(test::variant_of(arena, name)));
    std::string text;
    JsonWriter json(text);
    append_compat_cases(json, findings.compat);
    simdjson::dom::parser parser;
    const element made = parser.parse(text);
    test::TreeDifferences differences;
    for (const element one : simdjson::dom::array(reference["datasets"][name]["cje_cases"])) {
      const std::string estimator{one["estimator"].get_string().value()};
      compare_trees(
          differences, name + "/" + estimator, one["results"], case_of(made, estimator)["results"]);
    }
    for (const std::string& difference : differences.found) BOOST_ERROR(difference);
    std::cout << name << ": " << differences.leaves << " figures of 20 estimators compared\n";
    BOOST_TEST(differences.leaves > 1000);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::report
