#include "config/load.hpp"
#include "config/snapshot.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace assay::config {
namespace {

Sources with_policies(std::string_view policies) {
  Sources sources;
  sources.file = YamlFile{"run.yaml",
                          fmt::format(R"(run: {{dir: runs/x}}
data: {{path: a.jsonl}}
endpoints:
  - {{name: local, base_url: "https://127.0.0.1:1/v1", api_key_env: K}}
policies:
{})",
                                      policies)};
  sources.dialects = {"openai"};
  sources.templates = {"none"};
  return sources;
}

std::vector<std::string> names_in(const Config& config) {
  std::vector<std::string> names;
  for (const Policy& policy : config.policies) names.push_back(policy.name);
  return names;
}

BOOST_AUTO_TEST_SUITE(replicates)

BOOST_AUTO_TEST_CASE(further_scores_of_a_policy_are_policies_behind_it) {
  const auto loaded =
      load(with_policies("  - {name: base, model: a, replicates: 3}\n"
                         "  - {name: other, model: b}\n"));
  BOOST_TEST_REQUIRE(loaded.has_value());
  const std::vector<std::string> wanted{"base", "base.r1", "base.r2", "other"};
  BOOST_TEST(names_in(loaded->config) == wanted, boost::test_tools::per_element());
  BOOST_TEST(loaded->config.policies.at(2).replicate == 2u);
  BOOST_TEST(loaded->config.policies.at(2).weights == loaded->config.policies.at(0).weights);
}

BOOST_AUTO_TEST_CASE(the_snapshot_states_them_once_and_reads_back_the_same) {
  const auto first = load(with_policies("  - {name: base, model: a, replicates: 2}\n"));
  BOOST_TEST_REQUIRE(first.has_value());
  const std::string text = snapshot(first->config);
  BOOST_TEST(text.find(".r1") == std::string::npos, text);
  Sources again;
  again.file = YamlFile{"config.yaml", text};
  const auto second = load(again);
  BOOST_TEST_REQUIRE(second.has_value());
  BOOST_TEST(names_in(second->config) == names_in(first->config), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_budget_of_the_policy_beside_them_is_refused) {
  const auto loaded =
      load(with_policies("  - {name: base, model: a, replicates: 2, budget: {requests: 5}}\n"));
  BOOST_TEST_REQUIRE(!loaded.has_value());
  BOOST_TEST(loaded.error().detail.contains("budget of the policy"), loaded.error().detail);
}

BOOST_AUTO_TEST_CASE(a_name_they_need_that_is_taken_is_refused) {
  const auto loaded =
      load(with_policies("  - {name: base, model: a, replicates: 2}\n"
                         "  - {name: base.r1, model: b}\n"));
  BOOST_TEST_REQUIRE(!loaded.has_value());
  BOOST_TEST(loaded.error().detail.contains("'base.r1'"), loaded.error().detail);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::config
