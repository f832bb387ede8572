// A template of the user's own, from the configuration to the score.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

namespace assay::test {
namespace {

// chatml, written out.
constexpr const char* template_lines = R"(templates:
  - name: mine
    system_prefix: "<|im_start|>system\n"
    system_suffix: "<|im_end|>\n"
    user_prefix: "<|im_start|>user\n"
    user_suffix: "<|im_end|>\n"
    opening: "<|im_start|>assistant\n"
)";

BOOST_AUTO_TEST_SUITE(own_template)

BOOST_AUTO_TEST_CASE(a_template_of_ones_own_gives_the_values_of_the_same_text) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(50, 7));
  std::string text = lab.config(data, "run", template_lines);
  text.insert(text.find("logging_policy:"),
              "  - {name: own, model: teacher-base, weights: teacher-base, endpoints: [local], "
              "template: mine, system_prompt: \"Be brief.\"}\n");
  const Lab::Ended ended = lab.assay({"score", "-c", lab.write("config.yaml", text)});

  BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
  simdjson::dom::parser parser;
  std::size_t values = 0;
  double chatml = 0;
  for (const std::string& line : lines_of(lab.read("run/results.jsonl"))) {
    const simdjson::dom::element result = parser.parse(line);
    const std::string_view policy = result["policy"];
    if (std::string_view{result["status"]} != "ok") continue;
    if (policy == "terse") chatml = double{result["logprob"]};
    if (policy != "own") continue;
    BOOST_TEST(double{result["logprob"]} == chatml);
    ++values;
  }
  BOOST_TEST(values > 0u);
  BOOST_TEST(ended.err.contains("equal to another policy's"), ended.err);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
