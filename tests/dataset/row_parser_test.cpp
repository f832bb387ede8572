// Rules that hold for a row of any format: bytes, JSON, types.

#include "dataset/row_parser.hpp"

#include "dataset/memory_source.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::dataset {
namespace {

using test::reason_of;
using test::rows_of;

void check_reason(const std::string& text, std::string_view part) {
  const std::string reason = reason_of(text);
  BOOST_TEST_CONTEXT(text << " -> " << reason) {
    BOOST_TEST(reason.contains(part));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(row_parser)

BOOST_AUTO_TEST_CASE(a_plain_row_is_read) {
  const auto rows = rows_of(R"({"id": "a", "prompt": "Hi", "response": " there\n", "extra": [1]})");
  BOOST_REQUIRE((rows.size() == 1 && rows[0]));
  BOOST_TEST(rows[0]->id == "a");
  BOOST_TEST(rows[0]->source == "data");
  BOOST_TEST(rows[0]->prompt == "Hi");
  BOOST_TEST(rows[0]->response == " there\n");
}

BOOST_AUTO_TEST_CASE(a_bad_row_names_file_line_id_and_reason) {
  const auto rows = rows_of(
      "{\"id\": \"a\", \"prompt\": \"p\", \"response\": \"r\"}\n\n{\"id\": 7, \"prompt\": \"p\"}");
  BOOST_REQUIRE_EQUAL(rows.size(), 2u);
  BOOST_REQUIRE(!rows[1]);
  BOOST_TEST(rows[1].error().file == "data.jsonl");
  BOOST_TEST(rows[1].error().line == 3u);
  BOOST_TEST(rows[1].error().id == "7");
  BOOST_TEST(rows[1].error().reason == "response is missing: add the text to be scored");
}

BOOST_AUTO_TEST_CASE(what_is_not_one_object_to_its_end_is_bad) {
  check_reason("{\"prompt\": \"p\", \"response\": \"r\"", "not JSON");
  check_reason("{\"prompt\": \"p\", \"response\": \"r\"} {}", "not JSON");
  check_reason("{\"prompt\": \"p\", \"response\": \"r\",}", "not JSON");
  check_reason("{'prompt': 'p', 'response': 'r'}", "not JSON");
  check_reason("[{\"prompt\": \"p\", \"response\": \"r\"}]", "is a list, not an object");
  check_reason("\"text\"", "not an object");
  check_reason("17", "not an object");
  check_reason("null", "not an object");
}

BOOST_AUTO_TEST_CASE(numbers_that_json_has_not_are_bad) {
  check_reason(R"({"prompt": "p", "response": "r", "base_policy_logprob": NaN})", "holds NaN");
  check_reason(R"({"prompt": "p", "response": "r", "base_policy_logprob": -Infinity})",
               "holds Infinity");
  check_reason(R"({"prompt": "p", "response": "r", "base_policy_logprob": 1e999})", "not JSON");
  check_reason(R"({"prompt": "p", "response": "r", "base_policy_logprob": -01})", "not JSON");
}

BOOST_AUTO_TEST_CASE(text_must_be_unicode) {
  check_reason("{\"prompt\": \"\xff\", \"response\": \"r\"}", "not UTF-8");
  check_reason("{\"prompt\": \"\xed\xa0\x80\", \"response\": \"r\"}", "not UTF-8");
  check_reason(R"({"prompt": "\ud800", "response": "r"})", "surrogate");
  check_reason(R"({"prompt": "p", "response": "\udc00"})", "surrogate");
  const auto rows = rows_of(R"({"prompt": "\ud83d\ude00", "response": "\u0000"})");
  BOOST_REQUIRE((rows.size() == 1 && rows[0]));
  BOOST_TEST(rows[0]->prompt == "\xF0\x9F\x98\x80");
  BOOST_TEST(rows[0]->response == std::string(1, '\0'));
}

BOOST_AUTO_TEST_CASE(a_field_that_stands_twice_is_bad_where_we_read_it) {
  check_reason(R"({"prompt": "p", "prompt": "q", "response": "r"})", "prompt stands twice");
  check_reason(R"({"prompt": "p", "response": "r", "metadata": {"prompt_id": 1, "prompt_id": 2}})",
               "metadata: prompt_id stands twice");
  check_reason(R"({"prompt": "p", "response": "r", "target_policy_logprobs": {"a": -1, "a": -2}})",
               "target_policy_logprobs.a stands twice");
  BOOST_TEST(reason_of(R"({"prompt": "p", "response": "r", "x": 1, "x": 2})") == "");
}

BOOST_AUTO_TEST_CASE(no_type_is_converted) {
  check_reason(R"({"prompt": 1, "response": "r"})", "prompt is a number");
  check_reason(R"({"prompt": ["p"], "response": "r"})", "name it messages");
  check_reason(R"({"prompt": "p", "response": null})", "response is missing");
  check_reason(R"({"prompt": "p", "response": ["r"]})", "response is a list");
  check_reason(R"({"prompt": "p", "response": "r", "judge_score": "0.5"})",
               "judge_score is a text");
  check_reason(R"({"prompt": "p", "response": "r", "judge_score": true})",
               "judge_score is true or false");
  check_reason(R"({"prompt": "p", "response": "r", "base_policy_logprob": false})",
               "base_policy_logprob is true or false");
  check_reason(R"({"prompt": "p", "response": "r", "target_policy_logprobs": [-1]})",
               "target_policy_logprobs must be an object");
  check_reason(R"({"id": 1.5, "prompt": "p", "response": "r"})", "id is a number");
  check_reason(R"({"id": true, "prompt": "p", "response": "r"})", "id is true or false");
  check_reason(R"({"prompt": "p", "response": "r", "prompt_id": "a", "draw_idx": -1})",
               "draw_idx must be a whole number");
  check_reason(R"({"prompt": "p", "response": "r", "prompt_id": "a", "draw_idx": 0.0})",
               "draw_idx must be a whole number");
  check_reason(R"({"prompt": "p", "response": "r", "metadata": "m"})",
               "metadata must be an object");
}

BOOST_AUTO_TEST_CASE(prompt_and_messages_exclude_each_other) {
  check_reason(R"({"response": "r"})", "prompt is missing");
  check_reason(
      R"({"prompt": "p", "messages": [{"role": "user", "content": "p"}], "response": "r"})",
      "both given");
  check_reason(R"({"messages": [], "response": "r"})", "messages is empty");
  check_reason(R"({"messages": "p", "response": "r"})", "must be a list");
  check_reason(R"({"messages": [{"role": "user"}], "response": "r"})",
               "messages[0] must have role and content");
  check_reason(R"({"messages": [{"role": "", "content": "p"}], "response": "r"})",
               "messages[0].role is empty");
  check_reason(R"({"messages": [{"role": "user", "content": ["p"]}], "response": "r"})",
               "messages[0].content is a list");
  check_reason(
      R"({"messages": [{"role": "user", "role": "system", "content": "p"}], "response": "r"})",
      "messages[0].role stands twice");
  const auto rows = rows_of(
      R"({"messages": [{"role": "system", "content": ""}, {"role": "user", "content": "p"}], "response": "r"})");
  BOOST_REQUIRE((rows.size() == 1 && rows[0]));
  BOOST_TEST((rows[0]->messages == std::vector<Message>{{"system", ""}, {"user", "p"}}));
}

BOOST_AUTO_TEST_CASE(an_empty_prompt_or_response_is_a_row) {
  BOOST_TEST(reason_of(R"({"prompt": "", "response": ""})") == "");
}

BOOST_AUTO_TEST_CASE(a_reason_is_fit_for_a_terminal) {
  const auto rows = rows_of(
      "{\"prompt\": \"p\", \"response\": \"r\", \"target_policy_logprobs\": {\"\\u001b[31m\\n\": "
      "5}}");
  BOOST_REQUIRE((rows.size() == 1 && !rows[0]));
  BOOST_TEST(!rows[0].error().reason.contains('\x1b'));
  BOOST_TEST(!rows[0].error().reason.contains('\n'));
}

BOOST_AUTO_TEST_CASE(a_row_that_is_too_long_is_bad_and_the_next_is_read) {
  const std::string text(row_bytes_max, 'x');
  const auto rows = rows_of("{\"prompt\": \"" + text +
                            "\", \"response\": \"r\"}\n{\"prompt\": \"p\", \"response\": \"r\"}");
  BOOST_REQUIRE_EQUAL(rows.size(), 2u);
  BOOST_REQUIRE(!rows[0]);
  BOOST_TEST(rows[0].error().reason.contains("16 MiB"));
  BOOST_TEST(rows[1].has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::dataset
