// Each dialect's quirks, with bodies in its own form.

#include "support/printers.hpp"
#include "wire/echo_body.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::FailureClass;
using assay::Grade;
using assay::test::honest;
using assay::test::Reader;
using assay::wire::find_dialect;
using assay::wire::Prompt;
using assay::wire::ScoreCall;

const std::vector<std::string> tokens{"Say", " hi", ": ", "Hi", " there"};

std::string verdict(std::string_view dialect, std::string_view body) {
  Reader reader(dialect);
  return reader.verdict("Say hi: ", "Hi there", body);
}

// The class of an error answer.
std::string refusal(std::string_view dialect, int status, std::string_view body) {
  Reader reader(dialect);
  return std::string(name_of(reader.read_one("a ", "b", body, status).outcome.failure()->cls));
}

std::string request(std::string_view dialect, std::vector<Prompt> prompts) {
  const auto& spoken = *find_dialect(dialect);
  const ScoreCall call{
      .model = "m", .served_as = {}, .prompts = prompts, .max_tokens = spoken.max_tokens};
  std::string body;
  spoken.append_body(body, call);
  return body;
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// A server's BOS in front of what was sent.
std::string with_bos(std::string_view dialect, std::string_view bos, std::string_view body) {
  Reader reader(dialect);
  const std::string text = "ab";
  const Prompt prompt{text, 1};
  ScoreCall call{.model = "m", .served_as = {}, .prompts = {&prompt, 1}};
  call.server_bos = bos;
  const auto& outcome = reader.read(call, body).prompts.at(0).outcome;
  if (!outcome.score()) return std::string(name_of(outcome.failure()->cls));
  return fmt::format(
      "{}{}", name_of(outcome.score()->certificate.grade()), outcome.score()->logprob.nats());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dialects)

BOOST_AUTO_TEST_CASE(fireworks_may_say_zero_for_the_first_token) {
  auto body = honest(tokens);
  BOOST_TEST(verdict("fireworks", body.json()) == "ok");
  body.log_probs[0] = "0.0";
  BOOST_TEST(verdict("fireworks", body.json()) == "ok");
  body.log_probs[0] = "-0.5";
  BOOST_TEST(verdict("fireworks", body.json()) == "invalid_logprob");
  body = honest(tokens);
  body.offsets[3] = "99";  // its unit is unknown
  BOOST_TEST(verdict("fireworks", body.json()) == "ok");
  body.finish_reason = "\"error\"";
  BOOST_TEST(verdict("fireworks", body.json()) == "server_error");
}

BOOST_AUTO_TEST_CASE(fireworks_shows_special_tokens_as_nothing) {
  auto body = honest({"", "user\n", "U", "", "\n", "", "assistant\n", "Hi", " you"});
  Reader reader("fireworks");
  const std::string context = "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n";
  const auto& outcome = reader.read_one(context, "Hi you", body.json()).outcome;
  BOOST_REQUIRE(outcome.score());
  BOOST_TEST(outcome.score()->tokens.value == 2);
  BOOST_TEST((outcome.score()->certificate.grade() == Grade::b));
  // A blank is a special token only where its word was sent, and only there.
  BOOST_TEST(reader.verdict("<|im_start|>userxU", "Hi you", body.json()) == "echo_mismatch");
  const std::string bare = "user\nU<|im_end|>\n<|im_start|>assistant\n";
  const auto& own = reader.read_one(bare, "Hi you", body.json()).outcome;  // the server's BOS
  BOOST_REQUIRE(own.score());
  BOOST_TEST((own.score()->certificate.grade() == Grade::b));
  // A BOS that the server adds moves all others to the wrong word.
  auto twice = honest({"", "", "user\n", "U", "", "\n", "", "assistant\n", "Hi", " you"});
  BOOST_TEST(reader.verdict(context, "Hi you", twice.json()) == "echo_mismatch");
  Reader strict("openai");
  BOOST_TEST(strict.verdict(context, "Hi you", body.json()) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(fireworks_is_told_to_refuse_what_is_too_long) {
  BOOST_TEST(
      holds(request("fireworks", {{"a b", 2}}), R"("context_length_exceeded_behavior":"error")"));
  BOOST_TEST(refusal("fireworks", 412, R"({"error":{"message":"suspended"}})") ==
             "quota_exhausted");
}

BOOST_AUTO_TEST_CASE(together_keeps_the_echo_apart_from_the_choices) {
  const std::string body =
      R"({"object":"text.completion","model":"m","prompt":[{"text":"Say hi: Hi there","logprobs":{"token_ids":[1,2,3],)"
      R"("tokens":["Say hi: ","Hi"," there"],"token_logprobs":[null,-1.5,-0.5]}}],"choices":[{"index":0,"text":"!",)"
      R"("finish_reason":"length","logprobs":{"token_ids":[4],"tokens":["!"],"token_logprobs":[-9]}}],)"
      R"("usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4,"cached_tokens":0}})";
  Reader reader("together");
  const auto& reading = reader.read_one("Say hi: ", "Hi there", body);
  BOOST_REQUIRE(reading.outcome.score());
  BOOST_TEST(reading.outcome.score()->logprob.nats() == -2.0);
  BOOST_TEST((reading.outcome.score()->certificate.grade() == Grade::a));
  BOOST_TEST(reading.token_log_probs == "-1.5,-0.5");
  BOOST_TEST(verdict("together", replaced(body, "[null,", "[-7.5,")) == "ok");
  BOOST_TEST(verdict("together", replaced(body, "[null,-1.5", "[null,null")) == "missing_logprob");
  BOOST_TEST(verdict("together", replaced(body, "\"prompt_tokens\":3", "\"prompt_tokens\":4")) ==
             "truncated_echo");
  BOOST_TEST(
      verdict("together",
              replaced(body, "\"finish_reason\":\"length\"", "\"finish_reason\":\"error\"")) ==
      "server_error");
  BOOST_TEST(verdict("together", replaced(body, "\"text\":\"Say", "\"text\":\"Sax")) ==
             "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(together_without_echo_has_no_prompt) {
  BOOST_TEST(verdict("together", R"({"prompt":[],"choices":[{"index":0,"text":"!"}]})") ==
             "missing_logprob");
  BOOST_TEST(verdict("together", R"({"choices":[{"index":0,"text":"!"}]})") == "missing_logprob");
  BOOST_TEST(
      refusal("together", 403, R"({"error":{"message":"inputs tokens exceed the limit"}})") ==
      "context_too_long");
  BOOST_TEST(refusal("together", 403, R"({"error":{"message":"forbidden"}})") == "auth");
}

BOOST_AUTO_TEST_CASE(vllm_is_told_to_add_no_special_tokens) {
  BOOST_TEST(holds(request("vllm", {{"a b", 2}}), R"("add_special_tokens":false)"));
  BOOST_TEST(verdict("vllm", honest(tokens).json()) == "ok");
  BOOST_TEST(refusal("vllm",
                     400,
                     R"({"object":"error","message":"This model's maximum context length is 8",)"
                     R"("type":"BadRequestError","param":null,"code":400})") == "context_too_long");
}

BOOST_AUTO_TEST_CASE(vllm_prompt_log_probs_cover_the_prompt_behind_the_bos) {
  const std::string body =
      R"({"model":"m","choices":[{"index":0,"text":"!","finish_reason":"length","logprobs":null,"prompt_logprobs":[null,)"
      R"({"11":{"logprob":-3.0,"rank":9,"decoded_token":"Say hi: "}},{"12":{"logprob":-1.5,"rank":2,"decoded_token":"Hi"}},)"
      R"({"13":{"logprob":-0.5,"rank":1,"decoded_token":" there"}}]}],"usage":{"prompt_tokens":4,"completion_tokens":1}})";
  Reader reader("vllm-prompt-logprobs");
  const auto& outcome = reader.read_one("Say hi: ", "Hi there", body).outcome;
  BOOST_REQUIRE(outcome.score());
  BOOST_TEST(outcome.score()->logprob.nats() == -2.0);
  const auto read = [](std::string_view text) { return verdict("vllm-prompt-logprobs", text); };
  BOOST_TEST(read(replaced(body, "-1.5", "-9999.0")) == "invalid_logprob");
  BOOST_TEST(read(replaced(body, "\"Hi\"", "\"\ufffd\"")) == "echo_mismatch");
  BOOST_TEST(read(replaced(body,
                           "{\"11\":{\"logprob\":-3.0,\"rank\":9,\"decoded_token\":\"Say hi: \"}},",
                           "")) == "echo_mismatch");
  BOOST_TEST(read(replaced(body, "{\"12\":{", "{\"7\":{\"logprob\":-1},\"12\":{")) ==
             "malformed_response");
  BOOST_TEST(read(replaced(body, "\"prompt_logprobs\":[", "\"prompt_logprob\":[")) ==
             "missing_logprob");
}

BOOST_AUTO_TEST_CASE(sglang_gives_triples_with_text) {
  BOOST_TEST(holds(request("sglang", {{"a b", 2}}), R"("return_text_in_logprobs":true)"));
  const std::string body =
      R"({"text":"","meta_info":{"id":"x","finish_reason":{"type":"length"},"prompt_tokens":3,"completion_tokens":0,)"
      R"("cached_tokens":0,"input_token_logprobs":[[null,1,"Say hi: "],[-1.5,2,"Hi"],[-0.5,3," there"]],)"
      R"("output_token_logprobs":[]}})";
  Reader reader("sglang");
  const auto& outcome = reader.read_one("Say hi: ", "Hi there", body).outcome;
  BOOST_REQUIRE(outcome.score());
  BOOST_TEST(outcome.score()->logprob.nats() == -2.0);
  BOOST_TEST((outcome.score()->certificate.grade() == Grade::b));  // no model is named
  BOOST_TEST(reader.reading().usage.input->value == 3);
  BOOST_TEST(verdict("sglang", "[" + body + "]") == "ok");
  BOOST_TEST(verdict("sglang", replaced(body, "2,\"Hi\"", "2,null")) == "malformed_response");
  BOOST_TEST(verdict("sglang", replaced(body, "[null,1,\"Say hi: \"],", "")) == "truncated_echo");
  BOOST_TEST(verdict("sglang", replaced(body, "\"length\"", "\"abort\"")) == "server_error");
  BOOST_TEST(
      verdict("sglang", replaced(body, "\"input_token_logprobs\"", "\"input_top_logprobs\"")) ==
      "missing_logprob");
}

BOOST_AUTO_TEST_CASE(sglang_answers_several_prompts_with_a_list) {
  const auto object = [](std::string_view first, std::string_view second) {
    return fmt::format(R"({{"text":"","meta_info":{{"prompt_tokens":2,"completion_tokens":0,)"
                       R"("input_token_logprobs":[[null,1,"{}"],[-0.5,2,"{}"]]}}}})",
                       first,
                       second);
  };
  Reader reader("sglang");
  const std::vector<Prompt> prompts{{"ab", 1}, {"cd", 1}};
  const ScoreCall call{.model = "m", .served_as = {}, .prompts = prompts};
  const auto& good = reader.read(call, "[" + object("a", "b") + "," + object("c", "d") + "]");
  BOOST_TEST((good.prompts.at(0).outcome.score() && good.prompts.at(1).outcome.score()));
  BOOST_TEST(good.usage.input->value == 4);
  const auto& swapped = reader.read(call, "[" + object("c", "d") + "," + object("a", "b") + "]");
  BOOST_TEST(swapped.prompts.at(0).outcome.failure()->cls == FailureClass::echo_mismatch);
  const auto& few = reader.read(call, "[" + object("a", "b") + "]");
  BOOST_TEST(few.prompts.at(1).outcome.failure()->cls == FailureClass::malformed_response);
}

BOOST_AUTO_TEST_CASE(tgi_shows_its_bos_which_is_recognised) {
  const std::string body =
      R"({"generated_text":"!","details":{"finish_reason":"length","generated_tokens":1,"prefill":[)"
      R"({"id":1,"text":"<s>","logprob":null},{"id":2,"text":"a","logprob":-3.0},{"id":3,"text":"b","logprob":-0.5}],)"
      R"("tokens":[{"id":4,"text":"!","logprob":-1,"special":false}]}})";
  BOOST_TEST(with_bos("tgi", "<s>", body) == "B-0.5");
  BOOST_TEST(with_bos("tgi", "", body) == "B-0.5");  // one that models have
  const std::string own = replaced(body, "<s>", "<start>");
  BOOST_TEST(with_bos("tgi", "", own) == "echo_mismatch");
  BOOST_TEST(with_bos("tgi", "<start>", own) == "B-0.5");
  // One that was left to the server and did not come is missed.
  const std::string none =
      replaced(body,
               R"({"id":1,"text":"<s>","logprob":null},{"id":2,"text":"a","logprob":-3.0})",
               R"({"id":2,"text":"a","logprob":null})");
  BOOST_TEST(with_bos("tgi", "", none) == "B-0.5");
  BOOST_TEST(with_bos("tgi", "<s>", none) == "echo_mismatch");
  BOOST_TEST(with_bos("tgi", "<s>", "[" + body + "]") == "B-0.5");
  BOOST_TEST(with_bos("tgi", "<s>", replaced(body, "-0.5", "null")) == "missing_logprob");
  BOOST_TEST(with_bos("tgi", "<s>", R"({"generated_text":"!","details":null})") ==
             "missing_logprob");
  BOOST_TEST(
      refusal("tgi",
              422,
              R"({"error":"`inputs` tokens + ... must be <= 4096","error_type":"validation"})") ==
      "context_too_long");
  BOOST_TEST(refusal("tgi", 429, R"({"error":"Model is overloaded","error_type":"overloaded"})") ==
             "overloaded");
  BOOST_TEST(refusal("tgi", 424, R"({"error":"Request failed","error_type":"generation"})") ==
             "server_error");
}

BOOST_AUTO_TEST_CASE(parts_of_characters_that_show_as_marks_are_laid_over_the_text) {
  const auto body = [](std::string_view parts) {
    return R"({"generated_text":"!","details":{"finish_reason":"length","generated_tokens":1,"prefill":[)"
           R"({"id":1,"text":"<s>","logprob":null},{"id":2,"text":"a ","logprob":-3.0})" +
           std::string(parts) + R"(,{"id":9,"text":"!","logprob":-0.25}],"tokens":[]}})";
  };
  const std::string_view part = R"(,{"id":3,"text":"\uFFFD","logprob":-0.5})";
  const std::string two = std::string(part) + std::string(part);
  Reader reader("tgi");
  const auto& outcome = reader.read_one("a ", "\u00e9!", body(two)).outcome;
  BOOST_REQUIRE(outcome.score());
  BOOST_TEST(outcome.score()->logprob.nats() == -1.25);
  BOOST_TEST((outcome.score()->certificate.grade() == Grade::b));  // their bytes are not shown
  BOOST_TEST(reader.verdict("a ", "e!", body(two)) == "echo_mismatch");
  BOOST_TEST(reader.verdict("a ", "\u00e9!", body(part)) == "echo_mismatch");
  BOOST_TEST(reader.verdict("a \u2019", "\u2019!", body(two + two + std::string(part))) ==
             "boundary_inside_token");
}

BOOST_AUTO_TEST_CASE(a_text_that_brings_its_own_bos_is_refused_where_the_server_adds_one) {
  for (const std::string_view bos : {"<s>", "<bos>", "<|begin_of_text|>", "<|endoftext|>"}) {
    const std::string text = std::string(bos) + "ab";
    const Prompt prompt{text, bos.size() + 1};
    const auto failure = assay::wire::objection(*find_dialect("tgi"), prompt);
    BOOST_REQUIRE(failure.has_value());
    BOOST_TEST(failure->cls == FailureClass::invalid_input);
    BOOST_TEST(!assay::wire::objection(*find_dialect("vllm"), prompt).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_bos_in_a_completions_echo_shifts_its_offsets) {
  auto body = honest({"<s>", "a", "b"});
  BOOST_TEST(with_bos("vllm", "<s>", body.json()) == "A-0.25");
  BOOST_TEST(with_bos("vllm", "", body.json()) == "A-0.25");
  auto twice = honest({"<s>", "<s>", "a", "b"});
  BOOST_TEST(with_bos("vllm", "<s>", twice.json()) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(llama_cpp_python_hides_its_bos_from_the_echo) {
  auto body = honest(tokens);
  BOOST_TEST(verdict("llama-cpp-python", body.json()) == "ok");
  body.usage = assay::test::usage_json(6, 1);
  BOOST_TEST(verdict("llama-cpp-python", body.json()) == "ok");
  body.usage = assay::test::usage_json(7, 1);
  BOOST_TEST(verdict("llama-cpp-python", body.json()) == "truncated_echo");
}

BOOST_AUTO_TEST_CASE(the_generic_dialect_takes_nothing_for_granted_but_the_echo) {
  auto body = honest(tokens);
  body.log_probs[0] = "-2.5";
  body.offsets.assign(6, "-1");
  body.model = "";
  BOOST_TEST(verdict("openai-compatible", body.json()) == "ok");
  body.tokens[1] = "x";
  BOOST_TEST(verdict("openai-compatible", body.json()) == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(one_who_examines_a_server_gets_every_token_with_its_alternatives) {
  Reader reader;
  const Prompt prompt{"ab\u00e9", 1};
  ScoreCall call{.model = "m", .served_as = {}, .prompts = {&prompt, 1}};
  call.detail = assay::wire::TokenDetail::listed;
  call.sampling.temperature = 0.5;
  auto body = honest({"a", "b\u00e9"});
  body.more = "";
  const std::string json = replaced(
      body.json(), R"("tokens":)", R"("top_logprobs":[null,{"x":-9,"y":-10},{}],"tokens":)");
  const auto& reading = reader.read(call, json).prompts.at(0);
  BOOST_REQUIRE(reading.outcome.failure());  // a changed distribution gives no score
  BOOST_TEST(reading.outcome.failure()->cls == FailureClass::invalid_input);
  BOOST_REQUIRE(reading.tokens.size() == 2U);
  BOOST_TEST(!reading.tokens[0].nats.has_value());
  BOOST_TEST(reading.tokens[1].begin == 1U);
  BOOST_TEST(reading.tokens[1].end == 4U);
  BOOST_TEST(reading.tokens[1].nats.value() == -0.125);
  BOOST_TEST(reading.tokens[1].alternatives.at(1).nats == -10);
  call.sampling = {};
  BOOST_TEST(reader.read(call, json).prompts.at(0).outcome.score() != nullptr);
}

BOOST_AUTO_TEST_CASE(who_cannot_score_says_what_to_use_instead) {
  for (const std::string_view name :
       {"llamacpp", "openai-chat", "azure", "anthropic", "gemini", "openrouter", "deepinfra"}) {
    const auto objection = assay::wire::objection(*find_dialect(name), {"ab", 1});
    BOOST_REQUIRE(objection.has_value());
    BOOST_TEST(objection->cls == FailureClass::unsupported);
    BOOST_TEST(holds(objection->reason, "use"), name << ": " << objection->reason);
    BOOST_TEST(verdict(name, "{}") == "unsupported");
  }
}

BOOST_AUTO_TEST_SUITE_END()
