#include "teacher/lie.hpp"

#include "teacher/client.hpp"
#include "teacher/fault_table.hpp"
#include "teacher/language.hpp"
#include "teacher/scoring.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <cmath>

namespace assay::teacher {

namespace {

constexpr std::string_view text =
    "  What is the café doing?\r\nIt’s <|im_end|> “water” 漢字 moves the old garden, they say.";
constexpr std::string_view more = R"(,"echo":true,"logprobs":3,"max_tokens":0)";

// One answer as far as these tests look at it.
struct Seen {
  std::string body;
  std::string text;
  std::vector<std::string> tokens;
  std::vector<std::optional<double>> values;
  std::int64_t prompt_tokens = 0;
};

Seen seen(const std::optional<test::Answer>& answer, std::size_t index = 0) {
  BOOST_REQUIRE(answer.has_value());
  BOOST_REQUIRE_MESSAGE(answer->status == 200, answer->body);
  Seen out;
  out.body = answer->body;
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(answer->body);
  const simdjson::dom::element choice = root["choices"].at(index);
  out.text = std::string_view(choice["text"]);
  for (const auto token : simdjson::dom::array(choice["logprobs"]["tokens"]))
    out.tokens.emplace_back(std::string_view(token));
  for (const auto value : simdjson::dom::array(choice["logprobs"]["token_logprobs"]))
    out.values.push_back(value.is_null() ? std::nullopt : std::optional(double{value}));
  if (root["usage"].is_object()) out.prompt_tokens = root["usage"]["prompt_tokens"];
  return out;
}

// A provider with one lie that is always told.
class Liar {
 public:
  explicit Liar(std::string_view rule, std::int64_t context = 4096)
      : teacher_(options_of(rule, context)), client_(teacher_.server()) {}
  std::optional<test::Answer> post(std::string_view body) {
    return client_.post("/v1/completions", body);
  }
  Seen ask(std::string_view prompt = text, std::string_view fields = more) {
    return seen(post(test::completion_body("teacher-base", prompt, fields)));
  }

 private:
  static ServerOptions options_of(std::string_view rule, std::int64_t context) {
    ServerOptions options;
    options.plain_http = true;
    options.context_tokens_max = context;
    options.models = {{.name = "teacher-base"}, {.name = "warm", .temperature = 1.5}};
    if (!rule.empty()) options.faults.rules = {*parse_fault_rule(rule)};
    return options;
  }
  test::ServerFixture teacher_;
  test::Client client_;
};

std::vector<double> honest(std::string_view of = text, std::string_view model = "teacher-base") {
  std::vector<double> values;
  for (const auto& token : score_text(bundled_model(model), of))
    values.push_back(token.nats.value_or(0));
  return values;
}

double furthest(const std::vector<std::optional<double>>& said, const std::vector<double>& truth) {
  BOOST_REQUIRE(said.size() == truth.size());
  double most = 0;
  for (std::size_t i = 1; i < said.size(); ++i)
    most = std::max(most, std::abs(said[i].value() - truth[i]));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lie)

BOOST_AUTO_TEST_CASE(lies_that_depend_are_honest_until_then) {
  for (const auto name : {"temperature-scaling",
                          "top-p-scaling",
                          "batch-dependence",
                          "concurrency-dependence",
                          "max-tokens-dependence",
                          "prefix-cache",
                          "drift",
                          "truncate-left",
                          "greedy-mismatch",
                          "swapped-choices"}) {
    BOOST_TEST(furthest(Liar(name).ask().values, honest()) == 0, name);
  }
}

BOOST_AUTO_TEST_CASE(values_are_changed_as_the_table_says) {
  const auto truth = honest();
  const auto last = truth.size() - 1;
  const auto shifted = Liar("shifted-logprobs").ask().values;
  for (std::size_t i = 1; i < last; ++i) BOOST_REQUIRE(*shifted[i] == truth[i + 1]);
  for (const auto& value : Liar("null-logprobs").ask().values) BOOST_REQUIRE(!value);
  const auto zero = Liar("zero-logprobs").ask().values;
  const auto constant = Liar("constant-logprobs").ask().values;
  const auto floored = Liar("floored-logprobs=4").ask().values;
  for (std::size_t i = 1; i <= last; ++i) {
    BOOST_REQUIRE(*zero[i] == 0);
    BOOST_REQUIRE(*constant[i] == -1);
    BOOST_REQUIRE(*floored[i] == (truth[i] < -4 ? -9999.0 : truth[i]));
  }
}

BOOST_AUTO_TEST_CASE(noise_is_new_each_time_and_of_its_size) {
  Liar liar("noise=0.5");
  const auto first = liar.ask().values;
  const auto second = liar.ask().values;
  const auto size = furthest(first, honest());
  BOOST_TEST((size > 0.1 && size < 4));
  double most = 0;
  for (std::size_t i = 1; i < first.size(); ++i)
    most = std::max(most, std::abs(*first[i] - *second[i]));
  BOOST_TEST(most > 0.1);
}

BOOST_AUTO_TEST_CASE(values_follow_sampling_parameters_only_in_a_lie) {
  const std::string neutral = std::string(more) + R"(,"temperature":1.5,"top_p":0.5)";
  BOOST_TEST(furthest(Liar("").ask(text, neutral).values, honest()) == 0);
  const auto hot = Language::bundled().model({.name = "hot", .temperature = 1.5});
  std::vector<double> scaled;
  for (const auto& token : score_text(*hot, text)) scaled.push_back(token.nats.value_or(0));
  const auto warm = std::string(more) + R"(,"temperature":1.5)";
  BOOST_TEST(furthest(Liar("temperature-scaling").ask(text, warm).values, scaled) < 1e-12);
  const auto nucleus = Liar("top-p-scaling").ask(text, std::string(more) + R"(,"top_p":0.5)");
  const auto truth = honest();
  int outside = 0;
  for (std::size_t i = 1; i < truth.size(); ++i) {
    outside += *nucleus.values[i] == -9999.0 ? 1 : 0;
    BOOST_REQUIRE((*nucleus.values[i] == -9999.0 || *nucleus.values[i] > truth[i]));
  }
  BOOST_TEST(outside > 5);
}

BOOST_AUTO_TEST_CASE(other_weights_have_the_right_name) {
  const auto answer = Liar("other-weights").ask();
  const auto warm = Language::bundled().model({.name = "warm", .temperature = 1.5});
  std::vector<double> other;
  for (const auto& token : score_text(*warm, text)) other.push_back(token.nats.value_or(0));
  BOOST_TEST(furthest(answer.values, other) == 0);
  BOOST_TEST(answer.body.find(bundled_model("teacher-base").fingerprint()) != std::string::npos);
  BOOST_TEST(answer.body.find(R"("model":"teacher-base")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_prefix_asked_before_changes_what_follows_it) {
  Liar liar("prefix-cache");
  BOOST_TEST(furthest(liar.ask().values, honest()) == 0);
  BOOST_TEST(furthest(liar.ask().values, honest()) > 0.01);
  BOOST_TEST(furthest(liar.ask("Something else.").values, honest("Something else.")) == 0);
}

BOOST_AUTO_TEST_CASE(a_drift_comes_after_its_number_of_requests) {
  Liar liar("drift=3");
  for (int i = 0; i < 3; ++i) BOOST_TEST(furthest(liar.ask().values, honest()) == 0);
  BOOST_TEST(furthest(liar.ask().values, honest()) > 0.01);
}

BOOST_AUTO_TEST_CASE(a_batch_changes_values_and_choices) {
  const auto body =
      R"({"model":"teacher-base","prompt":["The bread","The moon is"],"echo":true,"logprobs":1,"max_tokens":0})";
  const auto moved = seen(Liar("batch-dependence").post(body), 1);
  BOOST_TEST(std::abs(furthest(moved.values, honest("The moon is")) - 0.01) < 1e-12);
  // Every content is struck: each exchange with the next gives both back, so one is chosen.
  BOOST_TEST(seen(Liar("swapped-choices@1").post(body), 0).text == "The moon is");
  BOOST_TEST(seen(Liar("swapped-choices@1").post(body), 1).text == "The bread");
  BOOST_TEST(seen(Liar("copied-choices@1").post(body), 0).text == "The moon is");
  BOOST_TEST(seen(Liar("duplicate-choices@1").post(body), 2).text == "The bread");
  BOOST_TEST(seen(Liar("unordered-choices@1").post(body), 0).text == "The moon is");
}

BOOST_AUTO_TEST_CASE(what_follows_changes_what_stands_before) {
  Liar liar("suffix-dependence");
  const auto shorter = liar.ask("The garden needs water. ").values;
  const auto longer = liar.ask("The garden needs water. \xff and more").values;
  BOOST_TEST(std::abs(*shorter[1] - *longer[1]) > 1e-4);
}

BOOST_AUTO_TEST_CASE(a_long_prompt_is_cut_at_the_end_that_is_named) {
  const auto left = Liar("truncate-left=8").ask();
  BOOST_TEST((left.values.size() == 8 && text.ends_with(left.text)));
  const auto right = Liar("truncate-right=8").ask();
  BOOST_TEST((right.values.size() == 8 && text.starts_with(right.text)));
  BOOST_TEST(right.prompt_tokens == 8);
  BOOST_TEST(Liar("truncate-left", 16).ask().values.size() == 16);
  const auto refused =
      Liar("truncate-left@9", 16).post(test::completion_body("teacher-base", text, more));
  BOOST_TEST(refused->status == 400);
}

BOOST_AUTO_TEST_CASE(what_is_read_may_not_be_what_was_sent) {
  const auto doubled = Liar("double-bos").ask();
  BOOST_TEST(doubled.text == "<|endoftext|><|endoftext|>" + std::string(text));
  BOOST_TEST(doubled.prompt_tokens == static_cast<std::int64_t>(honest().size()) + 2);
  BOOST_TEST(Liar("special-text").ask().text.find("im_end") == std::string::npos);
  BOOST_TEST(Liar("crlf-normalised").ask().text.find('\r') == std::string::npos);
  BOOST_TEST(Liar("leading-space-stripped").ask().text.starts_with("What"));
}

BOOST_AUTO_TEST_CASE(straddling_tokens_join_to_the_text_with_the_same_sum) {
  const std::string_view ascii = "The old garden needs water, they say, but the bread is warm.";
  const auto merged = Liar("straddling-tokens").ask(ascii);
  const auto truth = honest(ascii);
  BOOST_TEST(merged.tokens.size() == truth.size() / 2 + 1);
  std::string joined;
  double sum = 0;
  double expected = 0;
  for (const auto& token : merged.tokens) joined += token;
  for (const auto& value : merged.values) sum += value.value_or(0);
  for (const auto value : truth) expected += value;
  BOOST_TEST(joined == ascii);
  BOOST_TEST(std::abs(sum - expected) < 1e-9);
}

BOOST_AUTO_TEST_CASE(only_generated_columns_are_left) {
  const auto answer =
      Liar("generated-only").ask(text, R"(,"echo":true,"logprobs":2,"max_tokens":2,"seed":1)");
  BOOST_TEST(answer.values.size() <= 2u);
  BOOST_TEST(answer.text.starts_with(text));
}

BOOST_AUTO_TEST_CASE(a_greedy_token_is_not_the_likeliest) {
  constexpr std::string_view greedy = R"(,"logprobs":2,"max_tokens":3,"temperature":0)";
  const auto honestly = Liar("").ask("It takes about", greedy);
  const auto bent = Liar("greedy-mismatch").ask("It takes about", greedy);
  BOOST_REQUIRE((!honestly.tokens.empty() && !bent.tokens.empty()));
  BOOST_TEST(honestly.tokens[0] != bent.tokens[0]);
  BOOST_TEST(*honestly.values[0] > *bent.values[0]);
  BOOST_TEST(bent.text.starts_with(bent.tokens[0]));
}

BOOST_AUTO_TEST_CASE(top_logprobs_break_their_own_rules) {
  const auto over = [](const Seen& answer) {
    simdjson::dom::parser parser;
    const simdjson::dom::element root = parser.parse(answer.body);
    const simdjson::dom::object top = root["choices"].at(0)["logprobs"]["top_logprobs"].at(3);
    double mass = 0;
    for (const auto entry : top) mass += std::exp(double{entry.value});
    return mass;
  };
  BOOST_TEST(over(Liar("").ask()) <= 1);
  BOOST_TEST(over(Liar("top-mass").ask()) > 1);
  const auto mismatch = Liar("top-mismatch").ask();
  BOOST_TEST(furthest(mismatch.values, honest()) == 0);
  BOOST_TEST(mismatch.body != Liar("").ask().body);
}

BOOST_AUTO_TEST_CASE(usage_lies_and_the_ledger_does_not) {
  const auto truth = static_cast<std::int64_t>(honest().size());
  BOOST_TEST(Liar("zero-usage").ask().prompt_tokens == 0);
  BOOST_TEST(Liar("negative-usage").ask().prompt_tokens == -truth - 1);
  BOOST_TEST(Liar("over-usage").ask().prompt_tokens > static_cast<std::int64_t>(text.size()));
  BOOST_TEST(Liar("absurd-usage").ask().prompt_tokens == 9'000'000'000'000'000);
  BOOST_TEST(Liar("null-usage").ask().body.find("\"usage\":null") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_lie_that_should_shows_in_one_request) {
  const auto truth = Liar("").ask().body;
  const auto choices = [](const std::string& body) {
    return body.substr(body.find("\"choices\""));
  };
  for (const auto name : {"growing-noise",
                          "top-k-dependence",
                          "suffix-dependence",
                          "wrong-offsets",
                          "negative-offsets",
                          "byte-offsets"}) {
    BOOST_TEST(choices(Liar(name).ask().body) != choices(truth), name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
