// Several prompts in one request: the same values, fewer requests, no answer to the wrong row.

#include "e2e/lab.hpp"
#include "e2e/truth.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

namespace assay::test {
namespace {

BOOST_AUTO_TEST_SUITE(batch)

BOOST_AUTO_TEST_CASE(many_prompts_in_one_request_give_each_row_its_own_value) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(400, 5));
  const std::string config = lab.write("config.yaml", lab.config(data, "run"));

  const Lab::Ended ended =
      lab.assay({"score", "-c", config, "--prompts-per-request", "16", "--json"});

  BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
  const Truth truth = compare_with_models(lab, data, lab.read("run/results.jsonl"));
  BOOST_TEST(truth.rows == 1'200u);
  BOOST_TEST(truth.wrong == 0u, truth.first_wrong);
  BOOST_TEST(truth.values > 0u);
  BOOST_TEST(truth.values + truth.straddles == truth.rows);
  simdjson::dom::parser parser;
  const std::uint64_t requests = parser.parse(ended.out)["session"]["requests"];
  BOOST_TEST(requests >= truth.rows / 16);
  BOOST_TEST(requests < truth.rows / 4);
}

BOOST_AUTO_TEST_CASE(the_cost_of_a_shared_request_is_shared_out_to_the_last_nano_dollar) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(100, 6));
  const auto total = [&](const std::string& run, const std::string& count) {
    const std::string config = lab.write("config.yaml", lab.config(data, run));
    const auto ended =
        lab.assay({"score", "-c", config, "--prompts-per-request", count, "--loops", "1"});
    BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
    simdjson::dom::parser parser;
    std::int64_t sum = 0;
    for (const std::string& line : lines_of(lab.read(run + "/results.jsonl"))) {
      sum += std::int64_t{parser.parse(line)["cost_nanousd"]};
    }
    return sum;
  };
  BOOST_TEST(total("one", "1") == total("many", "8"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
