// The answer around the echo, and the request: choices, models, usage, JSON as a stranger writes
// it.

#include "wire/completions.hpp"

#include "support/printers.hpp"
#include "wire/echo_body.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::Grade;
using assay::test::EchoBody;
using assay::test::honest;
using assay::test::Reader;
using assay::test::usage_json;
using assay::wire::Prompt;
using assay::wire::ScoreCall;

const std::vector<std::string> tokens{"Say", " hi", ": ", "Hi", " there"};

std::string verdict(std::string_view body) {
  Reader reader;
  return reader.verdict("Say hi: ", "Hi there", body);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// Three prompts in one request.
struct Batch {
  std::vector<EchoBody> bodies{honest({"a ", "b"}), honest({"a ", "c", "d"}), honest({"e ", "b"})};
  std::vector<std::string> texts{"a b", "a cd", "e b"};
  std::vector<std::size_t> order{0, 1, 2};
  std::string usage = usage_json(7, 3);

  // One word for each prompt, in the order asked.
  std::string verdicts() {
    std::vector<std::string> choices;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      if (bodies[i].index == "0") bodies[i].index = std::to_string(i);
    }
    for (const std::size_t i : order) choices.push_back(bodies.at(i).choice());
    bodies[0].usage = usage;
    if (usage.empty()) bodies[0].usage.reset();
    std::vector<Prompt> prompts;
    for (const std::string& text : texts) prompts.push_back({text, 2});
    const ScoreCall call{.model = "m", .served_as = {}, .prompts = prompts};
    std::string words;
    for (const auto& one : reader.read(call, bodies[0].document(choices)).prompts) {
      const auto* score = one.outcome.score();
      words += score ? std::string(name_of(score->certificate.grade())) +
                           fmt::format("{}", score->logprob.nats())
                     : std::string(name_of(one.outcome.failure()->cls));
      words += ' ';
    }
    return words;
  }

  Reader reader;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(completions)

BOOST_AUTO_TEST_CASE(the_request_asks_for_the_unscaled_echo) {
  const std::string text = "a \"b\"\n\u4e16";
  const Prompt prompt{text, 2};
  const ScoreCall call{.model = "m/1", .served_as = {}, .prompts = {&prompt, 1}};
  std::string body = "x";
  assay::wire::find_dialect("openai")->append_body(body, call);
  BOOST_TEST(
      body ==
      "x{\"model\":\"m/1\",\"prompt\":\"a \\\"b\\\"\\n\u4e16\",\"max_tokens\":1,\"echo\":true,"
      "\"logprobs\":1,\"temperature\":1,\"top_p\":1,\"n\":1,\"stream\":false}");
}

BOOST_AUTO_TEST_CASE(several_prompts_are_a_list) {
  const std::vector<Prompt> prompts{{"a b", 2}, {"c d", 2}};
  const ScoreCall call{.model = "m", .served_as = {}, .prompts = prompts, .max_tokens = 0};
  std::string body;
  assay::wire::find_dialect("openai")->append_body(body, call);
  BOOST_TEST(body.find(R"("prompt":["a b","c d"],"max_tokens":0,)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_batch_is_matched_by_index_in_any_order) {
  Batch batch;
  const std::string expected = "A-0.125 A-0.375 A-0.125 ";
  std::vector<std::size_t> order{0, 1, 2};
  do {
    batch.order = order;
    BOOST_TEST(batch.verdicts() == expected);
  } while (std::ranges::next_permutation(order).found);
}

BOOST_AUTO_TEST_CASE(swapped_choices_never_reach_the_wrong_row) {
  Batch lying;
  std::swap(lying.bodies[0], lying.bodies[1]);
  BOOST_TEST(lying.verdicts() == "echo_mismatch echo_mismatch B-0.125 ");
}

BOOST_AUTO_TEST_CASE(indices_must_be_each_once) {
  for (const std::string_view wrong :
       {"0", "1", "3", "-1", "null", "\"2\"", "2.0", "18446744073709551615"}) {
    Batch batch;
    batch.bodies[2].index = std::string(wrong) + " ";
    BOOST_TEST(batch.verdicts() == "malformed_response malformed_response malformed_response ",
               wrong);
  }
  Batch few;
  few.order = {0, 2};
  BOOST_TEST(few.verdicts() == "malformed_response malformed_response malformed_response ");
  Batch many;
  many.order = {0, 1, 2, 2};
  BOOST_TEST(many.verdicts() == "malformed_response malformed_response malformed_response ");
}

BOOST_AUTO_TEST_CASE(one_bad_echo_leaves_the_others_with_less_proof) {
  Batch batch;
  batch.bodies[1].log_probs[1] = "null";
  BOOST_TEST(batch.verdicts() == "B-0.125 missing_logprob B-0.125 ");
}

BOOST_AUTO_TEST_CASE(usage_of_a_batch_is_a_total) {
  Batch batch;
  batch.usage = usage_json(8, 3);
  BOOST_TEST(batch.verdicts() == "truncated_echo truncated_echo truncated_echo ");
  batch.usage = "";
  BOOST_TEST(batch.verdicts() == "B-0.125 B-0.375 B-0.125 ");
}

BOOST_AUTO_TEST_CASE(another_model_is_a_mismatch_unless_declared) {
  auto body = honest(tokens);
  body.model = "\"m-2\"";
  BOOST_TEST(verdict(body.json()) == "model_mismatch");
  const std::string text = "Say hi: Hi there";
  const Prompt prompt{text, 8};
  ScoreCall call{.model = "m", .served_as = "m-2", .prompts = {&prompt, 1}};
  Reader reader;
  const auto& outcome = reader.read(call, body.json()).prompts.at(0).outcome;
  BOOST_REQUIRE(outcome.score());
  BOOST_TEST((outcome.score()->certificate.grade() == Grade::a));
  BOOST_TEST(reader.reading().served_model == "m-2");
  body.model = "7";
  BOOST_TEST(verdict(body.json()) == "malformed_response");
  body.model = "null";
  BOOST_TEST(verdict(body.json()) == "ok");
}

BOOST_AUTO_TEST_CASE(an_answer_that_ended_badly_is_a_failure) {
  auto body = honest(tokens);
  for (const auto& [word, expected] :
       std::vector<std::pair<std::string, std::string>>{{"\"error\"", "server_error"},
                                                        {"\"abort\"", "server_error"},
                                                        {"\"content_filter\"", "content_filtered"},
                                                        {"\"stop\"", "ok"},
                                                        {"null", "ok"}}) {
    body.finish_reason = word;
    BOOST_TEST(verdict(body.json()) == expected, word);
  }
}

BOOST_AUTO_TEST_CASE(an_error_under_status_200_is_the_error) {
  BOOST_TEST(verdict(R"({"error":{"message":"m","code":429}})") == "rate_limited");
  BOOST_TEST(verdict(R"({"error":{"message":"m","code":"insufficient_quota"}})") ==
             "quota_exhausted");
  BOOST_TEST(verdict(R"({"error":{"message":"m"}})") == "server_error");
  auto body = honest(tokens);
  body.more = R"(,"error":null)";
  BOOST_TEST(verdict(body.json()) == "ok");
  body.more = R"(,"error":{"message":"partial"})";
  BOOST_TEST(verdict(body.json()) == "server_error");
}

BOOST_AUTO_TEST_CASE(an_error_status_is_never_read_as_a_score) {
  Reader reader;
  const auto& reading = reader.read_one("Say hi: ", "Hi there", honest(tokens).json(), 500);
  BOOST_REQUIRE(reading.outcome.failure());
  BOOST_TEST(reading.outcome.failure()->cls == assay::FailureClass::server_error);
  BOOST_TEST(reader.reading().observation.status == 500);
}

BOOST_AUTO_TEST_CASE(unknown_fields_anywhere_are_passed_over) {
  const std::string extra =
      R"("x":[1,{"choices":[],"y":"\ud83d\ude00"}],"z":-1.5e-3,"\u0061":null,)";
  std::string body = honest(tokens).json();
  body = replaced(body, "{\"index\"", "{" + extra + "\"index\"");
  body = replaced(body, "\"logprobs\":{", "\"logprobs\":{" + extra);
  body = replaced(body, "\"usage\":{", "\"usage\":{" + extra);
  body = "  \n{" + extra + body.substr(1) + "\r\n\t ";
  BOOST_TEST(verdict(body) == "ok");
}

BOOST_AUTO_TEST_CASE(keys_named_twice_are_refused_where_they_are_read) {
  const std::string body = honest(tokens).json();
  for (const std::string_view key : {"\"choices\":",
                                     "\"usage\":",
                                     "\"model\":",
                                     "\"index\":",
                                     "\"text\":",
                                     "\"logprobs\":",
                                     "\"tokens\":",
                                     "\"token_logprobs\":",
                                     "\"text_offset\":",
                                     "\"prompt_tokens\":",
                                     "\"finish_reason\":"}) {
    const std::string twice = std::string(key) + "null," + std::string(key);
    BOOST_TEST(verdict(replaced(body, key, twice)) == "malformed_response", key);
  }
  // The same key, spelt with an escape.
  BOOST_TEST(verdict(replaced(body, "\"choices\":", "\"choice\\u0073\":[],\"choices\":")) ==
             "malformed_response");
}

BOOST_AUTO_TEST_CASE(escaped_keys_are_keys) {
  BOOST_TEST(verdict(replaced(honest(tokens).json(), "\"choices\"", "\"\\u0063hoices\"")) == "ok");
}

BOOST_AUTO_TEST_CASE(usage_that_cannot_be_a_count_is_refused) {
  auto body = honest(tokens);
  for (const std::string_view count :
       {"-1", "1.5", "\"5\"", "true", "18446744073709551615", "1e3"}) {
    body.usage = R"({"prompt_tokens":)" + std::string(count) + "}";
    BOOST_TEST(verdict(body.json()) == "malformed_response", count);
  }
  for (const std::string_view usage : {"null", "{}", R"({"prompt_tokens":null})"}) {
    body.usage = usage;
    BOOST_TEST(verdict(body.json()) == "ok", usage);
  }
  body.usage = "[]";
  BOOST_TEST(verdict(body.json()) == "malformed_response");
}

BOOST_AUTO_TEST_CASE(wrong_shapes_have_their_class) {
  const std::string body = honest(tokens).json();
  for (const auto& [wrong, expected] : std::vector<std::pair<std::string, std::string>>{
           {"", "malformed_response"},
           {"   ", "malformed_response"},
           {"<html></html>", "malformed_response"},
           {"null", "malformed_response"},
           {"[]", "malformed_response"},
           {"{}", "malformed_response"},
           {R"({"choices":[]})", "malformed_response"},
           {R"({"choices":{}})", "malformed_response"},
           {R"({"choices":[null]})", "malformed_response"},
           {R"({"choices":[{}]})", "missing_logprob"},
           {R"({"choices":[{"index":0,"text":"","logprobs":null}]})", "missing_logprob"},
           {R"({"choices":[{"index":0,"logprobs":{}}]})", "missing_logprob"},
           {R"({"choices":[{"index":0,"logprobs":{"tokens":null,"token_logprobs":[]}}]})",
            "missing_logprob"},
           {R"({"choices":[{"index":0,"logprobs":{"tokens":[],"token_logprobs":[]}}]})",
            "missing_logprob"},
           {R"({"choices":[{"index":0,"logprobs":{"tokens":{},"token_logprobs":[]}}]})",
            "malformed_response"},
           {R"({"choices":[{"index":0,"logprobs":{"tokens":[1],"token_logprobs":[null]}}]})",
            "malformed_response"},
           {R"({"choices":[{"index":0,"logprobs":[]}]})", "malformed_response"},
           {R"({"choices":[{"index":0,"text":5,"logprobs":{}}]})", "malformed_response"},
           {body + "x", "malformed_response"},
           {body + body, "malformed_response"},
           {replaced(body, "\"index\":0,", ""), "ok"},
           {replaced(body, "\"index\":0,", "\"index\":1,"), "malformed_response"}}) {
    BOOST_TEST(verdict(wrong) == expected, wrong);
  }
}

BOOST_AUTO_TEST_CASE(invalid_json_anywhere_is_malformed) {
  const std::string body = honest(tokens).json();
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"created\":1", "\"created\":01"},
           {"\"created\":1", "\"created\":+1"},
           {"\"created\":1", "\"created\":.5"},
           {"\"created\":1", "\"created\":1."},
           {"\"created\":1", "\"created\":0x1"},
           {"\"created\":1", "\"created\":tru"},
           {"\"created\":1", "\"created\":nul"},
           {"\"created\":1", "\"created\":[1,]"},
           {"\"created\":1", "\"created\":{\"a\":1,}"},
           {"\"created\":1", "\"created\":'a'"},
           {"\"created\":1", "\"created\":\"\t\""},
           {"\"created\":1", "\"created\":\"\\x\""},
           {"\"created\":1", "\"created\":\"\\u12g4\""},
           {"\"created\":1", "\"created\":\"\\ud800\""},
           {"\"created\":1", "\"created\":\"\\udc00\""},
           {"\"created\":1", "\"created\":\"\\ud800\\ud800\""},
           {"\"created\":1", "\"created\":\"\xff\""},
           {"\"created\":1", "\"created\":\"\xed\xa0\x80\""},
           {"\"created\":1", "\"created\":\"\xc0\x80\""},
           {"\"created\":1", "\"created\" 1"},
           {"\"created\":1,", "\"created\":1"},
           {"\"created\":1,", "\"created\":1,,"},
           {"{\"id\"", "\xef\xbb\xbf{\"id\""},
           {"\"created\":1", "\"created\":/**/1"}}) {
    BOOST_TEST(verdict(replaced(body, from, to)) == "malformed_response", to);
  }
}

BOOST_AUTO_TEST_CASE(depth_is_bounded) {
  auto body = honest(tokens);
  const auto nested = [](std::size_t depth) {
    return ",\"deep\":" + std::string(depth, '[') + std::string(depth, ']');
  };
  body.more = nested(50);
  BOOST_TEST(verdict(body.json()) == "ok");
  body.more = nested(100);
  BOOST_TEST(verdict(body.json()) == "malformed_response");
  body.more = nested(200'000);
  BOOST_TEST(verdict(body.json()) == "malformed_response");
}

BOOST_AUTO_TEST_CASE(a_body_of_ten_megabytes_is_read) {
  auto body = honest(tokens);
  body.more = ",\"padding\":\"" + std::string(10'000'000, 'x') + "\"";
  BOOST_TEST(verdict(body.json()) == "ok");
  std::vector<std::string> many(200'000, "ab ");
  Reader reader;
  std::string response;
  for (std::size_t i = 1; i < many.size(); ++i) response += "ab ";
  BOOST_TEST(reader.verdict("ab ", response, honest(std::move(many)).json()) == "ok");
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const std::string body = honest(tokens).json();
  Reader reader;
  for (std::size_t size = 0; size < body.size(); ++size) {
    BOOST_TEST(reader.verdict("Say hi: ", "Hi there", body.substr(0, size)) ==
               "malformed_response");
  }
}

BOOST_AUTO_TEST_CASE(the_fingerprint_is_told_where_there_is_one) {
  Reader reader;
  for (const auto& [json, read] : {std::pair{R"("fp_1")", "fp_1"}, {"null", ""}, {"7", ""}}) {
    auto body = honest(tokens);
    body.more = std::string(R"(,"system_fingerprint":)") + json;
    BOOST_TEST(reader.verdict("Say hi: ", "Hi there", body.json()) == "ok");
    BOOST_TEST(reader.reading().fingerprint == read);
  }
}

BOOST_AUTO_TEST_CASE(reading_again_leaves_nothing_behind) {
  Reader reader;
  const std::string good = honest(tokens).json();
  BOOST_TEST(reader.verdict("Say hi: ", "Hi there", good) == "ok");
  BOOST_TEST(reader.verdict("Say hi: ", "Hi there", "{") == "malformed_response");
  BOOST_TEST(!reader.reading().usage.input.has_value());
  BOOST_TEST(reader.reading().served_model.empty());
  BOOST_TEST(reader.verdict("Say hi: ", "Hi there", good) == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
