#include "config/price_table.hpp"

#include "config/load.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::config {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

Endpoint at(std::string url) {
  Endpoint endpoint;
  endpoint.name = "hosted";
  endpoint.base_url = std::move(url);
  return endpoint;
}

PriceTable table() {
  return parse_price_table("p.yaml",
                           "prices:\n"
                           "  - {host: api.example.com, model: m, input: 0.2, output: \"3\", "
                           "date: \"2026-06-01\", source: a list}\n")
      .value();
}

std::string problem_with(const std::string& text) {
  const auto parsed = parse_price_table("p.yaml", text);
  BOOST_REQUIRE(!parsed.has_value());
  return parsed.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(price_table)

BOOST_AUTO_TEST_CASE(the_bundled_table_is_whole_and_every_row_has_its_date_and_source) {
  BOOST_TEST(bundled_prices().size() >= 25u);
  for (const ListedPrice& row : bundled_prices()) {
    BOOST_TEST(row.date.ok());
    BOOST_TEST(!row.source.empty());
    BOOST_TEST(row.price.input_nanousd_per_million > 0);
  }
  const ListedPrice* row = listed_price(bundled_prices(),
                                        at("https://api.fireworks.ai/inference/v1"),
                                        "accounts/fireworks/models/deepseek-v3p1");
  BOOST_REQUIRE(row != nullptr);
  BOOST_TEST(row->price.input_nanousd_per_million == 560'000'000);
  BOOST_TEST(row->price.output_nanousd_per_million == 1'680'000'000);
}

BOOST_AUTO_TEST_CASE(a_row_holds_for_its_model_at_its_address_only) {
  const PriceTable prices = table();
  BOOST_TEST(listed_price(prices, at("https://api.example.com/v1"), "m") != nullptr);
  BOOST_TEST(listed_price(prices, at("https://api.example.com/v1"), "other") == nullptr);
  BOOST_TEST(listed_price(prices, at("https://elsewhere.example.com/v1"), "m") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_configuration_s_price_wins_and_a_difference_is_flagged) {
  const PriceTable prices = table();
  Endpoint endpoint = at("https://api.example.com/v1");
  endpoint.input_usd_per_million = NanoUsd{100'000'000};
  endpoint.output_usd_per_million = NanoUsd{100'000'000};
  const Quote own = quote(prices, endpoint, "m");
  BOOST_TEST(own.is_own);
  BOOST_TEST(own.price->input_nanousd_per_million == 100'000'000);
  BOOST_TEST(warning_of(own, sys_days{year{2026} / month{6} / day{2}}).find("differs") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_listed_price_is_used_where_none_is_stated_and_is_called_old_in_time) {
  const PriceTable prices = table();
  const Quote listed = quote(prices, at("https://api.example.com/v1"), "m");
  BOOST_TEST(to_text(listed) == "$0.20 in, $3.00 out per million tokens (a list, 2026-06-01)");
  BOOST_TEST(warning_of(listed, sys_days{year{2026} / month{8} / day{30}}).empty());
  BOOST_TEST(warning_of(listed, sys_days{year{2026} / month{8} / day{31}}).find("91 days old") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(models_of_one_price_share_a_line) {
  const PriceTable prices = table();
  const Endpoint endpoint = at("https://api.example.com/v1");
  const std::vector<Quote> quotes{
      quote(prices, endpoint, "other"), quote(prices, endpoint, "m"), quote(prices, endpoint, "x")};
  const std::string expected = "Price      other, x at " + endpoint.name +
                               ": unknown\nPrice      m at " + endpoint.name +
                               ": $0.20 in, $3.00 out per million tokens (a list, 2026-06-01)\n";
  BOOST_TEST(price_lines(quotes, sys_days{year{2026} / month{6} / day{2}}) == expected);
}

BOOST_AUTO_TEST_CASE(an_unlisted_model_has_no_price) {
  const PriceTable prices = table();
  const Quote unknown = quote(prices, at("https://api.example.com/v1"), "other");
  BOOST_TEST(!unknown.price.has_value());
  BOOST_TEST(to_text(unknown) == "unknown");
}

BOOST_AUTO_TEST_CASE(a_listed_price_satisfies_a_cap_in_dollars) {
  const PriceTable prices = table();
  Sources sources;
  sources.file = YamlFile{.name = "c.yaml",
                          .text =
                              "endpoints:\n  - {name: a, base_url: 'https://api.example.com/v1'}\n"
                              "policies:\n  - {name: p, model: m, budget: {usd: 3}}\n"
                              "budget: {usd: 5}\n"};
  BOOST_TEST(!load(sources).has_value());
  sources.prices = &prices;
  const auto loaded = load(sources);
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->config.policies[0].budget.usd->nanos() == 3'000'000'000);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named_with_its_place) {
  BOOST_TEST(problem_with("rows: []\n").find("p.yaml:1:1: a price table is one list") !=
             std::string::npos);
  BOOST_TEST(problem_with("prices:\n  - {host: h, model: m, input: 1, output: 1, source: s}\n") ==
             "p.yaml:2:5: a price has no date");
  BOOST_TEST(problem_with("prices:\n  - {host: h, model: m, input: 0, output: 1, source: s, "
                          "date: \"2026-06-01\"}\n")
                 .find("no amount above zero") != std::string::npos);
  BOOST_TEST(problem_with("prices:\n  - {host: h, model: m, input: 1, output: 1, source: s, "
                          "date: \"2026-13-01\"}\n")
                 .find("date") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config
