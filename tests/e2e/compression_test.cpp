// gzip by choice changes the bytes on the link, and nothing else.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::test {
namespace {

BOOST_AUTO_TEST_SUITE(compression)

BOOST_AUTO_TEST_CASE(compressed_answers_give_the_same_results) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(60, 5));
  const auto results = [&](const std::string& run, const std::string& coding, std::string http) {
    const std::string config = lab.write(run + ".yaml", lab.config(data, run));
    const Lab::Ended ended = lab.assay(
        {"score", "-c", config, "-q", "--compression", coding, "--http", std::move(http)});
    BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
    return comparable(lab.read(run + "/results.jsonl"));
  };
  const std::string plain = results("plain", "none", "auto");
  BOOST_TEST(lines_of(plain).size() == 180u);
  BOOST_TEST((results("first", "gzip", "1.1") == plain));
  BOOST_TEST((results("second", "gzip", "2") == plain));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
