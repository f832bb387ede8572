// What proves an echo and what does not, one rule at a time, through the OpenAI dialect.

#include "wire/echo.hpp"

#include "support/printers.hpp"
#include "wire/echo_body.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::Check;
using assay::Grade;
using assay::Verdict;
using assay::test::EchoBody;
using assay::test::honest;
using assay::test::Reader;
using assay::test::usage_json;

// Context "Say hi: ", response "Hi there": tokens 3 and 4.
const std::vector<std::string> tokens{"Say", " hi", ": ", "Hi", " there"};

std::string verdict(const EchoBody& body) {
  Reader reader;
  return reader.verdict("Say hi: ", "Hi there", body.json());
}

std::string reason(const EchoBody& body) {
  Reader reader;
  const auto& outcome = reader.read_one("Say hi: ", "Hi there", body.json()).outcome;
  return outcome.failure() ? outcome.failure()->reason : "ok";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(echo)

BOOST_AUTO_TEST_CASE(an_honest_answer_is_proved) {
  Reader reader;
  const auto& reading = reader.read_one("Say hi: ", "Hi there", honest(tokens).json());
  const assay::Score& score = *reading.outcome.score();
  BOOST_TEST(score.logprob.nats() == -0.375 - 0.5);
  BOOST_TEST(score.tokens.value == 2);
  BOOST_TEST((score.certificate.grade() == Grade::a));
  BOOST_TEST((score.certificate.flags() == assay::Flags{}));
  BOOST_TEST(reading.token_log_probs == "-0.375,-0.5");
  BOOST_TEST(reader.reading().usage.input->value == 5);
  BOOST_TEST(reader.reading().usage.output->value == 1);
  BOOST_TEST(reader.reading().served_model == "m");
}

BOOST_AUTO_TEST_CASE(what_the_provider_does_not_say_makes_grade_b) {
  auto body = honest(tokens);
  body.usage.reset();
  BOOST_TEST(verdict(body) == "ok");
  body = honest(tokens);
  body.model = "";
  Reader reader;
  const auto& outcome = reader.read_one("Say hi: ", "Hi there", body.json()).outcome;
  BOOST_REQUIRE(outcome.score());
  BOOST_TEST((outcome.score()->certificate.grade() == Grade::b));
  BOOST_TEST((outcome.score()->certificate.verdict(Check::model) == Verdict::not_reported));
  BOOST_TEST((outcome.score()->certificate.verdict(Check::complete) == Verdict::proved));
}

BOOST_AUTO_TEST_CASE(one_changed_byte_is_a_mismatch) {
  auto body = honest(tokens);
  body.tokens[1] = " ho";
  BOOST_TEST(verdict(body) == "echo_mismatch");
  BOOST_TEST(reason(body) == R"(token 1 is " ho", at byte 3 was sent " hi: Hi there")");
  body = honest(tokens);
  body.text[4] = 'o';
  BOOST_TEST(verdict(body) == "echo_mismatch");
  BOOST_TEST(reason(body) == R"(byte 4: sent "hi: Hi there", echoed "oi: Hi there!")");
}

BOOST_AUTO_TEST_CASE(a_changed_case_or_space_at_the_seam_is_a_mismatch) {
  for (const auto& [index, text] : std::vector<std::pair<std::size_t, std::string>>{
           {2, ":"}, {3, " Hi"}, {3, "hi"}, {2, ": \r"}}) {
    auto body = honest(tokens);
    body.tokens[index] = text;
    BOOST_TEST(verdict(body) == "echo_mismatch", text);
  }
}

BOOST_AUTO_TEST_CASE(an_echo_cut_at_either_end_is_truncated) {
  auto body = honest({"Say", " hi", ": ", "Hi"});
  body.text = "Say hi: Hi";
  BOOST_TEST(verdict(body) == "truncated_echo");
  Reader reader;
  const std::string start = "A context that is long enough to be cut. ";
  body = honest({"long enough to be cut. and then this is ", "the response"});
  BOOST_TEST(reader.verdict(start + "and then this is ", "the response", body.json()) ==
             "truncated_echo");
}

BOOST_AUTO_TEST_CASE(only_what_was_generated_is_no_echo) {
  auto body = honest({"Hi"});
  BOOST_TEST(verdict(body) == "echo_mismatch");
  body.text = "";
  body.tokens = {};
  body.log_probs = {};
  body.offsets = {"0"};
  BOOST_TEST(verdict(body) == "missing_logprob");
}

BOOST_AUTO_TEST_CASE(lists_of_unequal_length_are_never_zipped) {
  auto body = honest(tokens);
  body.log_probs.pop_back();
  BOOST_TEST(reason(body) == "5 log-probs for 6 tokens");
  body = honest(tokens);
  body.offsets.pop_back();
  BOOST_TEST(reason(body) == "5 offsets for 6 tokens");
  body = honest(tokens);
  body.tokens.pop_back();
  BOOST_TEST(verdict(body) == "truncated_echo");
}

BOOST_AUTO_TEST_CASE(usage_must_count_what_the_echo_holds) {
  auto body = honest(tokens);
  for (const std::size_t counted : {0U, 4U, 6U, 400U}) {
    body.usage = usage_json(counted, 1);
    BOOST_TEST(verdict(body) == "truncated_echo", counted);
  }
  body.usage = usage_json(5, 0);
  BOOST_TEST(verdict(body) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(a_null_is_allowed_first_and_nowhere_else) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    auto body = honest(tokens);
    body.log_probs[i] = "null";
    BOOST_TEST(verdict(body) == "missing_logprob", i);
  }
}

BOOST_AUTO_TEST_CASE(a_value_for_the_first_token_means_a_shifted_list) {
  auto body = honest(tokens);
  for (const std::string_view value : {"0", "0.0", "-1.5", "\"None\"", "false"}) {
    body.log_probs[0] = value;
    BOOST_TEST(verdict(body) == "invalid_logprob", value);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_log_prob_is_refused_wherever_it_stands) {
  for (const std::string_view value : {"0.1",
                                       "1e-5",
                                       "-9999.0",
                                       "-9999",
                                       "-3.4028234663852886e+38",
                                       "-1e300",
                                       "\"None\"",
                                       "\"-1.5\"",
                                       "true",
                                       "false",
                                       "{}",
                                       "[-1]"}) {
    for (const std::size_t i : {1U, 3U, 4U}) {
      auto body = honest(tokens);
      body.log_probs[i] = value;
      BOOST_TEST(verdict(body) == "invalid_logprob", value << " at " << i);
    }
  }
}

BOOST_AUTO_TEST_CASE(bare_python_words_are_invalid_log_probs) {
  for (const std::string_view value : {"NaN", "Infinity", "-Infinity"}) {
    auto body = honest(tokens);
    body.log_probs[3] = value;
    BOOST_TEST(verdict(body) == "invalid_logprob", value);
  }
  auto body = honest(tokens);
  body.log_probs[3] = "None";
  BOOST_TEST(verdict(body) == "malformed_response");
}

BOOST_AUTO_TEST_CASE(rounding_above_zero_is_flagged_and_kept) {
  auto body = honest(tokens);
  body.log_probs[3] = "1e-7";
  body.log_probs[4] = "-0.5";
  Reader reader;
  const auto& outcome = reader.read_one("Say hi: ", "Hi there", body.json()).outcome;
  BOOST_REQUIRE(outcome.score());
  BOOST_TEST(outcome.score()->certificate.flags().above_zero);
  BOOST_TEST(outcome.score()->logprob.nats() == 1e-7 - 0.5);
}

BOOST_AUTO_TEST_CASE(zeros_and_certainty_are_flagged) {
  std::vector<std::string> many{"c"};
  many.resize(31, "r");
  auto body = honest(many);
  Reader reader;
  for (std::size_t i = 1; i < body.log_probs.size(); ++i) body.log_probs[i] = "-0.001";
  const std::string response(30, 'r');
  auto flags = reader.read_one("c", response, body.json()).outcome.score()->certificate.flags();
  BOOST_TEST(
      (flags == assay::Flags{.above_zero = false, .all_zero = false, .implausibly_high = true}));
  for (std::size_t i = 1; i < body.log_probs.size(); ++i) body.log_probs[i] = "0";
  flags = reader.read_one("c", response, body.json()).outcome.score()->certificate.flags();
  BOOST_TEST(
      (flags == assay::Flags{.above_zero = false, .all_zero = true, .implausibly_high = true}));
}

BOOST_AUTO_TEST_CASE(a_token_over_the_seam_is_named_and_never_split) {
  Reader reader;
  const auto& reading =
      reader.read_one("Say hi: ", "Hi there", honest({"Say", " hi", ":", " Hi", " there"}).json());
  BOOST_REQUIRE(reading.outcome.failure());
  BOOST_TEST(reading.outcome.failure()->cls == assay::FailureClass::boundary_inside_token);
  BOOST_TEST(reading.outcome.failure()->reason ==
             R"(token 3 " Hi" ends the context (1 byte) and begins the response (2 bytes))");
  BOOST_TEST(reading.straddled_token == " Hi");
  BOOST_TEST(reading.token_log_probs.empty());
}

BOOST_AUTO_TEST_CASE(a_token_without_text_at_the_seam_could_be_either_sides) {
  BOOST_TEST(verdict(honest({"Say", " hi", ": ", "", "Hi", " there"})) == "boundary_inside_token");
  BOOST_TEST(verdict(honest({"Say", "", " hi", ": ", "Hi", "", " there"})) == "ok");
}

BOOST_AUTO_TEST_CASE(offsets_must_agree_with_the_text) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    auto body = honest(tokens);
    body.offsets[i] = "17";
    BOOST_TEST(verdict(body) == "echo_mismatch", i);
  }
  auto body = honest(tokens);
  body.offsets.assign(6, "-1");
  BOOST_TEST(verdict(body) == "ok");
  body.offsets.clear();
  BOOST_TEST(verdict(body) == "ok");
  body = honest(tokens);
  body.offsets[2] = "6.0";
  BOOST_TEST(verdict(body) == "malformed_response");
}

BOOST_AUTO_TEST_CASE(offsets_count_code_points) {
  Reader reader;
  const std::string context = "\u00e9\u4e16 ";
  const std::string response = "\U0001F600!";
  BOOST_TEST(reader.verdict(context, response, honest({context, "\U0001F600", "!"}).json()) ==
             "ok");
  auto body = honest({context, "\U0001F600", "!"});
  body.offsets = {"0", "6", "10", "11"};  // bytes
  BOOST_TEST(reader.verdict(context, response, body.json()) == "echo_mismatch");
  body.offsets = {"0", "3", "5", "6"};  // UTF-16
  BOOST_TEST(reader.verdict(context, response, body.json()) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(fragments_of_a_character_are_decoded) {
  Reader reader;
  auto body = honest({"a ", "x", "x", "!"});
  body.text = "a \U0001F600!!";
  body.tokens = {"a ", R"(bytes:\xf0\x9f)", R"(bytes:\x98\x80)", "!", "!"};
  body.offsets = {"0", "2", "2", "3", "4"};
  BOOST_TEST(reader.verdict("a ", "\U0001F600!", body.json()) == "ok");
  body.offsets = {"0", "2", "3", "3", "4"};
  BOOST_TEST(reader.verdict("a ", "\U0001F600!", body.json()) == "ok");
  body.tokens[1] = R"(bytes:\xf0\x9e)";
  BOOST_TEST(reader.verdict("a ", "\U0001F600!", body.json()) == "echo_mismatch");
  body.tokens[1] = R"(bytes:\xf0\x9)";
  BOOST_TEST(reader.verdict("a ", "\U0001F600!", body.json()) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(a_fragment_may_carry_a_space) {
  Reader reader;
  auto body = honest({"a", "x", "y"});
  body.text = "a \u4e16!";
  body.tokens = {"a", R"(bytes: \xe4\xb8)", R"(bytes:\x96)", "!"};
  body.offsets.clear();
  BOOST_TEST(reader.verdict("a", " \u4e16", body.json()) == "ok");
}

BOOST_AUTO_TEST_CASE(a_fragment_over_the_seam_is_a_straddle) {
  Reader reader;
  auto body = honest({"a", "x", "y"});
  body.text = "a \u4e16!";
  body.tokens = {"a", R"(bytes: \xe4\xb8)", R"(bytes:\x96)", "!"};
  body.offsets.clear();
  BOOST_TEST(reader.verdict("a ", "\u4e16", body.json()) == "boundary_inside_token");
}

BOOST_AUTO_TEST_CASE(text_that_looks_like_a_fragment_is_text) {
  Reader reader;
  BOOST_TEST(reader.verdict("say ", R"(bytes:\xe2)", honest({"say ", R"(bytes:\xe2)"}).json()) ==
             "ok");
}

BOOST_AUTO_TEST_CASE(replacement_characters_are_no_echo) {
  Reader reader;
  auto body = honest({"a ", "\ufffd", "\ufffd"});
  body.text = "a \U0001F600!";
  body.offsets.clear();
  BOOST_TEST(reader.verdict("a ", "\U0001F600", body.json()) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(every_kind_of_text_goes_through) {
  Reader reader;
  const std::vector<std::string> texts{"\r\n",
                                       "\n\n ",
                                       " ",
                                       "\t",
                                       std::string("\0", 1),
                                       "\"\\/\b\f\x1f\x7f",
                                       "<|im_start|>system",
                                       "<|endoftext|>",
                                       "\u2028\u2029\ufeff",
                                       "\U0001F469\u200D\U0001F469\u200D\U0001F467",
                                       "e\u0301",
                                       "null",
                                       "\ufffd",
                                       "\U0010FFFF"};
  for (const std::string& context : texts) {
    for (const std::string& response : texts) {
      BOOST_TEST(reader.verdict(context, response, honest({context, response}).json()) == "ok",
                 context << " before " << response);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_max_tokens_nothing_may_follow) {
  Reader reader;
  reader.max_tokens = 0;
  auto body = honest(tokens);
  BOOST_TEST(reader.verdict("Say hi: ", "Hi there", body.json()) == "echo_mismatch");
  for (auto* list : {&body.tokens, &body.log_probs, &body.offsets}) list->pop_back();
  body.text.pop_back();
  body.usage = usage_json(5, 0);
  BOOST_TEST(reader.verdict("Say hi: ", "Hi there", body.json()) == "ok");
  body.usage = usage_json(5, 1);  // a server that generates one inside and shows none
  BOOST_TEST(reader.verdict("Say hi: ", "Hi there", body.json()) == "ok");
}

BOOST_AUTO_TEST_CASE(a_generated_end_may_be_shown_or_not) {
  auto body = honest(tokens);
  for (auto* list : {&body.tokens, &body.log_probs, &body.offsets}) list->pop_back();
  body.text.pop_back();
  BOOST_TEST(verdict(body) == "ok");
  body = honest(tokens);
  body.tokens.back() = "";
  body.text.pop_back();
  BOOST_TEST(verdict(body) == "ok");
  body.usage.reset();  // now the empty token may be the prompt's own
  BOOST_TEST(verdict(body) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(generated_values_are_dropped_unread) {
  auto body = honest(tokens);
  body.log_probs.back() = "null";
  BOOST_TEST(verdict(body) == "ok");
  body.log_probs.back() = "-9999.0";
  BOOST_TEST(verdict(body) == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
