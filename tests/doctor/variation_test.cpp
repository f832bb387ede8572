#include "doctor/exchange.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::test {
namespace {

std::string varied(std::string body, const doctor::Variation& variation) {
  return doctor::vary(body, variation) ? body : "cannot";
}

BOOST_AUTO_TEST_SUITE(variation)

BOOST_AUTO_TEST_CASE(a_field_is_set_and_nothing_else_changes) {
  BOOST_TEST(varied(R"({"top_p":1,"n":1})", {.top_p = "0.3"}) == R"({"top_p":0.3,"n":1})");
  BOOST_TEST(varied(R"({"a":{"max_new_tokens":0}})", {.max_tokens = 3}) ==
             R"({"a":{"max_new_tokens":3}})");
  BOOST_TEST(varied(R"({"stream":false})", {.streamed = true}) == R"({"stream":true})");
}

BOOST_AUTO_TEST_CASE(a_field_that_is_not_there_cannot_be_set) {
  BOOST_TEST(varied(R"({"n":1})", {.temperature = "0.5"}) == "cannot");
}

BOOST_AUTO_TEST_CASE(a_prompt_that_looks_like_a_field_is_left_alone) {
  const doctor::Exchange exchange{.prompts = {R"(say "top_p":7,"temperature":9)"},
                                  .variation = {.temperature = "0.5", .top_p = "0.3"}};
  const std::string body = doctor::body_of(exchange, *wire::find_dialect("openai"), "m").value();
  BOOST_TEST(body.find(R"(say \"top_p\":7,\"temperature\":9)") != std::string::npos);
  BOOST_TEST(body.find(R"("temperature":0.5,"top_p":0.3)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
