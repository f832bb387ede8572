// What must hold of any data.

#include "estimate/bounds.hpp"
#include "estimate/estimate.hpp"
#include "estimate/synthetic.hpp"
#include "estimate/weighted.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::estimate {
namespace {

BOOST_AUTO_TEST_SUITE(properties)

auto nearly() {
  return boost::test_tools::tolerance(1e-10);
}

struct Row {
  double base;
  double target;
  double judge;
  std::optional<double> label = {};
};

Matrix matrix_of(const std::vector<Row>& rows) {
  RecordedBuilder builder;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.response = "text";
    sample.judge_score = rows[i].judge;
    sample.oracle_label = rows[i].label;
    sample.recorded.base = LogProb::from_nats(rows[i].base).value();
    sample.recorded.target["target"] = LogProb::from_nats(rows[i].target).value();
    builder.add_logged(sample);
  }
  return std::move(builder).finish();
}

std::vector<Row> random_rows(std::size_t n, std::uint64_t seed, double spread) {
  Rng rng(seed);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < n; ++i) {
    const double base = -100 - 20 * rng.uniform();
    Row row{base, base + spread * test::normal(rng), rng.uniform()};
    if (rng.uniform() < 0.5) row.label = rng.uniform();
    rows.push_back(row);
  }
  return rows;
}

BOOST_AUTO_TEST_CASE(self_normalised_estimates_do_not_see_a_constant_shift) {
  std::vector<Row> rows = random_rows(300, 11, 0.7);
  const Findings before = estimate(matrix_of(rows));
  for (Row& row : rows) row.target -= 37.5;
  const Findings after = estimate(matrix_of(rows));
  for (std::size_t i = 0; i < before.lines.size(); ++i) {
    const Line& a = before.lines[i];
    const Line& b = after.lines[i];
    if (a.method.starts_with("ips")) continue;
    BOOST_TEST(*a.estimate == *b.estimate, nearly());
    BOOST_TEST(*a.se == *b.se, nearly());
  }
}

BOOST_AUTO_TEST_CASE(a_policy_equal_to_the_base_is_worth_the_plain_mean) {
  std::vector<Row> rows = random_rows(200, 12, 0);
  double total = 0;
  for (const Row& row : rows) total += row.judge;
  const Findings findings = estimate(matrix_of(rows));
  for (const char* method : {"snips", "ips", "ips-stabilised"}) {
    const Line* line = test::line_of(findings.lines, method, "judge");
    if (line != nullptr) BOOST_TEST(*line->estimate == total / 200, nearly());
  }
  BOOST_TEST(*findings.figures.policies.at(0).complete_case.no_clip.weights.ess == 200, nearly());
}

BOOST_AUTO_TEST_CASE(the_order_of_the_rows_does_not_matter) {
  const std::vector<Row> rows = random_rows(200, 13, 0.5);
  const Matrix matrix = matrix_of(rows);
  std::vector<std::optional<double>> reward;
  for (const Row& row : rows) reward.push_back(row.judge);
  Cases cases =
      cases_of(matrix, matrix.targets.at(0), available_rows(matrix, matrix.targets.at(0)));
  const auto forward = weighted_mean({&matrix, &cases, reward});
  std::ranges::reverse(cases.rows);
  std::ranges::reverse(cases.log_ratio);
  std::ranges::reverse(reward);
  const auto backward = weighted_mean({&matrix, &cases, reward});
  BOOST_TEST(*forward.estimate == *backward.estimate, nearly());
  BOOST_TEST(*forward.se == *backward.se, nearly());
}

BOOST_AUTO_TEST_CASE(rows_of_one_prompt_count_as_one_observation) {
  const std::vector<Row> rows = random_rows(100, 14, 0.5);
  RecordedBuilder builder;
  for (int copy = 0; copy < 2; ++copy) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Sample sample;
      sample.id = "p" + std::to_string(i);
      sample.draw_idx = static_cast<std::uint32_t>(copy);
      sample.judge_score = rows[i].judge;
      sample.recorded.base = LogProb::from_nats(rows[i].base).value();
      sample.recorded.target["target"] = LogProb::from_nats(rows[i].target).value();
      builder.add_logged(sample);
    }
  }
  const Findings twice = estimate(std::move(builder).finish());
  const Findings once = estimate(matrix_of(rows));
  // Judge scores alone: no label is in the doubled data.
  const Line* a = test::line_of(once.lines, "snips", "judge");
  const Line* b = test::line_of(twice.lines, "snips", "judge");
  BOOST_TEST(*a->estimate == *b->estimate, nearly());
  BOOST_TEST(*a->se == *b->se, nearly());
}

struct Gappy {
  std::vector<std::optional<double>> weight;
  std::vector<std::optional<double>> reward;
};

Gappy random_gaps(std::size_t n, Rng& rng) {
  Gappy made;
  for (std::size_t i = 0; i < n; ++i) {
    made.weight.push_back(rng.uniform() < 0.2 ? std::nullopt : std::optional(3 * rng.uniform()));
    made.reward.push_back(rng.uniform() < 0.2 ? std::nullopt : std::optional(rng.uniform()));
  }
  return made;
}

// One filling of the gaps: anywhere in the ranges, or at their ends, where extremes are reached.
double filled_snips(const Gappy& gappy, Rng& rng) {
  const bool ends = rng.below(2) == 0;
  auto draw = [&](double high) { return high * (ends ? double(rng.below(2)) : rng.uniform()); };
  double products = 0;
  double weights = 0;
  for (std::size_t i = 0; i < gappy.weight.size(); ++i) {
    const double weight = gappy.weight[i] ? *gappy.weight[i] : draw(5);
    const double reward = gappy.reward[i] ? *gappy.reward[i] : draw(1);
    products += weight * reward;
    weights += weight;
  }
  return products / weights;
}

BOOST_AUTO_TEST_CASE(bounds_hold_whatever_the_missing_values_are) {
  Rng rng(15);
  for (int round = 0; round < 50; ++round) {
    const Gappy gappy = random_gaps(12, rng);
    const Bounds bounds = snips_bounds({gappy.weight, gappy.reward, {0, 1}, {0, 5}});
    for (int filling = 0; filling < 400; ++filling) {
      const double value = filled_snips(gappy, rng);
      BOOST_TEST(value >= *bounds.low - 1e-12);
      BOOST_TEST(value <= *bounds.high + 1e-12);
    }
  }
}

// Sharp: among all fillings at the ends of the ranges some reach the bound.
BOOST_AUTO_TEST_CASE(bounds_are_reached) {
  const std::vector<std::optional<double>> weight{1.0, std::nullopt, 2.0, std::nullopt, 0.5};
  const std::vector<std::optional<double>> reward{0.3, 0.9, std::nullopt, 0.1, 0.6};
  const Bounds bounds = snips_bounds({weight, reward, {0, 1}, {0, 5}});
  double low = 1;
  double high = 0;
  for (int bits = 0; bits < 8; ++bits) {
    const double a = bits & 1 ? 5 : 0;
    const double b = bits & 2 ? 5 : 0;
    const double r = bits & 4 ? 1 : 0;
    const double value = (0.3 + a * 0.9 + 2 * r + b * 0.1 + 0.5 * 0.6) / (3.5 + a + b);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  BOOST_TEST(*bounds.low == low, nearly());
  BOOST_TEST(*bounds.high == high, nearly());
}

BOOST_AUTO_TEST_CASE(missing_log_probs_are_bounded_and_counted) {
  std::vector<Row> rows = random_rows(100, 16, 0.5);
  RecordedBuilder builder;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.judge_score = rows[i].judge;
    sample.recorded.base = LogProb::from_nats(rows[i].base).value();
    sample.recorded.target["a"] = LogProb::from_nats(rows[i].target).value();
    if (i % 10 != 0) sample.recorded.target["b"] = LogProb::from_nats(rows[i].target).value();
    builder.add_logged(sample);
  }
  const Findings findings = estimate(std::move(builder).finish());
  const MissingView& a = findings.policies.at(0).missing;
  const MissingView& b = findings.policies.at(1).missing;
  BOOST_TEST(a.n_available == 100u);
  BOOST_TEST(a.n_complete == 90u);
  BOOST_TEST(b.n_available == 90u);
  BOOST_TEST(*b.available_case == *a.complete_case, nearly());
  BOOST_TEST(*b.worst.low <= *a.available_case);
  BOOST_TEST(*b.worst.high >= *a.available_case);
  BOOST_TEST(b.imbens_manski->interval.low < *b.worst.low);
  BOOST_TEST(!a.worst.low.has_value());
}

BOOST_AUTO_TEST_CASE(rows_scored_again_tell_the_noise) {
  auto builder =
      MeasuredBuilder::create({.logging_policy = "base", .policies = {"base", "target"}});
  BOOST_TEST_REQUIRE(builder.has_value());
  Rng rng(17);
  for (int i = 0; i < 4000; ++i) {
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.judge_score = rng.uniform();
    builder->add_logged(sample);
    for (std::size_t policy = 0; policy < 2; ++policy) {
      builder->score(policy, -50 + 0.3 * test::normal(rng), Method::echo, Grade::a);
      builder->replicate(policy, -50 + 0.3 * test::normal(rng), Method::echo, Grade::a);
    }
  }
  const Matrix matrix = std::move(*builder).finish();
  const Noise noise = noise_of(matrix, matrix.targets.at(0));
  BOOST_TEST(noise.rows == 8000u);
  BOOST_TEST(*noise.variance == 0.18, boost::test_tools::tolerance(0.05));
  BOOST_TEST(*noise.ess_fraction == std::exp(-0.18), boost::test_tools::tolerance(0.01));
}

// A target with draws of its own, so many of each prompt, under any name.
Matrix world_with_draws(const std::string& target, std::uint32_t draws = 1) {
  RecordedBuilder builder;
  for (const Row& row : random_rows(300, 7, 0.3)) {
    Sample sample;
    sample.id = "p" + std::to_string(row.base);
    sample.judge_score = row.judge;
    sample.oracle_label = row.label;
    sample.recorded.base = LogProb::from_nats(row.base).value();
    sample.recorded.target[target] = LogProb::from_nats(row.target).value();
    builder.add_logged(sample);
    sample.oracle_label.reset();
    sample.judge_score = 0.5 * row.judge;
    for (; sample.draw_idx < draws; ++sample.draw_idx) builder.add_fresh(target, sample);
  }
  return std::move(builder).finish();
}

BOOST_AUTO_TEST_CASE(draws_of_one_prompt_that_are_alike_tell_no_more_than_one) {
  const Findings once = estimate(world_with_draws("target"));
  const Findings often = estimate(world_with_draws("target", 5));
  const Line* a = test::line_of(once.lines, "direct", "judge");
  const Line* b = test::line_of(often.lines, "direct", "judge");
  BOOST_TEST(*a->estimate == *b->estimate, nearly());
  BOOST_TEST(*a->se == *b->se, nearly());
}

BOOST_AUTO_TEST_CASE(a_target_called_as_the_logging_policy_gets_its_own_interval) {
  const Findings plain = estimate(world_with_draws("target"));
  const Findings same = estimate(world_with_draws("base"));
  BOOST_TEST_REQUIRE(plain.lines.size() == same.lines.size());
  for (std::size_t i = 0; i < plain.lines.size(); ++i) {
    const Line& as_target = plain.lines[i];
    const Line& as_base = same.lines[i];
    BOOST_TEST_REQUIRE(as_target.interval.has_value() == as_base.interval.has_value());
    if (!as_target.interval) continue;
    BOOST_TEST(as_target.interval->low == as_base.interval->low, as_target.method);
    BOOST_TEST(as_target.interval->high == as_base.interval->high, as_target.method);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
