// Every figure of shared/data/ope_reference_public.json.

#include "estimate/bounds.hpp"
#include "estimate/missingness.hpp"
#include "estimate/off_policy.hpp"
#include "estimate/stabilise.hpp"
#include "support/json_tree.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::estimate {
namespace {

using simdjson::dom::element;

constexpr double clip = 20;

element reference(simdjson::dom::parser& parser, const std::filesystem::path& data) {
  return parser.load((data / "ope_reference_public.json").string());
}

std::optional<double> optional_of(element value) {
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

OptionalColumn column_of(element array) {
  OptionalColumn column;
  for (const element value : simdjson::dom::array(array)) column.push_back(optional_of(value));
  return column;
}

void check_figure(const Figure& figure, element expected, const std::string& name) {
  BOOST_REQUIRE_MESSAGE(figure.has_value(), name);
  BOOST_TEST(test::close(*figure, double(expected)), name << " is " << *figure);
}

void check_column(const OptionalColumn& column, element expected, const std::string& name) {
  const OptionalColumn wanted = column_of(expected);
  BOOST_REQUIRE_MESSAGE(column.size() == wanted.size(), name);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    BOOST_TEST(column[i].has_value() == wanted[i].has_value(), name);
    if (wanted[i]) BOOST_TEST(test::close(column[i].value_or(0), *wanted[i]), name);
  }
}

OptionalColumn field(element rows, const std::string& name) {
  OptionalColumn column;
  for (const element row : simdjson::dom::array(rows)) column.push_back(optional_of(row[name]));
  return column;
}

std::vector<double> full_field(element rows, const std::string& name) {
  std::vector<double> column;
  for (const auto& value : field(rows, name)) column.push_back(value.value());
  return column;
}

OptionalColumn weights_of_policy(element rows, const std::string& policy) {
  const OptionalColumn target = field(rows, "logp_" + policy);
  const OptionalColumn behavior = field(rows, "logp_behavior");
  OptionalColumn weight;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (!target[i] || !behavior[i]) {
      weight.push_back(std::nullopt);
    } else {
      weight.push_back(std::exp(std::clamp(*target[i] - *behavior[i], -clip, clip)));
    }
  }
  return weight;
}

void check_estimate(const InfluenceEstimate& made, element expected, const std::string& name) {
  check_figure(made.estimate, expected["estimate"], name);
  check_figure(made.se, expected["se"], name + " se");
  BOOST_REQUIRE(made.interval.has_value());
  BOOST_TEST(test::close(made.interval->low, double(expected["ci95"].at(0))), name);
  BOOST_TEST(test::close(made.interval->high, double(expected["ci95"].at(1))), name);
  BOOST_TEST(made.n == std::uint64_t(expected["n_used"]), name);
}

Range range_of(element pair) {
  return {double(pair.at(0)), double(pair.at(1))};
}

// Undefined where the reference holds null.
void check_optional(const std::optional<double>& made, element expected, const std::string& name) {
  const auto wanted = optional_of(expected);
  BOOST_TEST(made.has_value() == wanted.has_value(), name);
  if (made && wanted) BOOST_TEST(test::close(*made, *wanted), name << " is " << *made);
}

// Runs `check(data set)` for each one of the file.
template <class Check>
void for_each_data_set(Check check) {
  const auto data = test::shared_data();
  if (!data) return;
  simdjson::dom::parser parser;
  std::size_t sets = 0;
  for (const element set : simdjson::dom::array(reference(parser, *data)["datasets"])) {
    check(set);
    ++sets;
  }
  BOOST_TEST(sets > 0u);
}

BOOST_AUTO_TEST_SUITE(ope_reference)

BOOST_AUTO_TEST_CASE(stabilised_weights) {
  const auto data = test::shared_data();
  if (!data) return;
  simdjson::dom::parser parser;
  for (const element one : simdjson::dom::array(reference(parser, *data)["weights"])) {
    const OptionalColumn behavior = column_of(one["input"]["logp_behavior"]);
    std::vector<PolicyLogRatio> policies;
    for (const auto target : simdjson::dom::object(one["input"]["logp_target"])) {
      PolicyLogRatio policy{std::string(target.key), column_of(target.value)};
      for (std::size_t i = 0; i < behavior.size(); ++i) {
        if (policy.log_ratio[i] && behavior[i]) *policy.log_ratio[i] -= *behavior[i];
      }
      policies.push_back(std::move(policy));
    }
    const Stabilisation made = stabilise(policies);
    BOOST_TEST(made.triggered == bool(one["expected"]["stabilisation_triggered"]));
    for (const StabilisedWeights& policy : made.policies) {
      const element expected = one["expected"]["policies"][policy.policy];
      BOOST_TEST(policy.n_valid == std::uint64_t(expected["n_valid"]));
      BOOST_TEST(policy.n_missing == std::uint64_t(expected["n_missing"]));
      BOOST_TEST(policy.n_hard_clipped == std::uint64_t(expected["n_hard_clipped"]));
      BOOST_TEST(policy.all_ratios_zero == bool(expected["all_ratios_zero"]));
      check_column(policy.log_ratio, expected["log_ratio"], "log_ratio");
      check_column(policy.clipped, expected["clipped"], "clipped");
      check_column(policy.stabilised, expected["stabilised_weights"], "stabilised");
      check_column(policy.raw, expected["raw_weights_after_clip"], "raw");
      check_column(policy.self_normalised, expected["self_normalised_weights"], "self-normalised");
      check_figure(policy.percentile, expected["p75"], "p75");
      check_figure(policy.shift, expected["shift_p75"], "shift");
      check_figure(policy.ess, expected["ESS"], "ESS");
      check_figure(policy.ess_fraction, expected["ESS_fraction"], "ESS fraction");
      check_figure(policy.max_weight_share, expected["max_weight_share"], "max share");
      check_figure(policy.log_mean_weight, expected["log_mean_weight"], "log mean weight");
    }
  }
}

std::vector<std::uint32_t> strata_of_rows(element rows) {
  std::map<std::string, std::uint32_t> numbers;
  std::vector<std::uint32_t> stratum;
  for (const element row : simdjson::dom::array(rows)) {
    const std::string name{row["stratum"].get_string().value()};
    stratum.push_back(numbers.emplace(name, numbers.size()).first->second);
  }
  return stratum;
}

std::optional<double> optional(const Figure& figure) {
  return figure ? std::optional(*figure) : std::nullopt;
}

void check_estimators(const OffPolicyEstimates& made, element expected, const std::string& policy) {
  check_estimate(made.mean_logged_reward, expected["mean_logged_reward"], policy + " mean");
  check_estimate(made.ips, expected["ips"], policy + " ips");
  check_estimate(made.snips, expected["snips"], policy + " snips");
  check_figure(made.snips_se_jackknife, expected["snips"]["se_jackknife"], policy + " jackknife");
  check_estimate(made.ips_capped, expected["ips_capped"], policy + " capped");
  BOOST_TEST(test::close(made.share_capped, double(expected["ips_capped"]["share_capped"])));
  check_estimate(made.direct_method, expected["direct_method"], policy + " dm");
  check_estimate(made.dr, expected["dr"], policy + " dr");
  check_estimate(made.sndr, expected["sndr"], policy + " sndr");
  check_figure(made.ess, expected["ESS"], policy + " ESS");
}

void check_bounds(const OffPolicyColumns& columns, element expected, const std::string& policy) {
  const BoundsInput input{columns.weight,
                          columns.reward,
                          range_of(expected["reward_range"]),
                          range_of(expected["missing_weight_range"])};
  check_figure(snips_bounds(input).low, expected["snips_lower"], policy + " snips low");
  check_figure(snips_bounds(input).high, expected["snips_upper"], policy + " snips high");
  check_figure(ips_bounds(input).low, expected["ips_lower"], policy + " ips low");
  check_figure(ips_bounds(input).high, expected["ips_upper"], policy + " ips high");
}

BOOST_AUTO_TEST_CASE(estimators_bounds_and_strata_of_each_policy) {
  for_each_data_set([](element set) {
    const element rows = set["rows"];
    const auto stratum = strata_of_rows(rows);
    const double cap = double(set["params"]["weight_cap_for_ips_capped"]);
    for (const auto one : simdjson::dom::object(set["expected"]["policies"])) {
      const std::string policy(one.key);
      const OffPolicyColumns columns{field(rows, "reward"),
                                     weights_of_policy(rows, policy),
                                     full_field(rows, "q_logged"),
                                     full_field(rows, "mu_" + policy)};
      check_estimators(off_policy_estimates(columns, cap), one.value["complete_case"], policy);
      check_bounds(columns, one.value["worst_case_bounds"], policy);
      const auto adjusted = adjust_by_stratum(columns.weight, columns.reward, stratum);
      const element by_stratum = one.value["ipw_by_stratum"];
      check_optional(optional(adjusted.snips), by_stratum["snips_ipw"], policy + " ipw");
      check_optional(optional(adjusted.mean_reward), by_stratum["mean_reward_ipw"], policy);
    }
  });
}

BOOST_AUTO_TEST_CASE(the_paired_comparison_and_its_sharp_bounds) {
  for_each_data_set([](element set) {
    const element rows = set["rows"];
    const element expected = set["expected"]["paired_comparison"];
    const OptionalColumn reward = field(rows, "reward");
    const std::string first{expected["policies"].at(0).get_string().value()};
    const std::string second{expected["policies"].at(1).get_string().value()};
    const OptionalColumn a = weights_of_policy(rows, first);
    const OptionalColumn b = weights_of_policy(rows, second);
    const PairedComparison made = compare_snips(reward, a, b);
    BOOST_TEST(made.n == std::uint64_t(expected["n_common"]));
    check_figure(made.difference, expected["snips_difference"], "difference");
    check_figure(made.se_paired, expected["se_paired"], "paired");
    check_figure(made.se_unpaired, expected["se_unpaired"], "unpaired");
    BOOST_TEST(test::close(made.interval->low, double(expected["ci95"].at(0))));
    const element sharp = expected["sharp_difference_bounds_missing_rewards"];
    const Range range = range_of(set["params"]["reward_range"]);
    const Bounds bounds = difference_bounds(a, b, reward, range);
    check_figure(bounds.low, sharp["lower"], "sharp low");
    check_figure(bounds.high, sharp["upper"], "sharp high");
    // What two bounds apart would say: wider than it need be.
    BOOST_TEST(*bounds.low >= double(sharp["naive_not_sharp"].at(0)));
    BOOST_TEST(*bounds.high <= double(sharp["naive_not_sharp"].at(1)));
  });
}

void check_mean_bounds(const MeanBounds& made, element expected) {
  BOOST_TEST(made.n == std::uint64_t(expected["n"]));
  BOOST_TEST(made.n_observed == std::uint64_t(expected["n_observed"]));
  check_figure(made.complete_case_mean, expected["complete_case_mean"], "mean");
  check_figure(made.low, expected["lower"], "low");
  check_figure(made.high, expected["upper"], "high");
  check_figure(made.se_low, expected["se_lower"], "se low");
  check_figure(made.se_high, expected["se_upper"], "se high");
  check_figure(made.im_factor, expected["imbens_manski95"]["C"], "C");
  BOOST_TEST(test::close(made.im_interval->low, double(expected["imbens_manski95"]["ci"].at(0))));
  BOOST_TEST(test::close(made.im_interval->high, double(expected["imbens_manski95"]["ci"].at(1))));
}

BOOST_AUTO_TEST_CASE(mean_bounds_with_imbens_manski_and_the_tipping_point) {
  const auto data = test::shared_data();
  if (!data) return;
  simdjson::dom::parser parser;
  const element root = reference(parser, *data);
  for (const element one : simdjson::dom::array(root["mean_bounds"])) {
    const Range range{double(one["input"]["lo"]), double(one["input"]["hi"])};
    check_mean_bounds(mean_bounds(column_of(one["input"]["r"]), range), one["expected"]);
  }
  for (const element one : simdjson::dom::array(root["imbens_manski"])) {
    const element input = one["input"];
    const auto made = imbens_manski(double(input["lower"]),
                                    double(input["upper"]),
                                    double(input["se_lower"]),
                                    double(input["se_upper"]));
    BOOST_TEST(test::close(made.factor, double(one["expected"]["C"])));
    BOOST_TEST(test::close(made.interval.low, double(one["expected"]["ci"].at(0))));
  }
  for_each_data_set([](element set) {
    const MeanBounds whole =
        mean_bounds(field(set["rows"], "reward"), range_of(set["params"]["reward_range"]));
    check_mean_bounds(whole, set["expected"]["mean_reward_bounds"]);
    const element delta = set["expected"]["delta_adjustment"];
    for (const element point : simdjson::dom::array(delta["curve"])) {
      check_figure(delta_adjusted(whole, double(point["delta"])), point["estimate"], "delta");
    }
    check_optional(optional(tipping_delta(whole, double(delta["reference"]))),
                   delta["tipping_delta_for_reference"],
                   "tipping");
  });
}

BOOST_AUTO_TEST_CASE(small_bounds) {
  const auto data = test::shared_data();
  if (!data) return;
  simdjson::dom::parser parser;
  for (const element one : simdjson::dom::array(reference(parser, *data)["bounds_small"])) {
    const OptionalColumn weight = column_of(one["input"]["w"]);
    const OptionalColumn reward = column_of(one["input"]["r"]);
    const BoundsInput input{weight,
                            reward,
                            range_of(one["input"]["reward_range"]),
                            range_of(one["input"]["missing_weight_range"])};
    check_figure(snips_bounds(input).low, one["expected"]["snips_lower"], "snips low");
    check_figure(snips_bounds(input).high, one["expected"]["snips_upper"], "snips high");
    check_figure(ips_bounds(input).low, one["expected"]["ips_lower"], "ips low");
    check_figure(ips_bounds(input).high, one["expected"]["ips_upper"], "ips high");
  }
}

void check_levels(const CovariateCheck& made, element expected) {
  for (const MissingRate& level : made.levels) {
    const element wanted = expected["levels"][level.level];
    BOOST_TEST(level.missing == std::uint64_t(wanted["missing"]));
    BOOST_TEST(test::close(level.rate, double(wanted["rate"])));
    BOOST_TEST(test::close(level.wilson.low, double(wanted["wilson95"].at(0))));
    BOOST_TEST(test::close(level.wilson.high, double(wanted["wilson95"].at(1))));
  }
  check_optional(optional(made.test->statistic), expected["chi2"], "chi2");
  check_optional(optional(made.test->p), expected["p"], "p");
  check_optional(optional(made.test->expected_min), expected["min_expected"], "least expected");
  check_optional(made.p_holm, expected["p_holm"], "Holm");
}

BOOST_AUTO_TEST_CASE(the_missingness_report) {
  for_each_data_set([](element set) {
    std::vector<bool> missing;
    CategoricalCovariate stratum{"stratum", {}};
    const NumericCovariate length{"length", field(set["rows"], "length")};
    for (const element row : simdjson::dom::array(set["rows"])) {
      missing.push_back(!optional_of(row["reward"]));
      stratum.level.emplace_back(row["stratum"].get_string().value());
    }
    const auto made = report_missingness(missing, std::vector{stratum}, std::vector{length});
    const element expected = set["expected"]["missingness"];
    BOOST_TEST(made.n_missing == std::uint64_t(expected["n_missing"]));
    BOOST_TEST(test::close(made.wilson.low, double(expected["overall_wilson95"].at(0))));
    BOOST_TEST(test::close(made.wilson.high, double(expected["overall_wilson95"].at(1))));
    check_levels(made.covariates.at(0), expected["covariates"]["stratum"]);
    const element by_length = expected["covariates"]["length"];
    const CovariateCheck& numeric = made.covariates.at(1);
    check_optional(optional(numeric.standardised_difference), by_length["smd"], "smd");
    check_optional(numeric.p, by_length["p"], "p of length");
    check_optional(numeric.p_holm, by_length["p_holm"], "Holm of length");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::estimate
