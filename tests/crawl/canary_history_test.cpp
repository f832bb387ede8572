#include "crawl/canary_history.hpp"

#include "doctor/canary.hpp"
#include "support/builders.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace assay::crawl {
namespace {

RunSpec spec_of_two() {
  RunSpec spec;
  spec.policies.resize(2);
  spec.policies[0].name = "base";
  spec.policies[1].name = "base.r1";
  spec.policies[1].replicate = 1;
  return spec;
}

journal::ScoreRecord failed_canary(const RunSpec& spec, std::uint32_t round) {
  journal::ScoreRecord record{
      .key = canary_key(spec.policies[0], doctor::canary_samples()[0], round),
      .row = 0,
      .policy = "base",
      .purpose = Purpose::canary,
      .method = Method::echo,
      .outcome = make_failure(FailureClass::timeout, "no answer"),
      .delivery = {},
      .tokens = {},
      .errors = {},
      .body = {}};
  return record;
}

journal::ScoreRecord scored_canary(const RunSpec& spec, std::uint32_t policy, std::uint32_t round) {
  journal::ScoreRecord record = failed_canary(spec, round);
  record.key = canary_key(spec.policies[policy], doctor::canary_samples()[0], round);
  record.policy = spec.policies[policy].name;
  record.outcome = test::proved_score(-1.0 - round);
  return record;
}

RunSpec spec_of(std::vector<std::string> names) {
  RunSpec spec;
  for (std::string& name : names) spec.policies.push_back(test::policy(std::move(name)));
  return spec;
}

BOOST_AUTO_TEST_SUITE(canary_history)

BOOST_AUTO_TEST_CASE(a_replicate_is_watched_as_its_first_is) {
  const std::vector<std::uint32_t> wanted{0};
  BOOST_TEST(watched_policies(spec_of_two()) == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rounds_go_on_behind_those_of_earlier_sessions) {
  const RunSpec spec = spec_of_two();
  CanaryHistory history(spec);
  for (std::uint32_t round = 0; round < 9; ++round) history.add(failed_canary(spec, round));
  const auto past = std::move(history).result();
  BOOST_TEST(past[0].rounds == 9u);
  BOOST_TEST(past[0].first.empty());  // what failed is no value to be held against
}

BOOST_AUTO_TEST_CASE(a_policy_that_was_added_later_has_a_past) {
  const RunSpec spec = spec_of({"base", "late"});
  CanaryHistory history(spec);
  for (std::uint32_t round = 0; round < 20; ++round) history.add(scored_canary(spec, 0, round));
  history.add(scored_canary(spec, 1, 20));
  history.add(scored_canary(spec, 0, 20));
  const auto past = std::move(history).result();
  BOOST_TEST(past[1].rounds == 21u);
  BOOST_REQUIRE_EQUAL(past[1].first.size(), 1u);
  BOOST_TEST(past[1].first[0].nats == -21.0);
}

BOOST_AUTO_TEST_CASE(each_of_two_policies_with_the_same_keys_has_its_own_past) {
  RunSpec spec = spec_of({"here", "there"});
  spec.policies[1].weights = spec.policies[0].weights;
  CanaryHistory history(spec);
  history.add(scored_canary(spec, 0, 0));
  history.add(scored_canary(spec, 1, 0));
  const auto past = std::move(history).result();
  BOOST_TEST(past[0].first.size() == 1u);
  BOOST_TEST(past[1].first.size() == 1u);
}

BOOST_AUTO_TEST_CASE(rounds_of_a_policy_that_is_gone_count) {
  const RunSpec then = spec_of({"gone", "late"});
  const RunSpec now = spec_of({"late"});
  CanaryHistory history(now);
  for (std::uint32_t round = 0; round < 20; ++round) history.add(scored_canary(then, 0, round));
  history.add(scored_canary(then, 1, 20));
  BOOST_TEST(std::move(history).result()[0].rounds == 21u);
}

BOOST_AUTO_TEST_CASE(a_policy_that_was_changed_has_no_past) {
  const RunSpec then = spec_of({"base"});
  RunSpec now = spec_of({"base"});
  now.policies[0].weights = "test/other@1";
  CanaryHistory history(now);
  for (std::uint32_t round = 0; round < 20; ++round) history.add(scored_canary(then, 0, round));
  const auto past = std::move(history).result();
  BOOST_TEST(past[0].rounds == 0u);
  BOOST_TEST(past[0].first.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl
