#include "wire/hints.hpp"

#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using assay::Duration;
using assay::HeaderField;
using assay::wire::BodyHints;
using assay::wire::hint_in_prose;
using assay::wire::observe;

constexpr HeaderField date{"date", "Fri, 20 Nov 2026 10:00:00 GMT"};

struct Form {
  std::string_view name;
  std::vector<HeaderField> headers;
  BodyHints body;
  std::optional<Duration> wait;
};

// Every form in which a server says when to come back, and every way of saying nothing.
const std::vector<Form> forms{
    {"integer", {{"retry-after", "7"}}, {}, 7s},
    {"zero", {{"retry-after", "0"}}, {}, 0s},
    {"decimal", {{"retry-after", "1.5"}}, {}, 1500ms},
    {"blanks around", {{"retry-after", " 7\t"}}, {}, 7s},
    {"milliseconds", {{"retry-after-ms", "853"}, {"retry-after", "1"}}, {}, 853ms},
    {"decimal milliseconds", {{"retry-after-ms", "0.5"}}, {}, 500us},
    {"bad milliseconds", {{"retry-after-ms", "soon"}, {"retry-after", "2"}}, {}, 2s},
    {"date", {date, {"retry-after", "Fri, 20 Nov 2026 10:00:30 GMT"}}, {}, 30s},
    {"old date", {date, {"retry-after", "Friday, 20-Nov-26 10:00:30 GMT"}}, {}, 30s},
    {"date without Date", {{"retry-after", "Fri, 20 Nov 2026 10:00:30 GMT"}}, {}, std::nullopt},
    {"past date", {date, {"retry-after", "Fri, 20 Nov 2026 09:59:30 GMT"}}, {}, std::nullopt},
    {"negative", {{"retry-after", "-3"}}, {}, std::nullopt},
    {"not a number", {{"retry-after", "NaN"}}, {}, std::nullopt},
    {"infinite", {{"retry-after", "inf"}}, {}, std::nullopt},
    {"exponent", {{"retry-after", "1e9"}}, {}, std::nullopt},
    {"an epoch", {{"retry-after", "1795168800"}}, {}, std::nullopt},
    {"empty", {{"retry-after", ""}}, {}, std::nullopt},
    {"two values", {{"retry-after", "3"}, {"retry-after", "9"}}, {}, std::nullopt},
    {"the same value twice", {{"retry-after", "3"}, {"retry-after", "3"}}, {}, 3s},
    {"RetryInfo", {}, {.retry_delay = "57.2s", .message = {}}, 57200ms},
    {"header before RetryInfo", {{"retry-after", "1"}}, {.retry_delay = "57s", .message = {}}, 1s},
    {"exhausted requests",
     {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "6m0s"}},
     {},
     360s},
    {"exhausted tokens",
     {{"x-ratelimit-remaining-requests", "5"},
      {"x-ratelimit-reset-requests", "1h"},
      {"x-ratelimit-remaining-tokens", "0"},
      {"x-ratelimit-reset-tokens", "90"}},
     {},
     90s},
    {"both exhausted",
     {{"x-ratelimit-remaining-requests", "0"},
      {"x-ratelimit-reset-requests", "1s"},
      {"x-ratelimit-remaining-tokens", "0"},
      {"x-ratelimit-reset-tokens", "2s"}},
     {},
     2s},
    {"nothing exhausted",
     {{"x-ratelimit-remaining-requests", "1"}, {"x-ratelimit-reset-requests", "1s"}},
     {},
     std::nullopt},
    {"RFC 3339 reset",
     {date,
      {"anthropic-ratelimit-requests-remaining", "0"},
      {"anthropic-ratelimit-requests-reset", "2026-11-20T10:00:12Z"}},
     {},
     12s},
    {"epoch in milliseconds",
     {date, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1795168805000"}},
     {},
     5s},
    {"prose", {}, {.retry_delay = {}, .message = "Please try again in 1.2s. See limits."}, 1200ms},
    {"prose in words",
     {},
     {.retry_delay = {}, .message = "Retry limit: retry after 37 seconds."},
     37s},
    {"prose without unit", {}, {.retry_delay = {}, .message = "retry after 37"}, std::nullopt},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(hints)

BOOST_AUTO_TEST_CASE(every_form_of_a_wait_is_read) {
  for (const Form& form : forms) {
    const auto seen = observe(429, form.headers, form.body);
    BOOST_TEST(seen.retry_after == form.wait, form.name);
  }
}

BOOST_AUTO_TEST_CASE(a_good_answer_asks_for_no_wait) {
  const auto seen = observe(200, {{"retry-after", "5"}, {"x-ratelimit-remaining-requests", "9"}});
  BOOST_TEST(!seen.retry_after.has_value());
  BOOST_TEST(seen.requests.remaining.value() == 9);
}

BOOST_AUTO_TEST_CASE(should_retry_false_forbids) {
  BOOST_TEST(observe(500, {{"x-should-retry", "false"}}).retry_forbidden);
  BOOST_TEST(!observe(500, {{"x-should-retry", "true"}}).retry_forbidden);
  BOOST_TEST(!observe(500, {}).retry_forbidden);
}

BOOST_AUTO_TEST_CASE(both_axes_of_the_common_headers_are_read) {
  const auto seen = observe(200,
                            {{"x-ratelimit-limit-requests", "500"},
                             {"x-ratelimit-remaining-requests", "499"},
                             {"x-ratelimit-reset-requests", "120ms"},
                             {"x-ratelimit-limit-tokens", "30000"},
                             {"x-ratelimit-remaining-tokens", "29000"},
                             {"x-ratelimit-reset-tokens", "2s"}});
  BOOST_TEST((seen.requests == assay::LimitReading{500, 499, 120ms}));
  BOOST_TEST((seen.tokens == assay::LimitReading{30000, 29000, 2s}));
}

BOOST_AUTO_TEST_CASE(minus_one_is_unknown) {
  const auto seen = observe(
      200, {{"x-ratelimit-limit-requests", "-1"}, {"x-ratelimit-remaining-requests", "-1"}});
  BOOST_TEST((seen.requests == assay::LimitReading{}));
}

BOOST_AUTO_TEST_CASE(of_several_limits_of_one_axis_the_tightest_counts) {
  const auto seen = observe(200,
                            {date,
                             {"anthropic-ratelimit-input-tokens-limit", "50000"},
                             {"anthropic-ratelimit-input-tokens-remaining", "40000"},
                             {"anthropic-ratelimit-output-tokens-limit", "8000"},
                             {"anthropic-ratelimit-output-tokens-remaining", "300"},
                             {"anthropic-ratelimit-output-tokens-reset", "2026-11-20T10:00:09Z"}});
  BOOST_TEST((seen.input_tokens == assay::LimitReading{50000, 40000, std::nullopt}));
  BOOST_TEST((seen.output_tokens == assay::LimitReading{8000, 300, 9s}));
}

BOOST_AUTO_TEST_CASE(limits_per_second_are_free_again_after_a_second) {
  const auto seen = observe(200,
                            {{"x-ratelimit-limit-tokens-prompt", "60000"},
                             {"x-ratelimit-limit-tokens-generated", "6000"},
                             {"x-ratelimit-remaining-tokens-prompt", "50000"}});
  BOOST_TEST((seen.input_tokens == assay::LimitReading{60 * 60000, 50000, 1s}));
  BOOST_TEST((seen.output_tokens == assay::LimitReading{60 * 6000, std::nullopt, 1s}));
}

BOOST_AUTO_TEST_CASE(single_axis_headers_count_requests_and_tokens) {
  const auto seen = observe(200,
                            {{"x-ratelimit-limit", "10"},
                             {"x-ratelimit-remaining", "9"},
                             {"x-ratelimit-reset", "1"},
                             {"x-tokenlimit-limit", "3000"},
                             {"x-tokenlimit-remaining", "2900"}});
  BOOST_TEST((seen.requests == assay::LimitReading{10, 9, 1s}));
  BOOST_TEST((seen.tokens == assay::LimitReading{3000, 2900, std::nullopt}));
}

BOOST_AUTO_TEST_CASE(prose_knows_units_and_compound_spans) {
  BOOST_TEST(hint_in_prose("Please try again in 20ms.").value() == Duration(20ms));
  BOOST_TEST(hint_in_prose("try again in 6m0s").value() == Duration(360s));
  BOOST_TEST(hint_in_prose("Please retry in 2 minutes").value() == Duration(2min));
  BOOST_TEST(hint_in_prose("wait 250 milliseconds").value() == Duration(250ms));
  BOOST_TEST(hint_in_prose("wait for it, then retry in 3 seconds").value() == Duration(3s));
  BOOST_TEST(!hint_in_prose("try again in a while").has_value());
  BOOST_TEST(!hint_in_prose("try again in -5 seconds").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
