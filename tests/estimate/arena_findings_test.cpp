// What a default run says of the arena data, of which one target is a clone, one far away, and one
// adversarial.

#include "estimate/estimate.hpp"
#include "support/arena.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(arena_findings)

const Findings* arena() {
  static const std::optional<Findings> findings = []() -> std::optional<Findings> {
    const auto data = assay::test::shared_data();
    if (!data) return std::nullopt;
    return estimate(assay::test::matrix_of(assay::test::read_arena(*data / "arena")));
  }();
  return findings ? &*findings : nullptr;
}

bool is_from_weights(const Line& line) {
  return line.method != "difference" && line.method != "direct";
}

BOOST_AUTO_TEST_CASE(every_estimate_from_weights_of_the_far_policies_is_refused) {
  if (arena() == nullptr) return;
  std::size_t refused = 0;
  for (const Line& line : arena()->lines) {
    if (!is_from_weights(line) || line.policy == "clone") continue;
    BOOST_TEST(line.refused, line.policy << " " << line.method);
    BOOST_TEST(!line.reasons.empty());
    ++refused;
  }
  BOOST_TEST(refused == 26u);
}

BOOST_AUTO_TEST_CASE(the_adversarial_policy_is_not_rated_by_the_calibration_and_not_ranked) {
  if (arena() == nullptr) return;
  for (const Line& line : arena()->lines) {
    const bool is_direct = line.method == "direct" && line.reward == "calibrated";
    if (is_direct) BOOST_TEST(line.refused == (line.policy == "unhelpful"), line.policy);
  }
  BOOST_TEST(arena()->not_compared.size() == 1u);
  BOOST_TEST(arena()->not_compared.at(0).policy == "unhelpful");
  for (const Comparison& pair : arena()->comparisons) {
    BOOST_TEST((pair.policy != "unhelpful" && pair.other != "unhelpful"));
  }
}

BOOST_AUTO_TEST_CASE(each_policy_gets_the_estimate_by_labels_of_its_own) {
  if (arena() == nullptr) return;
  BOOST_TEST(arena()->policies.size() == 3u);
  for (const PolicyFindings& policy : arena()->policies) {
    BOOST_TEST_REQUIRE(policy.recommendation.line.has_value());
    const Line& line = arena()->lines.at(*policy.recommendation.line);
    BOOST_TEST(line.method == "difference");
    BOOST_TEST(line.policy == policy.policy);
    BOOST_TEST(line.n == 50u);
  }
}

// The mean of fifty labels is an unbiased, if wide, view of the truth that was kept aside.
BOOST_AUTO_TEST_CASE(the_recommended_interval_agrees_with_the_plain_mean_of_the_probe_labels) {
  const auto data = assay::test::shared_data();
  if (!data) return;
  const auto probes = assay::test::read_arena(*data / "arena").probes;
  for (const PolicyFindings& policy : arena()->policies) {
    double total = 0;
    for (const Sample& sample : probes.at(policy.policy)) total += *sample.oracle_label;
    const Line& line = arena()->lines.at(*policy.recommendation.line);
    BOOST_TEST(line.interval->contains(total / 50), policy.policy);
  }
}

BOOST_AUTO_TEST_CASE(the_clone_stands_for_the_noise_of_the_provider) {
  if (arena() == nullptr) return;
  for (const PolicyFindings& policy : arena()->policies) {
    BOOST_TEST(policy.noise.twin == "clone");
    BOOST_TEST(*policy.noise.ess_fraction == 0.2146, boost::test_tools::tolerance(1e-3));
  }
  const auto& warnings = arena()->warnings;
  BOOST_TEST((std::ranges::find(warnings, "noisy_log_probs", &Warning::code) != warnings.end()));
}

BOOST_AUTO_TEST_CASE(a_clone_of_the_logging_policy_is_not_found_to_differ_from_it_by_labels) {
  if (arena() == nullptr) return;
  const auto& pairs = arena()->comparisons;
  const auto found = std::ranges::find_if(pairs, [](const Comparison& pair) {
    return pair.method == "difference" && pair.policy == "clone" && pair.other == "base";
  });
  BOOST_TEST_REQUIRE((found != pairs.end()));
  BOOST_TEST(found->interval->contains(0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
