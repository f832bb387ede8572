#include "teacher/dialect.hpp"

#include "core/json_text.hpp"
#include "teacher/client.hpp"
#include "teacher/language.hpp"
#include "teacher/scoring.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <cmath>

namespace assay::teacher {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;

// "Why?" and "The" meet inside a token: by text they straddle, by ids they do not.
constexpr std::string_view prompt = "Why?";
constexpr std::string_view response = "The café’s “water” is 漢字 \U0001F600.";

const Model& base() {
  return bundled_model("teacher-base");
}

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

std::string whole_text() {
  return std::string(prompt).append(response);
}

std::vector<TokenId> joined_ids() {
  auto ids = base().vocabulary().encode(prompt);
  base().vocabulary().encode(response, ids);
  return ids;
}

std::string ids_json() {
  return fmt::format("[{}]", fmt::join(joined_ids(), ","));
}

std::vector<double> truth(std::vector<TokenId> tokens, Beginning beginning) {
  if (beginning == Beginning::bos) tokens.insert(tokens.begin(), Vocabulary::begin_of_text);
  std::vector<double> nats;
  for (const auto& token : score_tokens(base(), tokens)) nats.push_back(token.nats.value_or(0));
  return nats;
}
std::vector<double> truth_of_text(Beginning beginning) {
  return truth(base().vocabulary().encode(whole_text()), beginning);
}
std::vector<double> truth_of_ids() {
  return truth(joined_ids(), Beginning::plain);
}

struct World {
  World() : teacher(plain()), client(teacher.server()) {}
  static ServerOptions plain() {
    ServerOptions options;
    options.plain_http = true;
    return options;
  }

  // The answer's document lives until the next question.
  element ask(std::string_view path, std::string_view body, int status = 200) {
    const auto answer = client.post(path, body);
    BOOST_REQUIRE(answer.has_value());
    BOOST_REQUIRE_MESSAGE(answer->status == status, answer->body);
    text = answer->body;
    return parser.parse(text);
  }

  test::ServerFixture teacher;
  test::Client client;
  simdjson::dom::parser parser;
  std::string text;
};

// Values from the second on; the first has none.
void check(const std::vector<double>& said, const std::vector<double>& expected) {
  BOOST_REQUIRE(said.size() == expected.size());
  for (std::size_t i = 1; i < said.size(); ++i) BOOST_REQUIRE(said[i] == expected[i]);
}

std::vector<double> numbers(const array& values) {
  std::vector<double> out;
  for (const auto value : values) out.push_back(value.is_null() ? 0 : double{value});
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dialect)

BOOST_AUTO_TEST_CASE(a_path_names_dialect_and_model) {
  const auto place = place_of("/sglang@teacher-warm/generate?x=1", openai_dialect);
  BOOST_TEST(place.dialect->name == "sglang");
  BOOST_TEST((place.route != nullptr));
  BOOST_TEST(place.model == "teacher-warm");
  const auto gemini =
      place_of("/gemini/v1beta/models/teacher-base:generateContent", openai_dialect);
  BOOST_TEST(gemini.model == "teacher-base");
  BOOST_TEST(place_of("/v1/completions", vllm_dialect).dialect->name == "vllm");
  BOOST_TEST((place_of("/tgi/v1/completions", openai_dialect).route == nullptr));
}

BOOST_AUTO_TEST_CASE(vllm_states_prompt_logprobs_by_id) {
  World world;
  const auto body = fmt::format(
      R"({{"model":"teacher-base","prompt":{},"max_tokens":0,"prompt_logprobs":2,"return_token_ids":true}})",
      ids_json());
  const auto choice = world.ask("/vllm/v1/completions", body)["choices"].at(0);
  const array positions = choice["prompt_logprobs"];
  const auto ids = joined_ids();
  std::vector<double> said;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const element at = positions.at(i);
    BOOST_REQUIRE(std::uint64_t{choice["prompt_token_ids"].at(i)} == ids[i]);
    if (at.is_null()) {
      said.push_back(0);
      continue;
    }
    const auto own = at[std::to_string(ids[i])];
    said.push_back(own["logprob"]);
    BOOST_REQUIRE((simdjson::dom::object(at).size() == 2 || std::uint64_t{own["rank"]} > 2));
  }
  check(said, truth_of_ids());
}

BOOST_AUTO_TEST_CASE(vllm_puts_bos_before_text_and_counts_its_offsets) {
  World world;
  const auto body = [](std::string_view more) {
    return fmt::format(
        R"({{"model":"teacher-base","prompt":{},"max_tokens":0,"echo":true,"logprobs":1{}}})",
        json_string(whole_text()),
        more);
  };
  const auto choice = world.ask("/vllm/v1/completions", body(""))["choices"].at(0);
  BOOST_TEST(std::string_view(choice["text"]) == whole_text());
  BOOST_TEST(std::string_view(choice["logprobs"]["tokens"].at(0)) == "<|endoftext|>");
  BOOST_TEST(std::int64_t{choice["logprobs"]["text_offset"].at(1)} == 13);
  check(numbers(choice["logprobs"]["token_logprobs"]), truth_of_text(Beginning::bos));
  const auto plain = world.ask("/vllm/v1/completions", body(R"(,"add_special_tokens":false)"));
  check(numbers(plain["choices"].at(0)["logprobs"]["token_logprobs"]),
        truth_of_text(Beginning::plain));
  BOOST_TEST(std::int64_t{plain["usage"]["completion_tokens"]} == 1);  // made inside
}

BOOST_AUTO_TEST_CASE(tokenizers_agree_with_their_routes) {
  World world;
  const auto body = fmt::format(R"({{"prompt":{}}})", json_string(whole_text()));
  const auto with_bos = world.ask("/vllm/tokenize", body);
  BOOST_TEST(std::uint64_t{with_bos["tokens"].at(0)} == Vocabulary::begin_of_text);
  const auto count = std::uint64_t{with_bos["count"]};
  BOOST_TEST(std::uint64_t{world.ask("/tokenize", body)["count"]} == count - 1);
  const auto pieces =
      world.ask("/llama.cpp/tokenize",
                fmt::format(R"({{"content":{},"with_pieces":true}})", json_string("漢")))["tokens"];
  BOOST_TEST(std::uint64_t{pieces.at(0)["piece"].at(0)} == 0xe6u);
  BOOST_TEST(std::string_view(world.ask("/llama.cpp/detokenize",
                                        R"({"tokens":[230,188,162]})")["content"]) == "漢");
}

BOOST_AUTO_TEST_CASE(sglang_answers_from_where_it_is_asked) {
  World world;
  const auto ids = joined_ids();
  const auto boundary = base().vocabulary().encode(prompt).size();
  const auto body =
      fmt::format(R"({{"input_ids":[{}],"sampling_params":{{"max_new_tokens":0,"temperature":1}},)"
                  R"("return_logprob":true,"logprob_start_len":{}}})",
                  ids_json(),
                  boundary - 1);
  const auto answer = world.ask("/sglang/generate", body).at(0)["meta_info"];
  const array triples = answer["input_token_logprobs"];
  const auto expected = truth_of_ids();
  BOOST_REQUIRE(triples.size() == ids.size() - boundary + 1);
  BOOST_TEST(triples.at(0).at(0).is_null());
  for (std::size_t i = 1; i < triples.size(); ++i) {
    BOOST_REQUIRE(double{triples.at(i).at(0)} == expected[boundary - 1 + i]);
    BOOST_REQUIRE(std::uint64_t{triples.at(i).at(1)} == ids[boundary - 1 + i]);
  }
  BOOST_TEST(std::uint64_t{answer["prompt_tokens"]} == ids.size());
}

BOOST_AUTO_TEST_CASE(tgi_shows_its_prefill_and_makes_a_token) {
  World world;
  const auto body = fmt::format(
      R"({{"inputs":{},"parameters":{{"max_new_tokens":1,"decoder_input_details":true,"details":true}}}})",
      json_string(whole_text()));
  const auto details = world.ask("/tgi/generate", body)["details"];
  std::vector<double> said;
  for (const auto entry : array(details["prefill"]))
    said.push_back(entry["logprob"].is_null() ? 0 : double{entry["logprob"]});
  check(said, truth_of_text(Beginning::bos));
  BOOST_TEST(array(details["tokens"]).size() == 1);
  const auto refused =
      world.ask("/tgi/generate", R"({"inputs":"a","parameters":{"max_new_tokens":0}})", 422);
  BOOST_TEST(std::string_view(refused["error_type"]) == "validation");
}

BOOST_AUTO_TEST_CASE(fireworks_writes_both_formats_with_zero_first) {
  World world;
  const auto body = [](std::string_view logprobs) {
    return fmt::format(
        R"({{"model":"teacher-base","prompt":{},"max_tokens":0,"echo":true,"logprobs":{}}})",
        ids_json(),
        logprobs);
  };
  const auto path = "/fireworks/inference/v1/completions";
  const auto legacy = world.ask(path, body("1"))["choices"].at(0)["logprobs"];
  BOOST_TEST(double{legacy["token_logprobs"].at(0)} == 0);
  BOOST_TEST(!legacy["token_logprobs"].at(0).is_null());
  check(numbers(legacy["token_logprobs"]), truth_of_ids());
  const auto content = world.ask(path, body("true"))["choices"].at(0)["logprobs"]["content"];
  std::vector<double> said;
  std::string bytes;
  for (const auto entry : array(content)) {
    said.push_back(entry["logprob"]);
    for (const auto byte : array(entry["bytes"])) bytes += static_cast<char>(std::uint64_t{byte});
  }
  check(said, truth_of_ids());
  BOOST_TEST(bytes == whole_text());
}

BOOST_AUTO_TEST_CASE(fireworks_echoes_the_last_tokens_only) {
  World world;
  const auto body = fmt::format(
      R"({{"model":"teacher-base","prompt":{},"max_tokens":0,"echo_last":4,"logprobs":1}})",
      ids_json());
  const auto choice = world.ask("/fireworks/inference/v1/completions", body)["choices"].at(0);
  auto expected = truth_of_ids();
  expected.erase(expected.begin(), expected.end() - 4);
  const auto said = numbers(choice["logprobs"]["token_logprobs"]);
  check(said, expected);
  BOOST_TEST(said[0] == expected[0]);
}

BOOST_AUTO_TEST_CASE(together_puts_the_prompt_beside_the_choices) {
  World world;
  const auto body = fmt::format(
      R"({{"model":"teacher-base","prompt":{},"max_tokens":1,"echo":true,"logprobs":1}})",
      json_string(whole_text()));
  const auto answer = world.ask("/together/v1/completions", body);
  BOOST_TEST(std::string_view(answer["prompt"].at(0)["text"]) == whole_text());
  const auto columns = answer["prompt"].at(0)["logprobs"];
  check(numbers(columns["token_logprobs"]), truth_of_text(Beginning::plain));
  BOOST_TEST((columns["text_offset"].error() == simdjson::NO_SUCH_FIELD));
  world.ask("/together/v1/completions", R"({"model":"teacher-base","prompt":["a"]})", 400);
}

BOOST_AUTO_TEST_CASE(llama_cpp_refuses_echo_and_scores_a_forced_step) {
  World world;
  world.ask("/llama.cpp/v1/completions",
            R"({"model":"teacher-base","prompt":"a","echo":true,"logprobs":1,"max_tokens":1})",
            500);
  const auto ids = joined_ids();
  const auto expected = truth_of_ids();
  for (std::size_t i = 3; i < 6; ++i) {
    const std::vector<TokenId> before(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i));
    const auto body = fmt::format(
        R"({{"prompt":[{}],"n_predict":1,"n_probs":1,"logit_bias":[[{},1000]],"return_tokens":true}})",
        fmt::join(before, ","),
        ids[i]);
    const auto answer = world.ask("/llama.cpp/completion", body);
    BOOST_TEST(std::uint64_t{answer["tokens"].at(0)} == ids[i]);
    BOOST_TEST(double{answer["completion_probabilities"].at(0)["logprob"]} == expected[i]);
  }
}

BOOST_AUTO_TEST_CASE(llama_cpp_python_reads_a_bos_that_it_does_not_show) {
  World world;
  const auto body = fmt::format(R"({{"prompt":{},"max_tokens":1,"echo":true,"logprobs":1}})",
                                json_string(whole_text()));
  const auto columns =
      world.ask("/llama-cpp-python/v1/completions", body)["choices"].at(0)["logprobs"];
  auto expected = truth_of_text(Beginning::bos);
  expected.erase(expected.begin());
  auto said = numbers(columns["token_logprobs"]);
  said.resize(expected.size());  // what was made follows
  check(said, expected);
  BOOST_TEST(columns["token_logprobs"].at(0).is_null());
  BOOST_TEST(std::int64_t{columns["text_offset"].at(0)} == 0);
}

BOOST_AUTO_TEST_CASE(chat_writes_content_that_joins_to_the_text) {
  World world;
  const auto answer = world.ask(
      "/v1/chat/completions",
      R"({"model":"teacher-base","messages":[{"role":"user","content":"Why?"}],"max_completion_tokens":8,"logprobs":true,"top_logprobs":2})");
  const auto choice = answer["choices"].at(0);
  std::string bytes;
  for (const auto entry : array(choice["logprobs"]["content"])) {
    for (const auto byte : array(entry["bytes"])) bytes += static_cast<char>(std::uint64_t{byte});
    BOOST_TEST(array(entry["top_logprobs"]).size() == 2);
  }
  BOOST_TEST(bytes == std::string_view(choice["message"]["content"]));
}

BOOST_AUTO_TEST_CASE(providers_that_generate_answer_in_their_own_words) {
  World world;
  const auto claude = world.ask(
      "/anthropic/v1/messages",
      R"({"model":"teacher-base","max_tokens":5,"system":"Be brief.","messages":[{"role":"user","content":"Why?"}]})");
  BOOST_TEST(std::string_view(claude["type"]) == "message");
  BOOST_TEST(std::int64_t{claude["usage"]["output_tokens"]} <= 5);
  const auto refused = world.ask(
      "/anthropic/v1/messages",
      R"({"model":"teacher-base","max_tokens":5,"messages":[{"role":"assistant","content":"a"}]})",
      400);
  BOOST_TEST(std::string_view(refused["error"]["type"]) == "invalid_request_error");
  const auto gemini = world.ask(
      "/gemini/v1beta/models/teacher-base:generateContent",
      R"({"contents":[{"role":"user","parts":[{"text":"Why?"}]}],"generationConfig":{"maxOutputTokens":4,"responseLogprobs":true,"logprobs":2}})");
  BOOST_TEST(std::string_view(gemini["modelVersion"]) == "teacher-base");
  const auto azure =
      world.ask("/azure/openai/deployments/teacher-base/chat/completions?api-version=1",
                R"({"messages":[{"role":"user","content":"Why?"}]})");
  BOOST_TEST(std::string_view(azure["model"]) == "teacher-base");
  const auto unscored = world.ask("/openrouter/api/v1/completions",
                                  R"({"model":"teacher-base","prompt":"a","echo":true})",
                                  400);
  BOOST_TEST(std::int64_t{unscored["error"]["code"]} == 400);
}

BOOST_AUTO_TEST_CASE(a_stream_holds_the_same_text_and_values) {
  World world;
  const auto body = [](std::string_view more) {
    return test::completion_body(
        "teacher-base",
        whole_text(),
        fmt::format(R"(,"echo":true,"logprobs":1,"max_tokens":6,"seed":3{})", more));
  };
  const auto whole = world.ask("/v1/completions", body(""))["choices"].at(0);
  const auto expected = numbers(whole["logprobs"]["token_logprobs"]);
  const auto expected_text = std::string(std::string_view(whole["text"]));
  const auto answer = world.client.post("/v1/completions", body(R"(,"stream":true)"));
  BOOST_TEST(answer->headers.at("content-type") == "text/event-stream");
  std::string text;
  std::vector<double> said;
  std::string_view rest = answer->body;
  while (rest.starts_with("data: {")) {
    const auto end = rest.find("\n\n");
    const element event = world.parser.parse(std::string(rest.substr(6, end - 6)));
    text += std::string_view(event["choices"].at(0)["text"]);
    for (const auto value : numbers(event["choices"].at(0)["logprobs"]["token_logprobs"]))
      said.push_back(value);
    rest.remove_prefix(end + 2);
  }
  BOOST_TEST(rest == "data: [DONE]\n\n");
  BOOST_TEST(text == expected_text);
  check(said, expected);
}

BOOST_AUTO_TEST_CASE(each_provider_states_its_limits_in_its_own_headers) {
  ServerOptions options;
  options.plain_http = true;
  options.limits.requests_per_minute = 60'000;
  options.limits.tokens_per_minute = 6'000'000;
  test::ServerFixture teacher(std::move(options));
  test::Client client(teacher.server());
  const auto headers = [&](std::string_view path, std::string_view body) {
    return client.post(path, body)->headers;
  };
  constexpr std::string_view plain = R"({"model":"teacher-base","prompt":"a","max_tokens":1})";
  constexpr std::string_view chat =
      R"({"model":"teacher-base","max_tokens":1,"messages":[{"role":"user","content":"a"}]})";
  BOOST_TEST(headers("/v1/completions", plain).at("x-ratelimit-reset-requests").ends_with("s"));
  const auto azure = headers("/azure/openai/deployments/teacher-base/chat/completions", chat);
  BOOST_TEST(azure.at("x-ratelimit-reset-requests").find('s') == std::string::npos);
  BOOST_TEST(headers("/anthropic/v1/messages", chat)
                 .at("anthropic-ratelimit-tokens-reset")
                 .ends_with("Z"));
  BOOST_TEST(headers("/together/v1/completions", plain).at("x-tokenlimit-limit") == "6000000");
  BOOST_TEST(
      headers("/fireworks/inference/v1/completions", plain).at("x-ratelimit-limit-tokens-prompt") ==
      "100000");
  BOOST_TEST(headers("/vllm/v1/completions", plain).count("x-ratelimit-limit-requests") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
