#include "wire/durations.hpp"

#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string_view>

namespace {

using namespace std::chrono_literals;
using assay::Duration;
using assay::wire::parse_decimal;
using assay::wire::parse_go_duration;
using assay::wire::parse_http_date;
using assay::wire::parse_rfc3339;
using std::chrono::sys_days;

constexpr auto nothing = std::nullopt;
constexpr auto november_sixth = sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;

}  // namespace

BOOST_AUTO_TEST_SUITE(durations)

BOOST_AUTO_TEST_CASE(every_go_form_is_read) {
  BOOST_TEST(parse_go_duration("1s").value() == Duration(1s));
  BOOST_TEST(parse_go_duration("6m0s").value() == Duration(6min));
  BOOST_TEST(parse_go_duration("500ms").value() == Duration(500ms));
  BOOST_TEST(parse_go_duration("1m30.5s").value() == Duration(90500ms));
  BOOST_TEST(parse_go_duration("1h2m3s").value() == Duration(3723s));
  BOOST_TEST(parse_go_duration("12\u00b5s").value() == Duration(12us));
  BOOST_TEST(parse_go_duration("12\u03bcs").value() == Duration(12us));
  BOOST_TEST(parse_go_duration("12us").value() == Duration(12us));
  BOOST_TEST(parse_go_duration("0s").value() == Duration(0s));
  BOOST_TEST(parse_go_duration("57.2s").value() == Duration(57200ms));
}

BOOST_AUTO_TEST_CASE(what_is_not_wholly_a_go_duration_is_nothing) {
  for (const std::string_view text : {"",
                                      "s",
                                      "1",
                                      "1.s",
                                      "1s2",
                                      "-1s",
                                      "1 s",
                                      "1d",
                                      "1e3s",
                                      "1.2.3s",
                                      "NaNs",
                                      "infs",
                                      "9999999h"}) {
    BOOST_TEST((parse_go_duration(text) == nothing), text);
  }
}

BOOST_AUTO_TEST_CASE(plain_decimals_are_read_in_their_unit) {
  BOOST_TEST(parse_decimal("2").value() == Duration(2s));
  BOOST_TEST(parse_decimal("0").value() == Duration(0s));
  BOOST_TEST(parse_decimal("0.25").value() == Duration(250ms));
  BOOST_TEST(parse_decimal("853", 1ms).value() == Duration(853ms));
}

BOOST_AUTO_TEST_CASE(less_than_a_nanosecond_is_rounded_up) {
  BOOST_TEST(parse_decimal("0.0000000001").value() == Duration(1ns));
  BOOST_TEST(parse_decimal("1.0000000000").value() == Duration(1s));
}

BOOST_AUTO_TEST_CASE(signs_exponents_and_words_are_no_decimals) {
  for (const std::string_view text : {"",
                                      "-1",
                                      "+1",
                                      "1e3",
                                      "1.",
                                      ".5",
                                      "NaN",
                                      "inf",
                                      "1 2",
                                      "0x10",
                                      "1,5",
                                      "99999999999999999999"}) {
    BOOST_TEST((parse_decimal(text) == nothing), text);
  }
}

BOOST_AUTO_TEST_CASE(spans_beyond_a_month_are_mistakes) {
  BOOST_TEST((parse_decimal("1700000000") == nothing));
  BOOST_TEST((parse_go_duration("1000h") == nothing));
}

BOOST_AUTO_TEST_CASE(the_three_http_dates_name_one_moment) {
  BOOST_TEST((parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == november_sixth));
  BOOST_TEST((parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == november_sixth));
  BOOST_TEST((parse_http_date("Sun Nov  6 08:49:37 1994") == november_sixth));
}

BOOST_AUTO_TEST_CASE(impossible_dates_are_nothing) {
  for (const std::string_view text : {"",
                                      "Sun, 31 Feb 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 24:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:37",
                                      "Sun, 06 Nov 1994 08:49:37 CET",
                                      "Son, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 6 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    BOOST_TEST((parse_http_date(text) == nothing), text);
  }
}

BOOST_AUTO_TEST_CASE(rfc3339_takes_fractions_and_offsets) {
  const auto ten = sys_days(std::chrono::year(2026) / 11 / 20) + 10h;
  BOOST_TEST((parse_rfc3339("2026-11-20T10:00:00Z") == assay::WallTime(ten)));
  BOOST_TEST((parse_rfc3339("2026-11-20T10:00:00.250Z") == assay::WallTime(ten + 250ms)));
  BOOST_TEST((parse_rfc3339("2026-11-20T12:30:00+02:30") == assay::WallTime(ten)));
  BOOST_TEST((parse_rfc3339("2026-11-20T08:00:00-02:00") == assay::WallTime(ten)));
  for (const std::string_view text :
       {"", "2026-11-20", "2026-11-20T10:00:00", "2026-13-20T10:00:00Z", "2026-11-20T10:00:00.Z"}) {
    BOOST_TEST((parse_rfc3339(text) == nothing), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
