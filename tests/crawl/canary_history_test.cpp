#include "crawl/canary_history.hpp"

#include "doctor/canary.hpp"

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl
