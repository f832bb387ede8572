#include "net/http2_answer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace assay::net {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

FieldBlock block_of(const Fields& fields) {
  FieldBlock block;
  for (const auto& [name, value] : fields) block.add(name, value);
  return block;
}

// "good", or the failure's class and reason.
std::string text(const Http2Answer::Verdict& verdict) {
  if (verdict) return "good";
  return std::string(name_of(verdict.error().cls)) + ": " + verdict.error().reason;
}

struct Reading {
  AnswerLimits limits;
  BodyBudget budget{limits.bodies_bytes_max};
  Http2Answer answer{limits, budget};

  std::string block(const Fields& fields) { return text(answer.take_block(block_of(fields))); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http2_answer)

BOOST_AUTO_TEST_CASE(a_head_and_its_data_make_an_answer) {
  Reading reading;
  BOOST_TEST(reading.block({{":status", "200"}, {"x-a", "b"}}) == "good");
  BOOST_TEST(text(reading.answer.take_data("ab")) == "good");
  BOOST_TEST(text(reading.answer.take_data("cd")) == "good");
  BOOST_TEST(text(reading.answer.end()) == "good");
  const Answer answer = reading.answer.take();
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.body() == "abcd");
  BOOST_TEST(answer.field("x-a").value() == "b");
  BOOST_TEST(answer.fields().size() == 1U);
}

BOOST_AUTO_TEST_CASE(interim_answers_are_skipped_up_to_a_limit) {
  Reading reading;
  for (std::size_t i = 0; i < reading.limits.interim_max; ++i) {
    BOOST_TEST(reading.block({{":status", "103"}}) == "good");
    BOOST_TEST(!reading.answer.in_final());
  }
  BOOST_TEST(reading.block({{":status", "100"}}) == "malformed_response: too many interim answers");
}

BOOST_AUTO_TEST_CASE(trailer_fields_are_dropped) {
  Reading reading;
  BOOST_TEST(reading.block({{":status", "200"}, {"x-a", "b"}}) == "good");
  BOOST_TEST(reading.block({{"x-a", "trailer"}}) == "good");
  BOOST_TEST(text(reading.answer.end()) == "good");
  BOOST_TEST(reading.answer.take().field("x-a").value() == "b");
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_refused) {
  BOOST_TEST(Reading().block({{":status", "600"}}) ==
             "malformed_response: the status is outside 100 to 599");
  BOOST_TEST(Reading().block({{"x-a", "b"}}) == "malformed_response: the answer has no status");
  BOOST_TEST(Reading().block({{":status", "200"}, {"content-encoding", "gzip"}}) ==
             "malformed_response: the body is compressed in a way that was not asked for");
  BOOST_TEST(
      Reading().block({{":status", "302"}, {"location", "https://evil.example/x"}}) ==
      "redirect: status 302 redirects to https://evil.example; redirects are never followed");
  BOOST_TEST(text(Reading().answer.take_data("x")) ==
             "malformed_response: a body came before its head");
  BOOST_TEST(text(Reading().answer.end()) ==
             "malformed_response: the stream ended before its answer");
}

BOOST_AUTO_TEST_CASE(heads_keep_within_their_limits) {
  Reading reading;
  FieldBlock many;
  many.add(":status", "200");
  for (std::size_t i = 0; i < reading.limits.fields_max; ++i) many.add("a", "");
  BOOST_TEST(text(reading.answer.check(many)) ==
             "malformed_response: the head has too many fields");
  FieldBlock large;
  large.add("a", std::string(reading.limits.head_bytes_max, 'x'));
  BOOST_TEST(text(reading.answer.check(large)) ==
             "malformed_response: the head is longer than its limit");
}

BOOST_AUTO_TEST_CASE(bodies_keep_within_their_limit_whatever_was_announced) {
  AnswerLimits limits;
  limits.body_bytes_max = 10;
  BodyBudget budget(limits.bodies_bytes_max);
  const std::string why = "malformed_response: the body is longer than its limit";
  Http2Answer announced(limits, budget);
  BOOST_TEST(text(announced.take_block(block_of({{":status", "200"}, {"content-length", "11"}}))) ==
             why);
  Http2Answer silent(limits, budget);
  BOOST_TEST(text(silent.take_block(block_of({{":status", "200"}}))) == "good");
  BOOST_TEST(text(silent.take_data("0123456789")) == "good");
  BOOST_TEST(text(silent.take_data("x")) == why);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net
