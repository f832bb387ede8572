#include "teacher/completion_request.hpp"

#include "teacher/language.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::teacher {

namespace {

// A body with the padding that the parser is promised.
std::string padded(std::string_view text) {
  std::string body(text);
  body.reserve(text.size() + 128);
  return body;
}

std::expected<CompletionRequest, ApiError> read(std::string_view text) {
  RequestParser parser(Language::bundled().vocabulary());
  const auto body = padded(text);
  return parser.completion(body);
}

std::string refusal(std::string_view text) {
  const auto request = read(text);
  return request ? "taken" : request.error().message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(completion_request)

BOOST_AUTO_TEST_CASE(what_a_scoring_client_sends_is_read) {
  const auto request = read(
      R"({"model":"m","prompt":"The bread","max_tokens":1,"echo":true,"logprobs":1,"temperature":1,"top_p":1,"n":1,"stream":false})");
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST(request->model == "m");
  BOOST_TEST(request->prompts.size() == 1u);
  BOOST_TEST(request->prompts[0].text == "The bread");
  BOOST_TEST(request->max_tokens == 1);
  BOOST_TEST(request->echo);
  BOOST_TEST(request->logprobs.value() == 1);
}

BOOST_AUTO_TEST_CASE(prompts_come_in_four_shapes) {
  BOOST_TEST(read(R"({"model":"m","prompt":["a","b"]})")->prompts.size() == 2u);
  const auto ids = read(R"({"model":"m","prompt":[104,105]})");
  BOOST_REQUIRE(ids->prompts.size() == 1u);
  BOOST_TEST(ids->prompts[0].text == "hi");
  BOOST_TEST(ids->prompts[0].tokens.size() == 2u);
  BOOST_TEST(read(R"({"model":"m","prompt":[[104],[105,106]]})")->prompts[1].text == "ij");
}

BOOST_AUTO_TEST_CASE(an_absent_field_keeps_its_default_and_null_is_absent) {
  const auto request = read(R"({"model":"m","prompt":"a","logprobs":null,"stop":null})");
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST(request->max_tokens == 16);
  BOOST_TEST(!request->logprobs.has_value());
}

BOOST_AUTO_TEST_CASE(a_wrong_field_is_refused_by_name) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"model":"m","prompt":"a","logprobs":6})", "'logprobs' is 6, not from 0 to 5."},
      {R"({"model":"m","prompt":"a","logprobs":true})", "'logprobs' is not an integer."},
      {R"({"model":"m","prompt":"a","max_tokens":1.5})", "'max_tokens' is not an integer."},
      {R"({"model":"m","prompt":"a","n":2})", "'n' is supported at 1 only."},
      {R"({"model":"m","prompt":"a","stream":1})", "'stream' is neither true nor false."},
      {R"({"model":"m","prompt":"a","wit":1})", "'wit' is not a parameter that is known here."},
      {R"({"model":"m","prompt":"a","prompt":"b"})", "'prompt' is given twice."},
      {R"({"model":"m","prompt":[]})", "'prompt' is an empty array."},
      {R"({"model":"m","prompt":[99999]})", "'prompt' holds the id 99999; ids end before 4096."},
      {R"({"model":"m","prompt":["a",1]})", "'prompt' holds something that is no prompt."},
      {R"({"model":"m"})", "you must provide a prompt"},
      {R"({"prompt":"a"})", "you must provide a model parameter"},
  };
  for (const auto& [text, message] : cases) BOOST_TEST(refusal(text) == message);
}

BOOST_AUTO_TEST_CASE(what_is_no_json_object_is_refused) {
  for (const auto text : {"",
                          "[]",
                          "1",
                          "{",
                          R"({"model":"m","prompt":"a"}x)",
                          R"({"model":"\ud800","prompt":"a"})",
                          "{\"model\":\"\xff\",\"prompt\":\"a\"}"}) {
    BOOST_TEST(refusal(text).starts_with("We could not parse"), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
