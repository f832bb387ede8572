#include "teacher/reading.hpp"

#include "teacher/language.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <numeric>

namespace assay::teacher {

namespace {

std::vector<double> next_probabilities(const Model& model,
                                       std::string_view context,
                                       double temperature = 1) {
  Reading reading(model);
  for (const auto token : model.vocabulary().encode(context)) reading.advance(token);
  std::vector<double> probabilities;
  reading.distribution(temperature, probabilities);
  return probabilities;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

constexpr std::string_view contexts[] = {
    "",
    "How do I bake bread?\n",
    "The garden is",
    "the the the the the the the the the the the the the the the the the the the the the the",
    "\xff\xfe\x00 zq",
    "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhat is "
    "gravity?<|im_end|>\n<|im_start|>assistant\n",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(probabilities_sum_to_one_under_every_model) {
  auto models = default_models();
  models.push_back({.name = "hot", .temperature = 3});
  models.push_back({.name = "cold", .temperature = 0.3});
  models.push_back({.name = "deaf", .influence = 0});
  models.push_back({.name = "drawn", .temperature = 1.7, .influence = 100});
  for (const auto& settings : models) {
    const auto model = Language::bundled().model(settings);
    for (const auto context : contexts) {
      BOOST_TEST(std::abs(sum(next_probabilities(*model, context)) - 1) < 1e-12,
                 settings.name << " after " << context);
    }
  }
}

BOOST_AUTO_TEST_CASE(scores_are_the_logarithms_of_the_distribution) {
  for (const auto name : {"teacher-base", "teacher-warm", "teacher-focused", "teacher-terse"}) {
    const auto& model = bundled_model(name);
    for (const auto context : contexts) {
      Reading reading(model);
      for (const auto token : model.vocabulary().encode(context)) reading.advance(token);
      std::vector<double> probabilities;
      reading.distribution(1, probabilities);
      for (TokenId token = 0; token < probabilities.size(); token += 7) {
        BOOST_REQUIRE(std::abs(reading.log_prob(token) - std::log(probabilities[token])) < 1e-10);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_sum_of_exponentials_of_all_scores_is_one) {
  const auto& model = bundled_model("teacher-warm");
  Reading reading(model);
  for (const auto token :
       model.vocabulary().encode("The garden is warm, and the bread is old. The garden"))
    reading.advance(token);
  double total = 0;
  for (TokenId token = 0; token < model.vocabulary().size(); ++token)
    total += std::exp(reading.log_prob(token));
  BOOST_TEST(std::abs(total - 1) < 1e-12);
}

BOOST_AUTO_TEST_CASE(temperature_is_a_power_of_the_plain_distribution) {
  const auto warm = Language::bundled().model({.name = "warm", .temperature = 2});
  for (const auto context : contexts) {
    auto expected = next_probabilities(bundled_model("teacher-base"), context);
    for (auto& p : expected) p = std::sqrt(p);
    const auto norm = sum(expected);
    const auto got = next_probabilities(*warm, context);
    for (std::size_t i = 0; i < got.size(); ++i)
      BOOST_REQUIRE(std::abs(got[i] - expected[i] / norm) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(a_requests_temperature_acts_like_the_models) {
  const auto half = Language::bundled().model({.name = "half", .temperature = 0.5});
  const auto got = next_probabilities(bundled_model("teacher-base"), contexts[1], 0.5);
  const auto expected = next_probabilities(*half, contexts[1]);
  for (std::size_t i = 0; i < got.size(); ++i)
    BOOST_REQUIRE(std::abs(got[i] - expected[i]) < 1e-13);
}

BOOST_AUTO_TEST_CASE(the_likeliest_are_those_of_the_whole_distribution) {
  for (const auto name : {"teacher-base", "teacher-warm", "teacher-focused"}) {
    const auto& model = bundled_model(name);
    Reading reading(model);
    std::vector<TokenLogProb> top;
    std::vector<double> all;
    for (const auto token :
         model.vocabulary().encode("zq zq the garden, the garden and the zq. Why is")) {
      reading.advance(token);
      reading.likeliest(5, top);
      reading.distribution(1, all);
      std::vector<TokenId> order(all.size());
      std::iota(order.begin(), order.end(), TokenId{0});
      std::partial_sort(order.begin(), order.begin() + 5, order.end(), [&](TokenId a, TokenId b) {
        return all[a] > all[b];
      });
      for (std::size_t i = 0; i < 5; ++i) {
        BOOST_REQUIRE(std::abs(std::exp(top[i].nats) - all[order[i]]) < 1e-13);
        BOOST_REQUIRE(top[i].nats == reading.log_prob(top[i].token));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_restarted_reading_is_a_fresh_one) {
  const auto& model = bundled_model("teacher-warm");
  Reading used(model);
  for (const auto token : model.vocabulary().encode("the garden, the garden and the garden zq"))
    used.advance(token);
  used.restart();
  Reading fresh(model);
  for (const auto token : model.vocabulary().encode("It is the garden.")) {
    BOOST_REQUIRE(used.log_prob(token) == fresh.log_prob(token));
    used.advance(token);
    fresh.advance(token);
  }
}

BOOST_AUTO_TEST_CASE(draws_follow_the_distribution) {
  // Chi-square over the tokens expected at least 20 times and one cell for the rest.
  constexpr int draws = 20'000;
  for (const auto& [name, temperature] : {std::pair{"teacher-base", 1.0},
                                          std::pair{"teacher-warm", 1.0},
                                          std::pair{"teacher-focused", 1.0},
                                          std::pair{"teacher-base", 0.7}}) {
    const auto& model = bundled_model(name);
    Reading reading(model);
    for (const auto token : model.vocabulary().encode("Why does the garden need water? The garden"))
      reading.advance(token);
    std::vector<double> probabilities;
    reading.distribution(temperature, probabilities);
    std::map<TokenId, int> counts;
    Rng rng(11);
    for (int i = 0; i < draws; ++i) ++counts[reading.sample(temperature, rng)];
    double statistic = 0;
    double rest = draws;
    int rest_seen = draws;
    int cells = 1;
    for (TokenId token = 0; token < probabilities.size(); ++token) {
      const auto expected = probabilities[token] * draws;
      if (expected < 20) continue;
      statistic += (counts[token] - expected) * (counts[token] - expected) / expected;
      rest -= expected;
      rest_seen -= counts[token];
      ++cells;
    }
    statistic += (rest_seen - rest) * (rest_seen - rest) / rest;
    // Five standard deviations of a chi-square with this many cells.
    BOOST_TEST(statistic < cells + 5 * std::sqrt(2.0 * cells), name << " at " << temperature);
    BOOST_TEST(cells > 5);
  }
}

BOOST_AUTO_TEST_CASE(temperature_zero_takes_the_likeliest) {
  const auto& model = bundled_model("teacher-base");
  Reading reading(model);
  for (const auto token : model.vocabulary().encode("It takes about")) reading.advance(token);
  std::vector<TokenLogProb> top;
  reading.likeliest(1, top);
  Rng rng(1);
  BOOST_TEST(reading.sample(0, rng) == top.front().token);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
