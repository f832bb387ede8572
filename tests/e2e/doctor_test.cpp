// Issue 4, parts 6 to 8: the doctor finds every lie of the teacher by the property named after it,
// and nothing wrong with an honest one.

#include "doctor/capability.hpp"
#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace assay::test {
namespace {

teacher::ServerOptions lying(std::string_view rule, std::string_view latency = "") {
  teacher::ServerOptions options;
  options.faults.rules.push_back(teacher::parse_fault_rule(rule).value());
  if (!latency.empty()) options.latency = teacher::parse_latency(latency).value();
  options.limits.requests_per_minute = 1'000'000;
  return options;
}

struct Verdicts {
  Lab::Ended ended;
  doctor::Capability capability;

  [[nodiscard]] doctor::Verdict of(std::string_view property) const {
    for (const auto& line : capability.lines) {
      if (line.property == property) return line.verdict;
    }
    BOOST_FAIL("no property " << property);
    return doctor::Verdict::inconclusive;
  }
  [[nodiscard]] std::string failed() const {
    std::string names;
    for (const auto& line : capability.lines) {
      if (line.verdict == doctor::Verdict::fail) names += " " + line.property;
    }
    return names;
  }
};

Verdicts examine(Lab& lab, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"doctor",
                                     "--base-url",
                                     lab.server().base_url(),
                                     "--ca-file",
                                     lab.server().ca_file().string(),
                                     "--api-key-env",
                                     "ASSAY_LAB_KEY",
                                     "--model",
                                     "teacher-base",
                                     "--yes",
                                     "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  Lab::Ended ended = lab.assay(arguments, {{"XDG_STATE_HOME", lab.path("state").string()}});
  auto capability = doctor::parse_capability(ended.out);
  BOOST_REQUIRE_MESSAGE(capability.has_value(), ended.err);
  return {std::move(ended), std::move(*capability)};
}

// A lie, and the property that must name it.
struct Lie {
  const char* rule;
  const char* property;
  const char* latency = "";
  std::vector<std::string> more = {};
};

const std::vector<Lie> lies{
    {"nan-logprob:1:always", "values"},
    {"null-logprob:1:always", "values"},
    {"positive-logprob:1:always", "values"},
    {"sentinel-logprob:1:always", "values"},
    {"string-logprob:1:always", "values"},
    {"missing-logprobs:1:always", "values"},
    {"short-logprobs:1:always", "echo"},
    {"echo-mismatch:1:always", "echo"},
    {"truncated-echo:1:always", "echo"},
    {"no-echo:1:always", "echo"},
    {"wrong-model:1:always", "model"},
    {"wrong-index:1:always", "echo"},
    {"wrong-usage:1:always", "usage"},
};

BOOST_AUTO_TEST_SUITE(doctor)

BOOST_AUTO_TEST_CASE(an_honest_endpoint_has_every_property) {
  teacher::ServerOptions options;
  options.limits.requests_per_minute = 1'000'000;
  Lab lab(std::move(options));

  const Verdicts verdicts = examine(lab, {"--clone", "teacher-clone", "--context", "16384"});

  BOOST_TEST(verdicts.ended.exit_code == 0, verdicts.ended.err);
  for (const auto& line : verdicts.capability.lines) {
    const bool may_refuse = line.property == "stream";
    BOOST_TEST((line.verdict == assay::doctor::Verdict::pass ||
                (may_refuse && line.verdict == assay::doctor::Verdict::not_applicable)),
               line.property << ": " << line.evidence);
  }
}

BOOST_AUTO_TEST_CASE(each_lie_is_found_by_the_property_named_after_it) {
  for (const Lie& lie : lies) {
    Lab lab(lying(lie.rule, lie.latency));
    const Verdicts verdicts = examine(lab, lie.more);
    BOOST_TEST(verdicts.ended.exit_code == 8, lie.rule);
    BOOST_TEST((verdicts.of(lie.property) == assay::doctor::Verdict::fail),
               lie.rule << ": " << lie.property << " holds; these fail:" << verdicts.failed());
  }
}

BOOST_AUTO_TEST_CASE(the_cost_is_stated_first_and_somebody_must_agree) {
  Lab lab;
  const Lab::Ended ended = lab.assay(
      {"doctor", "-c", lab.write("c.yaml", lab.config("none.jsonl", "run")), "--policy", "base"});
  BOOST_TEST(ended.exit_code == 2);
  BOOST_TEST(ended.err.find("requests") != std::string::npos, ended.err);
  BOOST_TEST(ended.err.find("at most $0.0") != std::string::npos, ended.err);
  BOOST_TEST(ended.err.find("--yes") != std::string::npos, ended.err);
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_budget_too_small_for_it_is_refused_before_anything_is_sent) {
  Lab lab;
  const std::string config =
      lab.write("c.yaml", lab.config("none.jsonl", "run", "budget: {requests: 100}\n"));
  const Lab::Ended ended = lab.assay({"doctor", "-c", config, "--yes"});
  BOOST_TEST(ended.exit_code == 2);
  BOOST_TEST(ended.err.find("budget.requests") != std::string::npos, ended.err);
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_an_error_and_no_diagnosis) {
  Lab lab;
  const Lab::Ended ended =
      lab.assay({"doctor", "-c", lab.write("c.yaml", lab.config("none.jsonl", "run")), "--yes"},
                {{"ASSAY_LAB_KEY", "sk-wrong-1234567"}});
  BOOST_TEST(ended.exit_code == 6, ended.err);
  BOOST_TEST(ended.err.find("auth") != std::string::npos, ended.err);
  BOOST_TEST(ended.out.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
