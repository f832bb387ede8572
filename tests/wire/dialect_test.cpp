#include "wire/dialect.hpp"

#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

namespace {

using assay::FailureClass;
using assay::wire::dialects;
using assay::wire::find_dialect;
using assay::wire::objection;
using assay::wire::Prompt;
using assay::wire::score_target;

}  // namespace

BOOST_AUTO_TEST_SUITE(dialect)

BOOST_AUTO_TEST_CASE(each_dialect_is_complete_and_found_by_its_name) {
  std::set<std::string_view> names;
  for (const auto* dialect : dialects()) {
    BOOST_TEST(names.insert(dialect->name).second, dialect->name);
    BOOST_TEST(find_dialect(dialect->name) == dialect);
    BOOST_TEST((dialect->append_body != nullptr && dialect->read_score != nullptr), dialect->name);
    BOOST_TEST(dialect->can.can_score == dialect->instead.empty(), dialect->name);
    BOOST_TEST(dialect->can.prompts_max >= 1, dialect->name);
    BOOST_TEST((dialect->append_generation && dialect->read_generation), dialect->name);
  }
  BOOST_TEST(find_dialect("nonesuch") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_target_joins_base_and_route) {
  BOOST_TEST(score_target(*find_dialect("openai"), "/v1", "m") == "/v1/completions");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_scored_meets_an_objection) {
  const auto& openai = *find_dialect("openai");
  const auto cls = [&](Prompt prompt) { return objection(openai, prompt)->cls; };
  BOOST_TEST((objection(openai, {"ab", 1}) == std::nullopt));
  BOOST_TEST(cls({"ab", 2}) == FailureClass::invalid_input);
  BOOST_TEST(cls({"ab", 3}) == FailureClass::invalid_input);
  BOOST_TEST(cls({"ab", 0}) == FailureClass::invalid_input);
  BOOST_TEST(cls({"", 0}) == FailureClass::invalid_input);
  BOOST_TEST(cls({"\u00e9", 1}) == FailureClass::invalid_input);
  BOOST_TEST(cls({"a\xff", 1}) == FailureClass::invalid_input);
}

BOOST_AUTO_TEST_CASE(the_worst_case_bounds_tokens_by_bytes) {
  const std::vector<Prompt> prompts{{"abc", 1}, {"\u4e16", 1}};
  const auto bound = assay::wire::worst_case({.model = "m", .served_as = {}, .prompts = prompts});
  BOOST_TEST(bound.input.value == 3 + 3 + 2 * assay::wire::special_tokens_max);
  BOOST_TEST(bound.output.value == 2);
  const auto none =
      assay::wire::worst_case({.model = "m", .served_as = {}, .prompts = prompts, .max_tokens = 0});
  BOOST_TEST(none.output.value == 2);
}

BOOST_AUTO_TEST_SUITE_END()
