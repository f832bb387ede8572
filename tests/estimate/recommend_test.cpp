#include "estimate/recommend.hpp"

#include "stats/interval.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(recommend)

Line line(std::string method, std::string reward, double estimate, double se) {
  Line made{.policy = "p", .method = std::move(method), .reward = std::move(reward), .rows = ""};
  made.estimate = estimate;
  made.se = se;
  made.interval = stats::interval_around(estimate, se);
  return made;
}

BOOST_AUTO_TEST_CASE(labels_of_the_policys_own_responses_come_first) {
  const std::vector lines{line("direct", "calibrated", 0.5, 0.01),
                          line("difference", "label", 0.6, 0.1)};
  BOOST_TEST(assay::estimate::recommend("p", lines, {.own_labels = 50}).line.value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_line_is_passed_over) {
  std::vector lines{line("label-dr", "label", 0.5, 0.01), line("direct", "calibrated", 0.6, 0.1)};
  lines.front().refused = true;
  BOOST_TEST(assay::estimate::recommend("p", lines, {}).line.value() == 1u);
}

BOOST_AUTO_TEST_CASE(where_nothing_stands_it_says_what_would_help) {
  std::vector lines{line("snips", "calibrated", 0.5, 0.01)};
  lines.front().refused = true;
  const auto made = assay::estimate::recommend("p", lines, {});
  BOOST_TEST(!made.line.has_value());
  BOOST_TEST(made.would_help.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_line_kept_for_comparison_is_never_recommended) {
  std::vector lines{line("direct", "calibrated", 0.5, 0.01)};
  lines.front().compatibility = true;
  BOOST_TEST(!assay::estimate::recommend("p", lines, {}).line.has_value());
}

BOOST_AUTO_TEST_CASE(methods_that_differ_by_more_than_their_joint_error_are_named) {
  const std::vector lines{line("difference", "label", 0.5, 0.03),
                          line("direct", "calibrated", 0.6, 0.04),
                          line("snips", "calibrated", 0.51, 0.01),
                          line("direct", "judge", 0.9, 0.01)};
  const auto found = find_disagreements(lines);
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found.front().first == 0u);
  BOOST_TEST(found.front().second == 1u);
}

BOOST_AUTO_TEST_CASE(two_methods_within_their_joint_error_agree) {
  const std::vector lines{line("difference", "label", 0.5, 0.05),
                          line("direct", "calibrated", 0.59, 0.01)};
  BOOST_TEST(find_disagreements(lines).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
