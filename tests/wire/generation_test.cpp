// Texts written by each kind of server, from bodies in its own form.

#include "support/printers.hpp"
#include "wire/dialect.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::FailureClass;
using assay::Message;
using assay::wire::dialects;
using assay::wire::find_dialect;
using assay::wire::Finish;
using assay::wire::generate_target;
using assay::wire::GenerateCall;
using assay::wire::GenerateReading;

const std::vector<Message> talk{{"user", "U"}, {"assistant", "A"}, {"user", "V"}};
const std::vector<std::string> stop{"\n"};

GenerateCall call_of(std::string_view system = "S") {
  return {.model = "m",
          .context = "C",
          .system = system,
          .messages = talk,
          .max_tokens = 7,
          .seed = 3,
          .stop = stop};
}

std::string request(std::string_view dialect, const GenerateCall& call) {
  std::string body;
  find_dialect(dialect)->append_generation(body, call);
  return body;
}

GenerateReading read(std::string_view dialect, std::string body, int status = 200) {
  static const std::vector<assay::HeaderField> headers;
  const std::size_t size = body.size();
  body.resize(size + assay::body_padding);
  assay::wire::Scratch scratch;
  GenerateReading reading;
  find_dialect(dialect)->read_generation(
      call_of(), {status, &headers, std::string_view(body).substr(0, size)}, scratch, reading);
  return reading;
}

// "text|finish|input/output", or the class of the failure.
std::string told(std::string_view dialect, std::string body, int status = 200) {
  const auto reading = read(dialect, std::move(body), status);
  if (!reading.outcome) return std::string(name_of(reading.outcome.error().cls));
  constexpr std::string_view words[] = {"ended", "length", "other"};
  const auto count = [](const std::optional<assay::TokenCount>& tokens) {
    return tokens ? std::to_string(tokens->value) : "-";
  };
  return fmt::format("{}|{}|{}/{}",
                     reading.outcome->text,
                     words[static_cast<std::size_t>(reading.outcome->finish)],
                     count(reading.usage.input),
                     count(reading.usage.output));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(generation)

BOOST_AUTO_TEST_CASE(every_dialect_generates) {
  for (const auto* dialect : dialects()) {
    BOOST_TEST(dialect->can.can_generate, dialect->name);
    BOOST_TEST(!dialect->generate_path.empty(), dialect->name);
    BOOST_TEST(request(dialect->name, call_of()).starts_with("{\""), dialect->name);
    BOOST_TEST(told(dialect->name, "{}") == "malformed_response", dialect->name);
    BOOST_TEST(told(dialect->name, R"({"error":{"message":"x"}})", 500) == "server_error");
  }
  BOOST_TEST(generate_target(*find_dialect("gemini"), "/v1beta", "a/b") ==
             "/v1beta/models/a%2Fb:generateContent");
  BOOST_TEST(generate_target(*find_dialect("azure"), "", "d") ==
             "/openai/deployments/d/chat/completions?api-version=2024-10-21");
}

BOOST_AUTO_TEST_CASE(completions_take_a_text_and_give_one) {
  BOOST_TEST(request("openai", call_of()) ==
             R"({"model":"m","prompt":"C","max_tokens":7,"temperature":1,"top_p":1,"seed":3,)"
             R"("stop":["\n"],"n":1,"stream":false})");
  BOOST_TEST(request("vllm", call_of()).ends_with(R"("add_special_tokens":false})"));
  const auto body = [](std::string_view reason) {
    return fmt::format(R"({{"model":"m","choices":[{{"index":0,"text":"hi","finish_reason":"{}",)"
                       R"("logprobs":{{"tokens":["h","i"],"token_logprobs":[-1,-2.5]}}}}],)"
                       R"("usage":{{"prompt_tokens":3,"completion_tokens":2}}}})",
                       reason);
  };
  BOOST_TEST(told("openai", body("stop")) == "hi|ended|3/2");
  BOOST_TEST(told("together", body("eos")) == "hi|ended|3/2");
  BOOST_TEST(told("fireworks", body("length")) == "hi|length|3/2");
  BOOST_TEST(told("fireworks", body("error")) == "server_error");
  BOOST_TEST(told("openai", body("content_filter")) == "content_filtered");
  const auto tokens = read("openai", body("stop")).outcome.value().tokens;
  BOOST_REQUIRE(tokens.size() == 2U);
  BOOST_TEST(tokens[1].nats == -2.5);
}

BOOST_AUTO_TEST_CASE(chat_takes_messages_and_gives_one) {
  BOOST_TEST(
      request("openai-chat", call_of()) ==
      R"({"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},)"
      R"({"role":"assistant","content":"A"},{"role":"user","content":"V"}],)"
      R"("max_completion_tokens":7,"seed":3,"stop":["\n"]})");
  const std::string body =
      R"({"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},)"
      R"("finish_reason":"stop","logprobs":{"content":[{"token":"hi","logprob":-0.5,"bytes":[104,105],)"
      R"("top_logprobs":[]}]}}],"usage":{"prompt_tokens":3,"completion_tokens":1}})";
  for (const std::string_view name : {"openai-chat", "azure", "openrouter", "deepinfra"}) {
    BOOST_TEST(told(name, body) == "hi|ended|3/1", name);
  }
  BOOST_TEST(read("openai-chat", body).outcome.value().tokens.at(0).nats == -0.5);
  BOOST_TEST(told("openai-chat",
                  R"({"choices":[{"message":{"content":null,"refusal":"no"},)"
                  R"("finish_reason":"stop"}]})") == "content_filtered");
  BOOST_TEST(told("openai-chat",
                  R"({"choices":[{"message":{"content":null,"tool_calls":[]},)"
                  R"("finish_reason":"tool_calls"}]})") == "invalid_output");
  BOOST_TEST(told("openai-chat", R"({"model":"n","choices":[]})") == "model_mismatch");
  BOOST_TEST(told("openrouter", R"({"error":{"code":429,"message":"slow"}})") == "rate_limited");
}

BOOST_AUTO_TEST_CASE(anthropic_keeps_blocks_of_text_and_counts_cached_tokens) {
  BOOST_TEST(
      request("anthropic", call_of()) ==
      R"({"model":"m","max_tokens":7,"system":"S","messages":[{"role":"user","content":"U"},)"
      R"({"role":"assistant","content":"A"},{"role":"user","content":"V"}],"temperature":1,)"
      R"("stop_sequences":["\n"]})");
  const auto body = [](std::string_view reason) {
    return fmt::format(
        R"({{"id":"i","type":"message","role":"assistant","model":"m","content":[)"
        R"({{"type":"thinking","thinking":"x"}},{{"type":"text","text":"h"}},)"
        R"({{"type":"text","text":"i"}}],"stop_reason":"{}","usage":{{"input_tokens":12,)"
        R"("cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":1}}}})",
        reason);
  };
  BOOST_TEST(told("anthropic", body("end_turn")) == "hi|ended|19/1");
  BOOST_TEST(told("anthropic", body("max_tokens")) == "hi|length|19/1");
  BOOST_TEST(told("anthropic", body("pause_turn")) == "hi|other|19/1");
  BOOST_TEST(told("anthropic", body("refusal")) == "content_filtered");
  BOOST_TEST(told("anthropic", R"({"content":[],"stop_reason":"end_turn"})") == "invalid_output");
  BOOST_TEST(told("anthropic",
                  R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
                  529) == "overloaded");
}

BOOST_AUTO_TEST_CASE(gemini_has_parts_thoughts_and_blocks) {
  BOOST_TEST(request("gemini", call_of("")) ==
             R"({"contents":[{"role":"user","parts":[{"text":"U"}]},{"role":"model","parts":)"
             R"([{"text":"A"}]},{"role":"user","parts":[{"text":"V"}]}],"generationConfig":)"
             R"({"temperature":1,"topP":1,"maxOutputTokens":7,"candidateCount":1,"seed":3,)"
             R"("stopSequences":["\n"]}})");
  const auto body = [](std::string_view reason) {
    return fmt::format(
        R"({{"candidates":[{{"index":0,"content":{{"role":"model","parts":[)"
        R"({{"text":"x","thought":true}},{{"text":"h"}},{{"text":"i"}}]}},"finishReason":"{}"}}],)"
        R"("usageMetadata":{{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":3}},)"
        R"("modelVersion":"m-001"}})",
        reason);
  };
  BOOST_TEST(told("gemini", body("STOP")) == "hi|ended|5/5");
  BOOST_TEST(told("gemini", body("MAX_TOKENS")) == "hi|length|5/5");
  BOOST_TEST(told("gemini", body("SAFETY")) == "content_filtered");
  BOOST_TEST(told("gemini", body("MALFORMED_FUNCTION_CALL")) == "invalid_output");
  BOOST_TEST(told("gemini", R"({"promptFeedback":{"blockReason":"SAFETY"}})") ==
             "content_filtered");
  BOOST_TEST(told("gemini",
                  R"([{"error":{"code":400,"message":"API key not valid","status":)"
                  R"("INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}])",
                  400) == "auth");
  BOOST_TEST(told("gemini",
                  R"({"error":{"code":429,"message":"q","status":"RESOURCE_EXHAUSTED","details":[)"
                  R"({"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]}]}})",
                  429) == "quota_exhausted");
}

BOOST_AUTO_TEST_CASE(native_servers_write_texts) {
  const auto greedy = [] {
    auto call = call_of();
    call.sampling.temperature = 0;
    return call;
  }();
  BOOST_TEST(request("tgi", greedy) ==
             R"({"inputs":"C","parameters":{"max_new_tokens":7,"do_sample":false,"seed":3,)"
             R"("stop":["\n"],"decoder_input_details":true,"details":true}})");
  BOOST_TEST(told("tgi",
                  R"({"generated_text":"hi","details":{"finish_reason":"eos_token",)"
                  R"("generated_tokens":1,"prefill":[{"id":1,"text":"C","logprob":null}],)"
                  R"("tokens":[{"id":4,"text":"hi","logprob":-1,"special":false}]}})") ==
             "hi|ended|1/1");
  BOOST_TEST(told("sglang",
                  R"({"text":"hi","meta_info":{"finish_reason":{"type":"length","length":7},)"
                  R"("prompt_tokens":2,"completion_tokens":7}})") == "hi|length|2/7");
  BOOST_TEST(told("sglang",
                  R"({"text":"","meta_info":{"finish_reason":{"type":"abort"},)"
                  R"("prompt_tokens":2,"completion_tokens":0}})") == "server_error");
  // Its own defaults are not neutral: all are written out.
  BOOST_TEST(request("llamacpp", call_of()) ==
             R"({"prompt":"C","n_predict":7,"temperature":1,"top_p":1,"top_k":0,"min_p":0,)"
             R"("cache_prompt":false,"seed":3,"stop":["\n"],"stream":false})");
  BOOST_TEST(told("llamacpp",
                  R"({"content":"hi","stop_type":"limit","tokens_evaluated":2,)"
                  R"("tokens_predicted":7,"truncated":false})") == "hi|length|2/7");
  BOOST_TEST(told("llamacpp",
                  R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})",
                  503) == "overloaded");
}

BOOST_AUTO_TEST_SUITE_END()
