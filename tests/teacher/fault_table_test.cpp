#include "teacher/fault_table.hpp"

#include "teacher/client.hpp"
#include "teacher/completer.hpp"
#include "teacher/language.hpp"
#include "teacher/openai_completions.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <memory>

namespace assay::teacher {

namespace {

constexpr std::string_view prompt = "How do I bake bread?\nThe old gardener’s bread is warm.";

const Vocabulary& tokens_of_all() {
  return Language::bundled().vocabulary();
}

Completion honest() {
  Completer completer({Language::bundled().model({})}, 1);
  CompletionRequest request;
  request.model = "teacher-base";
  request.prompts = {{std::string(prompt), tokens_of_all().encode(prompt)}};
  request.echo = true;
  request.logprobs = 1;
  request.max_tokens = 0;
  return completer.complete(request);
}

std::string json_of(const Completion& completion) {
  std::string json;
  write_completions(json, {}, completion, tokens_of_all());
  return json;
}

// The answer with the lie of this name in it.
Completion lie(std::string_view name) {
  auto completion = honest();
  Rng rng(1);
  std::get<AnswerFault>(fault_row(name)->effect)(completion, completion.choices[0], rng);
  return completion;
}

std::string posted() {
  const auto body = test::echo_body("teacher-base", prompt);
  return fmt::format(
      "POST /v1/completions HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{}",
      body.size(),
      body);
}

// All bytes that a client of a server with this fault gets.
std::string delivered(std::string_view name) {
  ServerOptions options;
  options.plain_http = true;
  options.faults.rules = {*parse_fault_rule(fmt::format("{}@1", name))};
  test::ServerFixture teacher(std::move(options));
  test::Client client(teacher.server());
  return client.raw(posted());
}

std::string_view body_of(std::string_view answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

std::size_t stated_length(std::string_view answer) {
  const auto at = answer.find("content-length: ");
  return at == std::string_view::npos ? std::string_view::npos
                                      : std::stoul(std::string(answer.substr(at + 16, 10)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_table)

BOOST_AUTO_TEST_CASE(every_lie_changes_the_answer) {
  const auto truth = json_of(honest());
  int lies = 0;
  for (const auto& row : fault_rows()) {
    if (!std::holds_alternative<AnswerFault>(row.effect)) continue;
    BOOST_TEST(json_of(lie(row.name)) != truth, row.name);
    ++lies;
  }
  BOOST_TEST(lies > 10);
}

BOOST_AUTO_TEST_CASE(every_lie_stands_an_answer_without_tokens) {
  for (const auto& row : fault_rows()) {
    const auto* fault = std::get_if<AnswerFault>(&row.effect);
    if (fault == nullptr) continue;
    Completion completion;
    completion.choices.resize(1);
    Rng rng(1);
    (*fault)(completion, completion.choices[0], rng);
  }
}

BOOST_AUTO_TEST_CASE(a_lie_about_a_value_leaves_json_where_json_can_say_it) {
  simdjson::dom::parser parser;
  for (const auto name : {"null-logprob",
                          "positive-logprob",
                          "sentinel-logprob",
                          "string-logprob",
                          "short-offsets",
                          "no-usage",
                          "echo-mismatch"}) {
    BOOST_TEST((parser.parse(json_of(lie(name))).error() == simdjson::SUCCESS), name);
  }
  for (const auto name : {"nan-logprob", "infinite-logprob"}) {
    BOOST_TEST((parser.parse(json_of(lie(name))).error() != simdjson::SUCCESS), name);
  }
}

BOOST_AUTO_TEST_CASE(a_truncated_echo_is_a_prefix_and_usage_agrees) {
  const auto cut = lie("truncated-echo");
  const auto& choice = cut.choices[0];
  BOOST_TEST(prompt.starts_with(choice.text));
  BOOST_TEST(choice.text.size() < prompt.size());
  BOOST_TEST(tokens_of_all().decode(choice.tokens) == choice.text);
  BOOST_TEST(cut.prompt_tokens == static_cast<std::int64_t>(choice.tokens.size()));
}

BOOST_AUTO_TEST_CASE(a_mismatched_echo_is_one_byte_off) {
  const auto text = lie("echo-mismatch").choices[0].text;
  BOOST_REQUIRE(text.size() == prompt.size());
  int differing = 0;
  for (std::size_t i = 0; i < text.size(); ++i) differing += text[i] != prompt[i] ? 1 : 0;
  BOOST_TEST(differing == 1);
}

BOOST_AUTO_TEST_CASE(framing_faults_are_what_their_names_say) {
  const auto plain = delivered("no-usage");  // framed as it should be
  BOOST_TEST(stated_length(plain) == body_of(plain).size());
  const auto shorter = delivered("length-short");
  BOOST_TEST(stated_length(shorter) + 1 == body_of(shorter).size());
  const auto longer = delivered("length-long");
  BOOST_TEST(stated_length(longer) == body_of(longer).size() + 10);
  BOOST_TEST(delivered("extra-bytes").ends_with("surplus"));
  BOOST_TEST(delivered("no-length").find("content-length") == std::string::npos);
  BOOST_TEST(delivered("chunked").ends_with("\r\n0\r\n\r\n"));
  BOOST_TEST(delivered("chunked-broken").ends_with("zz\r\n"));
  BOOST_TEST(delivered("continue-first").starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103"));
  const auto half = delivered("close-mid-body");
  BOOST_TEST(body_of(half).size() == stated_length(half) / 2);
  BOOST_TEST(delivered("close-before-answer").empty());
  BOOST_TEST(delivered("reset-before-answer").empty());
  BOOST_TEST(delivered("not-http").starts_with("SSH-"));
}

BOOST_AUTO_TEST_CASE(a_refusal_has_its_status_and_headers) {
  BOOST_TEST(delivered("status-429").find("retry-after-ms: 100\r\n") != std::string::npos);
  BOOST_TEST(delivered("status-429-no-hint").find("retry-after") == std::string::npos);
  BOOST_TEST(delivered("status-529").starts_with("HTTP/1.1 529 "));
  BOOST_TEST(delivered("redirect").find("\r\nlocation: https://") != std::string::npos);
  BOOST_TEST(delivered("status-502").find("text/html") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_lie_in_an_array_stays_with_its_prompt) {
  // The content of the second prompt is chosen; the first is answered truly beside it.
  ServerOptions options;
  const auto body = [](std::string_view prompts) {
    return fmt::format(
        R"({{"model":"teacher-base","prompt":{},"echo":true,"logprobs":1,"max_tokens":0}})",
        prompts);
  };
  options.faults.rules = {*parse_fault_rule("missing-logprobs:0.5:always")};
  options.faults.seed = options.seed;
  int first = 0;
  const auto struck = [&](int number) {
    return fault_for(options.faults,
                     content_digest("teacher-base", fmt::format("prompt {}", number)),
                     1) != nullptr;
  };
  while (struck(first) || !struck(first + 1)) ++first;
  test::ServerFixture teacher(options);
  test::Client client(teacher.server());
  const auto answer = client.post(
      "/v1/completions", body(fmt::format(R"(["prompt {}","prompt {}"])", first, first + 1)));
  simdjson::dom::parser parser;
  const simdjson::dom::array choices = parser.parse(answer->body)["choices"];
  BOOST_TEST(!choices.at(0)["logprobs"].is_null());
  BOOST_TEST(choices.at(1)["logprobs"].is_null());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
