#include "dataset/line_reader.hpp"

#include "dataset/dataset.hpp"
#include "dataset/memory_source.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::dataset {
namespace {

struct Seen {
  std::vector<std::string> texts;
  std::vector<std::uint64_t> numbers;
  std::vector<bool> too_long;
};

Seen lines_of(std::string bytes, std::size_t block = 3) {
  LineReader reader(test::in_memory(std::move(bytes), block));
  Seen seen;
  for (;;) {
    const auto line = reader.next();
    if (!line || !*line) return seen;
    seen.texts.emplace_back((*line)->text);
    seen.numbers.push_back((*line)->number);
    seen.too_long.push_back((*line)->too_long);
  }
}

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(line_reader)

BOOST_AUTO_TEST_CASE(lines_end_with_lf_crlf_or_the_file) {
  const Seen seen = lines_of("one\ntwo\r\nthree");
  BOOST_TEST((seen.texts == Texts{"one", "two", "three"}));
  BOOST_TEST((seen.numbers == Numbers{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(blank_lines_are_passed_over_and_counted) {
  const Seen seen = lines_of("\n \t\r\na\n\n\nb\n\n");
  BOOST_TEST((seen.texts == Texts{"a", "b"}));
  BOOST_TEST((seen.numbers == Numbers{3, 6}));
}

BOOST_AUTO_TEST_CASE(an_empty_source_has_no_lines) {
  BOOST_TEST(lines_of("").texts.empty());
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_passed_over_at_the_start_only) {
  BOOST_TEST((lines_of("\xEF\xBB\xBF"
                       "a\n\xEF\xBB\xBF"
                       "b")
                  .texts == Texts{"a",
                                  "\xEF\xBB\xBF"
                                  "b"}));
  BOOST_TEST((lines_of("\xEF\xBB\xBF").texts.empty()));
}

BOOST_AUTO_TEST_CASE(utf_16_is_refused_as_a_whole) {
  LineReader reader(test::in_memory(std::string("\xFF\xFE{\0\n\0", 6)));
  const auto line = reader.next();
  BOOST_REQUIRE(!line);
  BOOST_TEST((line.error().code == Errc::input));
}

BOOST_AUTO_TEST_CASE(the_same_lines_come_out_whatever_the_blocks) {
  std::string text;
  Texts expected;
  for (int i = 0; i < 200; ++i) {
    expected.push_back(
        std::string(static_cast<std::size_t>(i % 17 + 1), static_cast<char>('a' + i % 26)));
    text += expected.back() + (i % 3 == 0 ? "\r\n" : "\n");
  }
  for (const std::size_t block : {1UL, 2UL, 5UL, 64UL, 1000UL, 100'000UL}) {
    BOOST_TEST((lines_of(text, block).texts == expected));
  }
}

BOOST_AUTO_TEST_CASE(a_line_of_the_greatest_length_is_whole) {
  const std::string longest(row_bytes_max, 'x');
  const Seen seen = lines_of(longest + "\nnext", 1u << 20);
  BOOST_REQUIRE_EQUAL(seen.texts.size(), 2u);
  BOOST_TEST(seen.texts[0].size() == row_bytes_max);
  BOOST_TEST(!seen.too_long[0]);
  BOOST_TEST(seen.texts[1] == "next");
}

BOOST_AUTO_TEST_CASE(a_longer_line_is_passed_over_to_its_end) {
  for (const std::size_t surplus : {std::size_t{1}, std::size_t{5} << 20}) {
    const std::string long_line(row_bytes_max + surplus, 'x');
    const Seen seen = lines_of("a\n" + long_line + "\nb\n" + long_line, 1u << 20);
    BOOST_REQUIRE_EQUAL(seen.texts.size(), 4u);
    BOOST_TEST((seen.too_long == std::vector<bool>{false, true, false, true}));
    BOOST_TEST((seen.numbers == Numbers{1, 2, 3, 4}));
    BOOST_TEST(seen.texts[2] == "b");
  }
}

BOOST_AUTO_TEST_CASE(bytes_behind_a_line_can_be_read) {
  LineReader reader(test::in_memory("last", 4));
  const auto line = reader.next();
  BOOST_REQUIRE((line && *line));
  // The sanitizers' build says whether this is allowed.
  unsigned sum = 0;
  for (std::size_t i = 0; i < line_padding; ++i) {
    sum += static_cast<unsigned char>((*line)->text.data()[(*line)->text.size() + i]);
  }
  BOOST_TEST(sum == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::dataset
