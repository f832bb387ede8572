#include "teacher/scoring.hpp"

#include "teacher/language.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numeric>

namespace assay::teacher {

namespace {
constexpr std::string_view prompt = "Why does the garden need water?\n";
constexpr std::string_view response =
    "Plants grow quickly, because the garden is warm. The “old” gardener keeps a record.";

double nats(std::string_view model, std::string_view before, std::string_view after) {
  const auto score = score_response(bundled_model(model), before, after);
  BOOST_REQUIRE(score.has_value());
  return score->nats;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(scoring)

BOOST_AUTO_TEST_CASE(only_the_first_token_has_no_log_prob) {
  const auto scored = score_text(bundled_model("teacher-base"), prompt);
  BOOST_TEST(!scored.front().nats.has_value());
  for (std::size_t i = 1; i < scored.size(); ++i)
    BOOST_TEST((scored[i].nats && *scored[i].nats <= 0));
}

BOOST_AUTO_TEST_CASE(scores_add_up_at_every_split_between_tokens) {
  for (const auto model : {"teacher-base", "teacher-warm", "teacher-terse"}) {
    const auto whole = nats(model, prompt, response);
    const auto text = std::string(prompt).append(response);
    int splits = 0;
    for (const auto& token : score_text(bundled_model(model), text)) {
      if (token.begin <= prompt.size()) continue;
      const auto first = std::string_view(text).substr(prompt.size(), token.begin - prompt.size());
      // Cut off after it, the first part must tokenise as it does in the whole: not so for each
      // split.
      const auto a = score_response(bundled_model(model), prompt, first);
      const auto together = score_text(bundled_model(model), std::string(prompt).append(first));
      if (!a || together.back().begin + 1 > token.begin) continue;
      const auto b = nats(model, text.substr(0, token.begin), text.substr(token.begin));
      std::size_t whole_count = 0;
      for (const auto& t : score_text(bundled_model(model), text))
        whole_count += t.begin < token.begin ? 1 : 0;
      if (whole_count != together.size()) continue;
      BOOST_TEST(std::abs(a->nats + b - whole) < 1e-9);
      ++splits;
    }
    BOOST_TEST(splits > 5);
  }
}

BOOST_AUTO_TEST_CASE(text_that_follows_changes_nothing_before_it) {
  const auto& model = bundled_model("teacher-warm");
  const auto shorter = score_text(model, "The garden needs water. ");
  const auto longer = score_text(model, "The garden needs water. \xff\xff and more of it");
  for (std::size_t i = 1; i < shorter.size(); ++i) {
    BOOST_REQUIRE(shorter[i].token == longer[i].token);
    BOOST_REQUIRE(*shorter[i].nats == *longer[i].nats);
  }
}

BOOST_AUTO_TEST_CASE(prompt_and_system_prompt_matter) {
  const auto chat = [](std::string_view system) {
    return std::string("<|im_start|>system\n").append(system) +
           "<|im_end|>\n<|im_start|>user\nWhat is gravity?<|im_end|>\n<|im_start|>assistant\n";
  };
  const std::string_view answer = "It depends on the garden.";
  BOOST_TEST(std::abs(nats("teacher-base", chat("Be brief."), answer) -
                      nats("teacher-base", chat("You are a gardener."), answer)) > 1e-3);
  BOOST_TEST(nats("teacher-base", "It depends on the garden. It depends on the garden.\n", answer) >
             nats("teacher-base", "It is the number seven. It is the number seven.\n", answer));
}

BOOST_AUTO_TEST_CASE(policies_differ_and_the_clone_does_not) {
  const auto base = nats("teacher-base", prompt, response);
  BOOST_TEST(nats("teacher-clone", prompt, response) == base);
  for (const auto other : {"teacher-warm", "teacher-focused", "teacher-terse"}) {
    BOOST_TEST(std::abs(nats(other, prompt, response) - base) > 0.05, other);
  }
}

BOOST_AUTO_TEST_CASE(fingerprints_tell_weights_apart_and_not_names) {
  const auto base = bundled_model("teacher-base").fingerprint();
  BOOST_TEST(bundled_model("teacher-clone").fingerprint() == base);
  for (const auto other : {"teacher-warm", "teacher-focused", "teacher-terse"})
    BOOST_TEST(bundled_model(other).fingerprint() != base);
}

BOOST_AUTO_TEST_CASE(a_boundary_inside_a_token_is_said) {
  const auto score = score_response(bundled_model("teacher-base"), "Why?", "The garden.");
  BOOST_REQUIRE(!score);
  BOOST_TEST((score.error() == NoScore::boundary_inside_token));
}

BOOST_AUTO_TEST_CASE(an_empty_prompt_or_response_has_no_score) {
  BOOST_TEST(
      (score_response(bundled_model("teacher-base"), "", "a").error() == NoScore::nothing_before));
  BOOST_TEST(
      (score_response(bundled_model("teacher-base"), "a", "").error() == NoScore::empty_response));
}

BOOST_AUTO_TEST_CASE(weights_of_sampled_tokens_average_one) {
  // E_base[exp(lp_warm - lp_base)] = 1 over token sequences of a fixed length: generation and
  // scoring agree.
  const auto& base = bundled_model("teacher-base");
  const auto& warm = bundled_model("teacher-warm");
  Rng rng(5);
  Reading b(base);
  Reading w(warm);
  constexpr int draws = 4000;
  double total = 0;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    double difference = 0;
    b.restart();
    w.restart();
    b.advance('\n');
    w.advance('\n');
    for (int step = 0; step < 5; ++step) {
      const auto token = b.sample(1, rng);
      difference += w.log_prob(token) - b.log_prob(token);
      b.advance(token);
      w.advance(token);
    }
    total += std::exp(difference);
    squares += std::exp(2 * difference);
  }
  const auto mean = total / draws;
  const auto error = std::sqrt((squares / draws - mean * mean) / draws);
  BOOST_TEST(std::abs(mean - 1) < 5 * error);
}

BOOST_AUTO_TEST_CASE(settings_are_read_and_wrong_ones_named) {
  const auto settings = parse_model_settings("hot:temperature=1.5,influence=2,corpus=harbour");
  BOOST_REQUIRE(settings.has_value());
  BOOST_TEST((
      *settings ==
      ModelSettings{.name = "hot", .corpus = Corpus::harbour, .temperature = 1.5, .influence = 2}));
  for (const auto wrong : {"",
                           ":temperature=1",
                           "a:temperature=0",
                           "a:temperature=x",
                           "a:corpus=bible",
                           "a:wit=3",
                           "a:influence=-1",
                           "a:floor=0.6"}) {
    BOOST_TEST(!parse_model_settings(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
