#include "config/quantity.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

namespace assay::config {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(quantity)

BOOST_AUTO_TEST_CASE(counts_are_plain_or_in_thousands_or_millions) {
  BOOST_TEST(*parse_count("0") == 0);
  BOOST_TEST(*parse_count("600") == 600);
  BOOST_TEST(*parse_count("10k") == 10'000);
  BOOST_TEST(*parse_count("2M") == 2'000'000);
  BOOST_TEST(*parse_count("1.5M") == 1'500'000);
  for (const std::string_view text : {"",
                                      "k",
                                      "-1",
                                      "+1",
                                      "1.5",
                                      "007",
                                      "0x10",
                                      "1e3",
                                      "1_000",
                                      "1,000",
                                      "10K",
                                      "0.0001k",
                                      " 1",
                                      "1 ",
                                      "99999999999999999999",
                                      "9999999999999999M",
                                      "auto",
                                      "1.",
                                      ".5k"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!parse_count(text).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_seed_is_any_64_bit_number) {
  BOOST_TEST(*parse_seed("18446744073709551615") == 18446744073709551615u);
  BOOST_TEST(!parse_seed("18446744073709551616").has_value());
  BOOST_TEST(!parse_seed("-1").has_value());
  BOOST_TEST(!parse_seed("0x7").has_value());
}

BOOST_AUTO_TEST_CASE(decimals_have_no_exponent_and_are_finite) {
  BOOST_TEST(*parse_decimal("0.01") == 0.01);
  BOOST_TEST(*parse_decimal("-3.5") == -3.5);
  for (const std::string_view text :
       {"", "-", ".5", "1.", "1e-2", "nan", "inf", "0x1", "1.2.3", "--1", "+1", "01"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!parse_decimal(text).has_value());
    }
  }
  BOOST_TEST(!parse_decimal(std::string(400, '9')).has_value());
}

BOOST_AUTO_TEST_CASE(durations_need_a_unit) {
  BOOST_TEST((*parse_duration("250ms") == Duration(250ms)));
  BOOST_TEST((*parse_duration("90s") == Duration(90s)));
  BOOST_TEST((*parse_duration("1.5s") == Duration(1500ms)));
  BOOST_TEST((*parse_duration("2h") == Duration(2h)));
  BOOST_TEST((*parse_duration("1h30m") == Duration(90min)));
  BOOST_TEST((*parse_duration("1d") == Duration(24h)));
  for (const std::string_view text : {"",
                                      "90",
                                      "s",
                                      "-1s",
                                      "1 s",
                                      "1m1h",
                                      "1s1s",
                                      "1x",
                                      "0.0001s",
                                      "0.5ms",
                                      "1h-1m",
                                      "1000000d",
                                      "99999999999999999999s",
                                      "1..5s"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!parse_duration(text).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_duration_s_text_reads_back) {
  for (const std::string_view text : {"250ms", "90s", "15m", "2h", "1d", "1001ms"}) {
    BOOST_TEST(duration_text(*parse_duration(text)) == text);
  }
  BOOST_TEST(duration_text(*parse_duration("120s")) == "2m");
}

BOOST_AUTO_TEST_CASE(money_is_exact_both_ways) {
  for (const std::string_view text : {"25", "0.2", "0.000000001", "999999999.999999999"}) {
    BOOST_TEST(usd_text(*parse_usd(text)) == text);
  }
  BOOST_TEST(usd_text(*parse_usd("$3.50")) == "3.5");
}

BOOST_AUTO_TEST_CASE(a_range_is_two_numbers_in_order) {
  const auto range = parse_range("-1..5.5");
  BOOST_REQUIRE(range.has_value());
  BOOST_TEST(range->low == -1.0);
  BOOST_TEST(range->high == 5.5);
  BOOST_TEST(range_text(*range) == "-1..5.5");
  for (const std::string_view text :
       {"", "0", "0-1", "1..0", "1..1", "..1", "0..", "0...1", "a..b"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!parse_range(text).has_value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config
