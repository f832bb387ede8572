#include "support/printers.hpp"
#include <assay/money.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace assay {
namespace {

constexpr Price one_nano_per_million{.input_nanousd_per_million = 1,
                                     .output_nanousd_per_million = 1};

NanoUsd input_cost(std::int64_t nanousd_per_million, std::int64_t tokens) {
  return cost_of({.input_nanousd_per_million = nanousd_per_million}, TokenCount{tokens}, {});
}

BOOST_AUTO_TEST_SUITE(money)

BOOST_AUTO_TEST_CASE(a_price_per_million_gives_the_price_for_a_million) {
  BOOST_TEST(input_cost(200'000'000, 1'000'000) == NanoUsd{200'000'000});
}

BOOST_AUTO_TEST_CASE(a_fraction_of_a_nano_dollar_is_rounded_up) {
  BOOST_TEST(input_cost(1, 1) == NanoUsd{1});
  BOOST_TEST(input_cost(1, 1'000'000) == NanoUsd{1});
  BOOST_TEST(input_cost(1, 1'000'001) == NanoUsd{2});
}

BOOST_AUTO_TEST_CASE(input_and_output_are_rounded_up_each) {
  BOOST_TEST(cost_of(one_nano_per_million, TokenCount{1}, TokenCount{1}) == NanoUsd{2});
}

BOOST_AUTO_TEST_CASE(no_tokens_and_no_price_cost_nothing) {
  BOOST_TEST(cost_of(one_nano_per_million, {}, {}) == NanoUsd{0});
  BOOST_TEST(input_cost(0, 1'000'000'000) == NanoUsd{0});
}

BOOST_AUTO_TEST_CASE(a_product_past_64_bits_is_exact) {
  // 9e12 tokens at 1,000 dollars a million: the product is 9e24, the quotient fits.
  BOOST_TEST(input_cost(1'000'000'000'000, 9'000'000'000'001) ==
             NanoUsd{9'000'000'000'001'000'000});
}

BOOST_AUTO_TEST_CASE(dollars_are_read_exactly) {
  BOOST_TEST(parse_usd("25").value() == NanoUsd{25'000'000'000});
  BOOST_TEST(parse_usd("$25").value() == NanoUsd{25'000'000'000});
  BOOST_TEST(parse_usd("0.20").value() == NanoUsd{200'000'000});
  BOOST_TEST(parse_usd("0.000000001").value() == NanoUsd{1});
  BOOST_TEST(parse_usd("0.1").value() == NanoUsd{100'000'000});
  BOOST_TEST(parse_usd("007.5").value() == NanoUsd{7'500'000'000});
}

BOOST_AUTO_TEST_CASE(what_is_no_amount_is_refused_and_quoted) {
  for (const char* text : {"",
                           "$",
                           ".",
                           ".5",
                           "5.",
                           "-1",
                           "+1",
                           "1.-5",
                           "1.+5",
                           "1,5",
                           "1e3",
                           " 1",
                           "1 ",
                           "1$",
                           "$$1",
                           "nan",
                           "inf",
                           "0x10",
                           "--1",
                           "1.2.3",
                           "0.0000000001",
                           "99999999999999999999999"}) {
    const auto amount = parse_usd(text);
    BOOST_TEST_CONTEXT("text '" << text << "'") {
      BOOST_REQUIRE(!amount);
      BOOST_TEST(amount.error().code == Errc::usage);
      BOOST_TEST(amount.error().detail.find(text) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_billion_dollars_is_the_most) {
  BOOST_TEST(parse_usd("1000000000").value() == NanoUsd{1'000'000'000'000'000'000});
  BOOST_TEST(!parse_usd("1000000000.000000001").has_value());
  BOOST_TEST(!parse_usd("1000000001").has_value());
}

BOOST_AUTO_TEST_CASE(sums_and_differences_are_exact_up_to_the_ends) {
  const NanoUsd most{std::numeric_limits<std::int64_t>::max()};
  BOOST_TEST(most - NanoUsd{1} + NanoUsd{1} == most);
  BOOST_TEST(NanoUsd{1} - NanoUsd{3} == NanoUsd{-2});
}

BOOST_AUTO_TEST_CASE(amounts_are_shown_with_two_to_four_decimals) {
  BOOST_TEST(to_text(NanoUsd{3'120'000'000}) == "$3.12");
  BOOST_TEST(to_text(NanoUsd{3'125'000'000}) == "$3.13");
  BOOST_TEST(to_text(NanoUsd{4'300'000}) == "$0.0043");
  BOOST_TEST(to_text(NanoUsd{999'960'000}) == "$1.00");
  BOOST_TEST(to_text(NanoUsd{0}) == "$0.00");
  BOOST_TEST(to_text(NanoUsd{-2'000'000'000}) == "-$2.00");
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range_are_shown) {
  BOOST_TEST(to_text(NanoUsd{std::numeric_limits<std::int64_t>::max()}) == "$9223372036.85");
  BOOST_TEST(to_text(NanoUsd{std::numeric_limits<std::int64_t>::min()}) == "-$9223372036.85");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
