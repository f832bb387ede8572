#include "core/json_text.hpp"

#include "core/json_in_place.hpp"
#include "core/rng.hpp"
#include "support/printers.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace assay {
namespace {

std::string string_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  std::string room(json_string_bytes_max(text.size()), '?');
  room.resize(static_cast<std::size_t>(write_json_string(room.data(), text) - room.data()));
  BOOST_TEST(room == out);  // both ways say the same
  return out;
}

template <class Number>
std::string number_text(Number value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

// Whether `text` is a number by the grammar of RFC 8259, section 6.
bool is_json_number(std::string_view text) {
  const auto digits = [&text] {
    std::size_t count = 0;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') text.remove_prefix(1), ++count;
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_AUTO_TEST_CASE(plain_text_and_utf8_are_copied) {
  BOOST_TEST(string_text("") == R"("")");
  BOOST_TEST(string_text("Grüße, 世界 😀 / '") == "\"Grüße, 世界 😀 / '\"");
}

BOOST_AUTO_TEST_CASE(milliseconds_read_as_their_double) {
  const auto check = [](std::int64_t nanos) {
    char digits[json_number_bytes_max];
    const std::string text(digits, write_json_milliseconds(digits, Duration{nanos}));
    BOOST_REQUIRE_EQUAL(text, number_text(static_cast<double>(nanos) / 1e6));
  };
  for (std::int64_t power = 1; power < 1'000'000'000'000'000'000; power *= 10) {
    for (const std::int64_t more : {-1, 0, 1, 2, 7}) check(power + more), check(5 * power + more);
  }
  for (std::int64_t nanos = 0; nanos < 20'000; ++nanos) check(nanos);
  Rng rng(11);
  for (int i = 0; i < 200'000; ++i) check(static_cast<std::int64_t>(rng() >> (24 + i % 30)));
}

BOOST_AUTO_TEST_CASE(quotes_backslashes_and_control_characters_are_escaped) {
  BOOST_TEST(string_text("a\"b\\c") == R"("a\"b\\c")");
  BOOST_TEST(string_text("\n\r\t") == R"("\n\r\t")");
  BOOST_TEST(string_text(std::string_view("\0\x1f\x7f", 3)) == R"("\u0000\u001f\u007f")");
}

// Text is looked at in words of eight bytes, rows of sixteen and blocks of sixty-four.
BOOST_AUTO_TEST_CASE(every_byte_is_treated_alike_wherever_it_stands) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string character(1, static_cast<char>(byte));
    const std::string alone = string_text(character);
    const std::string written = alone.substr(1, alone.size() - 2);
    for (std::size_t at = 0; at < 140; ++at) {
      for (const char filler : {' ', '~', '#'}) {
        const std::string before(at, filler);
        const std::string after(at * 7 % 83, filler);
        BOOST_REQUIRE(string_text(before + character + after) ==
                      '"' + before + written + after + '"');
        BOOST_REQUIRE(is_utf8(before + character + after) == (byte < 0x80));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(characters_of_several_bytes_are_judged_wherever_they_stand) {
  const std::string filler(100, 'a');
  for (std::size_t at = 0; at < 140; ++at) {
    const std::string before(at, 'a');
    for (const std::string_view good : {"\u00e9", "\u4e16", "\U0001F600"}) {
      const std::string text = before + std::string(good) + filler;
      BOOST_REQUIRE(is_utf8(text));
      BOOST_REQUIRE(string_text(text) == '"' + text + '"');
      BOOST_REQUIRE(!is_utf8(before + std::string(good.substr(0, good.size() - 1)) + filler));
    }
  }
}

BOOST_AUTO_TEST_CASE(line_separators_are_escaped) {
  BOOST_TEST(string_text("a\u2028b\u2029c") == R"("a\u2028b\u2029c")");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_become_replacement_characters) {
  BOOST_TEST(string_text("a\xFFz") == "\"a\uFFFDz\"");
  BOOST_TEST(string_text("\xC0\xAF") == "\"\uFFFD\uFFFD\"");            // overlong
  BOOST_TEST(string_text("\xED\xA0\x80") == "\"\uFFFD\uFFFD\uFFFD\"");  // surrogate
  BOOST_TEST(string_text("\xE2\x82") == "\"\uFFFD\uFFFD\"");            // cut short
  BOOST_TEST(string_text("\xC3\"") == "\"\uFFFD\\\"\"");  // the quote is not swallowed
}

BOOST_AUTO_TEST_CASE(any_bytes_give_one_line_of_utf8) {
  Rng rng(1);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    for (std::uint64_t left = rng.below(40); left > 0; --left) {
      bytes += static_cast<char>(rng.below(256));
    }
    const std::string text = string_text(bytes);
    BOOST_REQUIRE(is_utf8(text));
    BOOST_REQUIRE(text.find('\n') == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(utf8_is_judged_at_its_edges) {
  for (const std::string_view good : {"",
                                      "\x7F",
                                      "\xC2\x80",
                                      "\xE0\xA0\x80",
                                      "\xED\x9F\xBF",
                                      "\xEE\x80\x80",
                                      "\xF0\x90\x80\x80",
                                      "\xF4\x8F\xBF\xBF"}) {
    BOOST_TEST(is_utf8(good));
  }
  for (const std::string_view bad : {"\x80",
                                     "\xC1\xBF",
                                     "\xE0\x9F\xBF",
                                     "\xED\xA0\x80",
                                     "\xF0\x8F\xBF\xBF",
                                     "\xF4\x90\x80\x80",
                                     "\xF5\x80\x80\x80",
                                     "\xC2",
                                     "\xE2\x82",
                                     "\xF0\x9F\x98",
                                     "a\xFF"}) {
    BOOST_TEST(!is_utf8(bad));
  }
}

BOOST_AUTO_TEST_CASE(numbers_are_the_shortest_that_read_back) {
  BOOST_TEST(number_text(0.1) == "0.1");
  BOOST_TEST(number_text(-14.72) == "-14.72");
  BOOST_TEST(number_text(0.0) == "0");
  BOOST_TEST(number_text(-0.0) == "-0");
  BOOST_TEST(number_text(1e300) == "1e+300");
  BOOST_TEST(number_text(5e-324) == "5e-324");
}

BOOST_AUTO_TEST_CASE(whole_numbers_keep_every_digit) {
  BOOST_TEST(number_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  BOOST_TEST(number_text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

BOOST_AUTO_TEST_CASE(random_doubles_read_back_to_the_same_bits) {
  Rng rng(2);
  for (int round = 0; round < 100'000; ++round) {
    const auto value = std::bit_cast<double>(rng());
    if (!std::isfinite(value)) continue;
    const std::string text = number_text(value);
    double back = 0.0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), back);
    BOOST_REQUIRE((ec == std::errc{} && end == text.data() + text.size()));
    BOOST_REQUIRE(std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(value));
    BOOST_REQUIRE(is_json_number(text));
  }
}

BOOST_AUTO_TEST_CASE(a_writer_puts_commas_where_they_belong) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("id").string("a").key("n").number(3).key("none").null();
  json.key("list").begin_array().number(1.5).boolean(true).begin_array().end_array();
  json.begin_object().end_object().end_array();
  json.key("last").raw("[0]").end_object();
  BOOST_TEST(out == R"({"id":"a","n":3,"none":null,"list":[1.5,true,[],{}],"last":[0]})");
}

BOOST_AUTO_TEST_CASE(a_writer_escapes_names_as_it_does_values) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("a\"b").string("c\"d").end_object();
  BOOST_TEST(out == R"({"a\"b":"c\"d"})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
