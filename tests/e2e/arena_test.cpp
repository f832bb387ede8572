// Issue 2, main line: the arena data under three policies over TLS with passing and lasting faults;
// every value is the model's own.

#include "e2e/lab.hpp"
#include "e2e/truth.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::test {
namespace {

teacher::ServerOptions faulty_teacher() {
  teacher::ServerOptions options;
  options.seed = 11;
  for (const char* rule : {"status-500:0.005:1",
                           "status-429-no-hint:0.005:1",
                           "reset-before-answer:0.01:1",
                           "nan-logprob:0.01:1",
                           "status-503:0.005:1",
                           "truncated-json:0.005:1",
                           "close-mid-body:0.01:1",
                           "nan-logprob:0.002:always",
                           "echo-mismatch:0.002:always",
                           "status-500:0.001:always"}) {
    options.faults.rules.push_back(teacher::parse_fault_rule(rule).value());
  }
  return options;
}

BOOST_AUTO_TEST_SUITE(arena)

BOOST_AUTO_TEST_CASE(every_value_equals_the_models_own_and_every_failure_was_foretold) {
  const auto shared = shared_data();
  if (!shared) return;
  const std::string data = (*shared / "arena").string();
  Lab lab(faulty_teacher());
  const std::string config = lab.write("config.yaml", lab.config(data, "run"));

  const Lab::Ended ended = lab.assay({"score", "-c", config});

  BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
  const Truth truth = compare_with_models(lab, data, lab.read("run/results.jsonl"));
  BOOST_TEST_MESSAGE("values " << truth.values << ", straddles " << truth.straddles << ", broken "
                               << truth.broken);
  BOOST_TEST(truth.rows == 15'000u);
  BOOST_TEST(truth.wrong == 0u, truth.first_wrong);
  BOOST_TEST(truth.straddles > 0u);
  BOOST_TEST(truth.broken > 0u);
  BOOST_TEST(truth.values + truth.straddles + truth.broken == truth.rows);
  BOOST_TEST(ended.err.find("11,844 distinct") != std::string::npos, ended.err);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
