#include "teacher/server.hpp"

#include "teacher/client.hpp"
#include "teacher/language.hpp"
#include "teacher/scoring.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <cmath>
#include <thread>

namespace assay::teacher {

namespace {

using simdjson::dom::element;
using test::Answer;
using test::Client;
using test::completion_body;
using test::echo_body;
using test::ServerFixture;

constexpr std::string_view route = "/v1/completions";
constexpr std::string_view text =
    "What is the café doing?\nIt’s often said — “water” 漢字 \U0001F600 moves.";

// The document lives as long as the parser that is kept here.
class Json {
 public:
  explicit Json(std::string_view body) : root_(parser_.parse(body)) {}
  [[nodiscard]] element operator[](std::string_view key) const { return root_[key]; }
  [[nodiscard]] element choice(std::size_t index = 0) const { return root_["choices"].at(index); }

 private:
  simdjson::dom::parser parser_;
  element root_;
};

std::string error_code(const Answer& answer) {
  const Json json(answer.body);
  const element code = json["error"]["code"];
  return code.is_null() ? "" : std::string(std::string_view(code));
}

std::size_t code_points(std::string_view bytes) {
  return static_cast<std::size_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(an_echo_holds_the_models_own_log_probs) {
  ServerFixture teacher;
  Client client(teacher.server());
  for (const auto name : {"teacher-base", "teacher-warm", "teacher-focused", "teacher-terse"}) {
    const auto answer = client.post(route, echo_body(name, text));
    BOOST_REQUIRE((answer && answer->status == 200));
    const Json json(answer->body);
    BOOST_TEST(std::string_view(json.choice()["text"]) == text);
    BOOST_TEST(std::string_view(json["model"]) == name);
    const auto scored = score_text(bundled_model(name), text);
    const simdjson::dom::array values = json.choice()["logprobs"]["token_logprobs"];
    const simdjson::dom::array offsets = json.choice()["logprobs"]["text_offset"];
    BOOST_REQUIRE(values.size() == scored.size());
    BOOST_REQUIRE(offsets.size() == scored.size());
    BOOST_TEST(values.at(0).is_null());
    for (std::size_t i = 1; i < scored.size(); ++i)
      BOOST_REQUIRE(double{values.at(i)} == *scored[i].nats);
    BOOST_TEST(std::int64_t{json["usage"]["prompt_tokens"]} ==
               static_cast<std::int64_t>(scored.size()));
    BOOST_TEST(std::int64_t{json["usage"]["completion_tokens"]} == 0);
  }
}

BOOST_AUTO_TEST_CASE(offsets_count_code_points_and_fragments_show_bytes) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto answer = client.post(route, echo_body("teacher-base", text));
  const Json json(answer->body);
  const auto scored = score_text(bundled_model("teacher-base"), text);
  const auto& vocabulary = bundled_model("teacher-base").vocabulary();
  int fragments = 0;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    const auto before = code_points(text.substr(0, scored[i].begin));
    const bool inside = (text[scored[i].begin] & 0xc0) == 0x80;
    BOOST_REQUIRE(std::uint64_t{json.choice()["logprobs"]["text_offset"].at(i)} ==
                  before - (inside ? 1 : 0));
    const std::string_view shown = json.choice()["logprobs"]["tokens"].at(i);
    if (shown.starts_with("bytes:\\x")) {
      ++fragments;
    } else {
      BOOST_REQUIRE(shown == vocabulary.bytes_of(scored[i].token));
    }
  }
  BOOST_TEST(fragments > 3);
}

BOOST_AUTO_TEST_CASE(top_logprobs_hold_the_best_and_the_chosen) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto answer = client.post(
      route,
      completion_body(
          "teacher-base", "The garden is warm.", R"(,"echo":true,"logprobs":5,"max_tokens":0)"));
  const Json json(answer->body);
  const simdjson::dom::array tops = json.choice()["logprobs"]["top_logprobs"];
  BOOST_TEST(tops.at(0).is_null());
  for (std::size_t i = 1; i < tops.size(); ++i) {
    const simdjson::dom::object top = tops.at(i);
    const std::string_view chosen = json.choice()["logprobs"]["tokens"].at(i);
    BOOST_TEST((top.size() == 5 || top.size() == 6));
    BOOST_TEST(double{top[chosen]} == double{json.choice()["logprobs"]["token_logprobs"].at(i)});
    double mass = 0;
    for (const auto entry : top) mass += std::exp(double{entry.value});
    BOOST_TEST(mass <= 1 + 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(generation_follows_the_echo_and_counts) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto answer =
      client.post(route,
                  completion_body("teacher-base",
                                  "How do I bake bread?\n",
                                  R"(,"echo":true,"logprobs":1,"max_tokens":7,"seed":4)"));
  const Json json(answer->body);
  const auto made = std::int64_t{json["usage"]["completion_tokens"]};
  const simdjson::dom::array tokens = json.choice()["logprobs"]["tokens"];
  BOOST_TEST(static_cast<std::int64_t>(tokens.size()) ==
             std::int64_t{json["usage"]["prompt_tokens"]} + made);
  BOOST_TEST(std::string_view(json.choice()["text"]).starts_with("How do I bake bread?\n"));
  BOOST_TEST(std::string_view(json.choice()["finish_reason"]) == (made == 7 ? "length" : "stop"));
  const auto again =
      client.post(route,
                  completion_body("teacher-base",
                                  "How do I bake bread?\n",
                                  R"(,"echo":true,"logprobs":1,"max_tokens":7,"seed":4)"));
  BOOST_TEST(std::string_view(Json(again->body).choice()["text"]) ==
             std::string_view(json.choice()["text"]));
}

BOOST_AUTO_TEST_CASE(a_stop_ends_the_text_before_it) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto answer =
      client.post(route,
                  completion_body("teacher-base",
                                  "How do I bake bread?\n",
                                  R"(,"max_tokens":200,"stop":["e"],"logprobs":0)"));
  const Json json(answer->body);
  BOOST_TEST(std::string_view(json.choice()["text"]).find('e') == std::string_view::npos);
  BOOST_TEST(std::string_view(json.choice()["finish_reason"]) == "stop");
}

BOOST_AUTO_TEST_CASE(an_array_of_prompts_is_answered_by_index) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto answer = client.post(
      route,
      R"({"model":"teacher-base","prompt":["The bread","The moon"],"echo":true,"logprobs":1,"max_tokens":0})");
  const Json json(answer->body);
  BOOST_TEST(std::string_view(json.choice(0)["text"]) == "The bread");
  BOOST_TEST(std::string_view(json.choice(1)["text"]) == "The moon");
  BOOST_TEST(std::int64_t{json.choice(1)["index"]} == 1);
}

BOOST_AUTO_TEST_CASE(token_ids_are_scored_as_they_are) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto tokenized = client.post(
      "/tokenize", R"({"model":"teacher-base","prompt":"Why?The bread","return_token_strs":true})");
  const Json tokens(tokenized->body);
  BOOST_TEST(simdjson::dom::array(tokens["token_strs"]).size() == std::uint64_t{tokens["count"]});
  // "Why?" and "The bread" by themselves: ids keep the boundary that the joined text would lose.
  const auto& model = bundled_model("teacher-base");
  auto ids = model.vocabulary().encode("Why?");
  const auto rest = model.vocabulary().encode("The bread");
  ids.insert(ids.end(), rest.begin(), rest.end());
  const auto answer = client.post(
      route,
      fmt::format(
          R"({{"model":"teacher-base","prompt":[{}],"echo":true,"logprobs":1,"max_tokens":0}})",
          fmt::join(ids, ",")));
  const Json json(answer->body);
  BOOST_TEST(simdjson::dom::array(json.choice()["logprobs"]["tokens"]).size() == ids.size());
  BOOST_TEST(ids.size() > std::uint64_t{tokens["count"]});
}

BOOST_AUTO_TEST_CASE(refusals_have_their_status_and_code) {
  ServerOptions options;
  options.keys = {Secret("right")};
  options.context_tokens_max = 64;
  ServerFixture teacher(std::move(options));
  Client client(teacher.server());
  const auto unkeyed = client.post(route, echo_body("teacher-base", "a"));
  BOOST_TEST(unkeyed->status == 401);
  BOOST_TEST(error_code(*unkeyed) == "invalid_api_key");
  client.key = "wrong";
  BOOST_TEST(client.get("/v1/models")->status == 401);
  client.key = "right";
  const auto model = client.post(route, echo_body("gpt", "a"));
  BOOST_TEST(model->status == 404);
  BOOST_TEST(error_code(*model) == "model_not_found");
  const auto context = client.post(route, echo_body("teacher-base", std::string(100, '\x01')));
  BOOST_TEST(context->status == 400);
  BOOST_TEST(error_code(*context) == "context_length_exceeded");
  BOOST_TEST(client.post(route, "{")->status == 400);
  BOOST_TEST(client.get("/v1/nothing")->status == 404);
  BOOST_TEST(client.post(route, echo_body("teacher-base", "a"))->status == 200);
}

BOOST_AUTO_TEST_CASE(models_are_listed_with_their_fingerprints) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto answer = client.get("/v1/models");
  const Json json(answer->body);
  const simdjson::dom::array data = json["data"];
  BOOST_TEST(data.size() == default_models().size());
  BOOST_TEST(std::string_view(data.at(0)["system_fingerprint"]) ==
             bundled_model("teacher-base").fingerprint());
}

BOOST_AUTO_TEST_CASE(limits_are_enforced_and_stated) {
  ServerOptions options;
  options.limits.requests_per_minute = 60;
  options.limits.burst = std::chrono::seconds(2);
  ServerFixture teacher(std::move(options));
  Client client(teacher.server());
  const auto first = client.post(route, echo_body("teacher-base", "a"));
  BOOST_TEST(first->headers.at("x-ratelimit-limit-requests") == "60");
  BOOST_TEST(first->headers.at("x-ratelimit-remaining-requests") == "1");
  BOOST_TEST(client.post(route, echo_body("teacher-base", "a"))->status == 200);
  const auto refused = client.post(route, echo_body("teacher-base", "a"));
  BOOST_TEST(refused->status == 429);
  BOOST_TEST(error_code(*refused) == "rate_limit_exceeded");
  const auto wait_ms = std::stoi(refused->headers.at("retry-after-ms"));
  BOOST_TEST((wait_ms > 0 && wait_ms <= 1000));
  BOOST_TEST(refused->headers.at("retry-after") == "1");
  teacher.server().change_limits({});
  BOOST_TEST(client.post(route, echo_body("teacher-base", "a"))->status == 200);
  const auto counters = teacher.server().counters();
  BOOST_TEST(counters.requests == 4u);
  BOOST_TEST(counters.answered + counters.faulted + counters.refused == 4u);
  BOOST_TEST(counters.refused == 1u);
}

BOOST_AUTO_TEST_CASE(limits_may_halve_in_the_run) {
  ServerOptions options;
  options.limits.requests_per_minute = 600;
  options.halve_after = Duration{};
  ServerFixture teacher(std::move(options));
  Client client(teacher.server());
  const auto answer = client.post(route, echo_body("teacher-base", "a"));
  BOOST_TEST(answer->headers.at("x-ratelimit-limit-requests") == "300");
}

BOOST_AUTO_TEST_CASE(an_outage_refuses_all_and_passes) {
  ServerOptions options;
  options.outages = {*parse_outage("0s+60m")};
  ServerFixture down(options);
  Client client(down.server());
  BOOST_TEST(client.post(route, echo_body("teacher-base", "a"))->status == 503);
  options.outages = {*parse_outage("60m+60m")};
  ServerFixture up(options);
  Client other(up.server());
  BOOST_TEST(other.post(route, echo_body("teacher-base", "a"))->status == 200);
  for (const auto wrong : {"", "5s", "5s+", "+5s", "5s+0s", "x+1s"})
    BOOST_TEST(!parse_outage(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(concurrency_is_held_until_the_answer_is_out) {
  ServerOptions options;
  options.limits.concurrency = 1;
  options.faults.rules = {*parse_fault_rule("stall@1")};
  ServerFixture teacher(std::move(options));
  auto stalled = std::make_unique<Client>(teacher.server());
  stalled->send(fmt::format("POST {} HTTP/1.1\r\ncontent-length: {}\r\n\r\n{}",
                            route,
                            echo_body("teacher-base", "a").size(),
                            echo_body("teacher-base", "a")));
  while (teacher.server().counters().requests == 0) {
    std::this_thread::yield();
  }
  Client client(teacher.server());
  BOOST_TEST(client.post(route, echo_body("teacher-base", "a"))->status == 429);
  stalled.reset();
  // The server learns of the end from the socket; each refusal in between is an answer we wait for.
  int status = 429;
  for (int tries = 0; tries < 1000 && status == 429; ++tries)
    status = client.post(route, echo_body("teacher-base", "a"))->status;
  BOOST_TEST(status == 200);
}

BOOST_AUTO_TEST_CASE(latency_delays_the_answer) {
  ServerOptions options;
  options.latency = *parse_latency("30ms");
  ServerFixture teacher(std::move(options));
  Client client(teacher.server());
  const auto start = std::chrono::steady_clock::now();
  BOOST_TEST(client.post(route, echo_body("teacher-base", "a"))->status == 200);
  BOOST_TEST((std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(30)));
}

BOOST_AUTO_TEST_CASE(no_more_alternatives_are_listed_than_the_server_gives) {
  ServerOptions options;
  options.alternatives_max = 0;
  ServerFixture teacher(std::move(options));
  Client client(teacher.server());
  const auto answer = client.post(route, echo_body("teacher-base", text));
  BOOST_TEST(answer->body.find("\"top_logprobs\":null") != std::string::npos, answer->body);
  BOOST_TEST(answer->body.find("\"token_logprobs\":[null,-") != std::string::npos, answer->body);
}

BOOST_AUTO_TEST_CASE(precomputed_answers_are_the_same_bytes) {
  for (const bool precomputed : {false, true}) {
    ServerOptions options;
    options.precomputed = precomputed;
    options.plain_http = true;
    options.faults.rules = {*parse_fault_rule("null-logprob@3")};
    ServerFixture teacher(std::move(options));
    Client client(teacher.server());
    std::vector<std::string> choices;
    for (int i = 0; i < 4; ++i) {
      const auto answer = client.post(route, echo_body("teacher-base", text));
      choices.push_back(answer->body.substr(answer->body.find("\"choices\"")));
    }
    BOOST_TEST(choices[0] == choices[1]);
    BOOST_TEST(choices[0] != choices[2]);
    BOOST_TEST(choices[0] == choices[3]);
  }
}

BOOST_AUTO_TEST_CASE(requests_may_be_sent_ahead_on_one_connection) {
  ServerFixture teacher;
  Client client(teacher.server());
  const auto one = [](std::string_view prompt) {
    const auto body = echo_body("teacher-base", prompt);
    return fmt::format(
        "POST {} HTTP/1.1\r\ncontent-length: {}\r\n\r\n{}", route, body.size(), body);
  };
  client.send(one("first") + one("second") + one(std::string(40'000, 'x')));
  BOOST_TEST(std::string_view(Json(client.receive()->body).choice()["text"]) == "first");
  BOOST_TEST(std::string_view(Json(client.receive()->body).choice()["text"]) == "second");
  BOOST_TEST(client.receive()->status == 400);  // too long for the context
}

BOOST_AUTO_TEST_CASE(several_loops_serve_one_port) {
  ServerOptions options;
  options.threads = 2;
  ServerFixture teacher(std::move(options));
  for (int i = 0; i < 8; ++i) {
    Client client(teacher.server());
    BOOST_TEST(client.post(route, echo_body("teacher-base", "a"))->status == 200);
  }
  BOOST_TEST(teacher.server().counters().requests == 8u);
}

BOOST_AUTO_TEST_CASE(it_stops_with_clients_connected) {
  ServerOptions options;
  options.faults.rules = {*parse_fault_rule("stall@1")};
  ServerFixture teacher(std::move(options));
  Client client(teacher.server());
  const auto body = echo_body("teacher-base", "a");
  client.send(
      fmt::format("POST {} HTTP/1.1\r\ncontent-length: {}\r\n\r\n{}", route, body.size(), body));
  teacher.server().stop();
  BOOST_TEST(!client.receive().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
