// `assay bench` against a provider whose latency and limit are known.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

namespace assay::test {
namespace {

teacher::ServerOptions with_latency(Duration latency) {
  teacher::ServerOptions options;
  options.latency = teacher::Latency{.shape = {}, .middle = latency, .spread = {}, .sigma = 0};
  return options;
}

double number_in(const std::string& json, std::string_view name) {
  simdjson::dom::parser parser;
  double value = 0;
  const auto error = parser.parse(json)[name].get(value);
  BOOST_REQUIRE_MESSAGE(error == simdjson::SUCCESS, name << " is no number in " << json);
  return value;
}

Lab::Ended run_bench(Lab& lab, std::vector<std::string> more) {
  const std::string data = lab.write("data.jsonl", generated_rows(300, 1));
  std::vector<std::string> arguments{
      "bench", "-c", lab.write("c.yaml", lab.config(data, "run")), "-q", "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return lab.assay(std::move(arguments));
}

BOOST_AUTO_TEST_SUITE(bench)

BOOST_AUTO_TEST_CASE(known_latency_is_found_within_5_percent) {
  Lab lab(with_latency(std::chrono::milliseconds{300}));

  const auto ended = run_bench(lab, {"--in-flight", "1", "--step", "3s"});

  BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
  BOOST_TEST(number_in(ended.out, "unloaded_ms") == 300.0, boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(a_known_limit_is_found_within_5_percent_and_not_passed) {
  teacher::ServerOptions options = with_latency(std::chrono::milliseconds{20});
  options.limits.requests_per_minute = 1800;
  options.limits.burst = std::chrono::seconds{1};
  Lab lab(std::move(options));

  const auto ended = run_bench(lab, {"--in-flight", "16", "--step", "8s"});

  BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
  BOOST_TEST(number_in(ended.out, "rate_max_per_second") == 30.0,
             boost::test_tools::tolerance(0.05));
  BOOST_TEST(ended.out.find("RPM 1,800") != std::string::npos, ended.out);
  BOOST_TEST(ended.out.find("rate_limited") == std::string::npos, ended.out);
}

BOOST_AUTO_TEST_CASE(a_budget_of_requests_ends_it) {
  Lab lab(with_latency(std::chrono::milliseconds{1}));

  const auto ended = run_bench(lab, {"--in-flight", "8", "--step", "4s", "--max-requests", "50"});

  BOOST_TEST(ended.exit_code == 4, ended.err);
  BOOST_TEST(lab.server().counters().requests <= 50u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
