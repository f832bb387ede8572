// Documents that are not JSON are refused by every reader, even where only a field that nobody
// reads is wrong. The documents are our own, by the grammar of RFC 8259.

#include "support/printers.hpp"
#include "wire/completions.hpp"
#include "wire/echo_body.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::FailureClass;
using assay::test::honest;
using assay::test::Reader;
using namespace std::string_view_literals;

// Each stands where a value should.
constexpr std::string_view values[] = {"",
                                       "tru",
                                       "True",
                                       "nul",
                                       "None",
                                       "undefined",
                                       "'a'",
                                       "+1",
                                       "01",
                                       "-01",
                                       "1.",
                                       ".5",
                                       "-.5",
                                       "1e",
                                       "1e+",
                                       "1.e5",
                                       "0x10",
                                       "1_000",
                                       "--1",
                                       "-",
                                       "1 2",
                                       "1,",
                                       "1,,2",
                                       "1a",
                                       "1.2.3",
                                       "\"a",
                                       "a\"",
                                       "\"\\x41\"",
                                       "\"\\u12\"",
                                       "\"\\u00g0\"",
                                       "\"\\\"",
                                       "\"\\'\"",
                                       "\"a\tb\"",
                                       "\"a\nb\"",
                                       "\"\x01\"",
                                       "\"\0\""sv,
                                       "[",
                                       "]",
                                       "[1",
                                       "[1,]",
                                       "[,1]",
                                       "[1,,2]",
                                       "[1 2]",
                                       "[1:2]",
                                       "[\"a\" \"b\"]",
                                       "[1}",
                                       "{",
                                       "}",
                                       "{]",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{\"a\":1,}",
                                       "{,\"a\":1}",
                                       "{a:1}",
                                       "{'a':1}",
                                       "{1:2}",
                                       "{\"a\":1 \"b\":2}",
                                       "{\"a\":1,,\"b\":2}",
                                       "{\"a\":1:2}",
                                       "{\"a\"=1}",
                                       "{\"a\":1]",
                                       "1 // no",
                                       "/* no */ 1",
                                       "# no",
                                       "\"\xff\"",
                                       "\"\xc0\x80\"",
                                       "\"\xe2\x82\"",
                                       "\"\xed\xa0\x80\"",
                                       "\"\xf4\x90\x80\x80\"",
                                       "\"\x80\"",
                                       "\"\\ud800\"",
                                       "\"\\udc00\"",
                                       "\"\\ud800\\u0041\"",
                                       "\"\\udc00\\ud800\"",
                                       "\"\\ud83d\"",
                                       "\v1",
                                       "\f1",
                                       "\xc2\xa0"
                                       "1",
                                       "\xef\xbb\xbf"
                                       "1",
                                       "\0"sv,
                                       "1\0"sv};

// Each stands behind a whole document.
constexpr std::string_view tails[] = {
    "x", "{}", ",", "]", "}", "null", "\"", "1", "\0"sv, "/*", "\v"};

const std::vector<std::string> tokens{"a", "b"};

std::string with_field(std::string_view value) {
  auto body = honest(tokens);
  body.more = ",\"extra\":" + std::string(value);
  return body.json();
}

bool is_refused(std::string_view dialect, std::string_view body) {
  Reader reader(dialect);
  const auto* failure = reader.read_one("a", "b", body).outcome.failure();
  return failure != nullptr && failure->cls == FailureClass::malformed_response;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(invalid_json)

BOOST_AUTO_TEST_CASE(a_good_field_that_nobody_reads_is_let_pass) {
  for (const std::string_view value :
       {"null", "[]", "{}", "-0", "1E+2", "\"\\ud83d\\ude00\"", "[[[1]]]", "\" \""}) {
    Reader reader;
    BOOST_TEST(reader.verdict("a", "b", with_field(value)) == "ok", value);
  }
}

BOOST_AUTO_TEST_CASE(a_bad_field_that_nobody_reads_is_refused) {
  for (const std::string_view value : values) {
    for (const std::string_view dialect : {"openai", "fireworks", "openai-compatible"}) {
      BOOST_TEST(is_refused(dialect, with_field(value)), dialect << ": " << value);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_dialect_refuses_what_is_not_json) {
  for (const auto* dialect : assay::wire::dialects()) {
    if (!dialect->can.can_score) continue;
    for (const std::string_view value : values) {
      if (value.empty()) continue;
      BOOST_TEST(is_refused(dialect->name, "{\"extra\":" + std::string(value) + "}"),
                 dialect->name << ": " << value);
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_may_follow_the_document) {
  const std::string body = honest(tokens).json();
  for (const std::string_view tail : tails) {
    BOOST_TEST(is_refused("openai", body + std::string(tail)), tail);
  }
  for (const std::string_view space : {" ", "\n\r\t "}) {
    Reader reader;
    BOOST_TEST(reader.verdict("a", "b", std::string(space) + body + std::string(space)) == "ok");
  }
}

BOOST_AUTO_TEST_CASE(a_document_cut_anywhere_is_refused) {
  const std::string body = honest(tokens).json();
  for (std::size_t size = 0; size < body.size(); ++size) {
    BOOST_TEST(is_refused("openai", std::string_view(body).substr(0, size)), size);
  }
}

BOOST_AUTO_TEST_CASE(nesting_has_a_bound) {
  const auto nested = [](std::size_t depth) {
    return with_field(std::string(depth, '[') + std::string(depth, ']'));
  };
  Reader reader;
  BOOST_TEST(reader.verdict("a", "b", nested(50)) == "ok");
  BOOST_TEST(is_refused("openai", nested(100)));
  BOOST_TEST(is_refused("openai", nested(100'000)));
}

BOOST_AUTO_TEST_CASE(bare_not_a_numbers_are_named_as_what_they_are) {
  for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
    auto body = honest(tokens);
    body.log_probs[1] = word;
    Reader reader;
    BOOST_TEST(reader.verdict("a", "b", body.json()) == "invalid_logprob", word);
  }
}

BOOST_AUTO_TEST_SUITE_END()
