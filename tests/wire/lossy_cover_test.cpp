#include "wire/lossy_cover.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::wire::LossyFit;

// "certain 1 2", the ends behind the word.
std::string covered(std::string_view text,
                    std::size_t seam,
                    const std::vector<std::string_view>& tokens) {
  std::vector<std::uint32_t> ends;
  switch (assay::wire::cover_lossy(text, seam, tokens, ends)) {
    case LossyFit::none:
      BOOST_TEST(ends.empty());
      return "none";
    case LossyFit::certain:
      return fmt::format("certain {}", fmt::join(ends, " "));
    case LossyFit::unclear:
      return "unclear";
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lossy_cover)

BOOST_AUTO_TEST_CASE(a_character_in_parts_is_covered) {
  BOOST_TEST(covered("a\u00e9b", 1, {"a", "\uFFFD", "\uFFFD", "b"}) == "certain 1 2 3 4");
  BOOST_TEST(covered("a\u2019s", 1, {"a", "\uFFFD", "\uFFFD", "\uFFFD", "s"}) ==
             "certain 1 2 3 4 5");
  BOOST_TEST(covered("a \U0001F600!", 6, {"a", " \uFFFD\uFFFD\uFFFD", "\uFFFD", "!"}) ==
             "certain 1 5 6 7");
}

BOOST_AUTO_TEST_CASE(one_mark_may_stand_for_several_bytes) {
  BOOST_TEST(covered("a \U0001F600!", 6, {"a", " \uFFFD", "\uFFFD", "!"}) == "certain 1 5 6 7");
  BOOST_TEST(covered("\u2019s", 3, {"\uFFFD", "\uFFFD", "s"}) == "certain 2 3 4");
}

BOOST_AUTO_TEST_CASE(a_mark_that_was_sent_is_itself) {
  BOOST_TEST(covered("a\uFFFDb", 1, {"a\uFFFD", "b"}) == "certain 4 5");
}

BOOST_AUTO_TEST_CASE(a_token_over_the_seam_is_certain) {
  BOOST_TEST(covered("\u00e9\u00e9", 2, {"\uFFFD", "\uFFFD\uFFFD", "\uFFFD"}) == "certain 1 3 4");
}

BOOST_AUTO_TEST_CASE(a_seam_that_fragments_hide_is_unclear) {
  // Two characters of three bytes in five tokens: two and three, or three and two.
  const std::vector<std::string_view> five(5, "\uFFFD");
  BOOST_TEST(covered("\u2019\u2019", 3, five) == "unclear");
  BOOST_TEST(covered("\u2019\u2019", 3, {"\uFFFD\uFFFD", "\uFFFD", "\uFFFD", "\uFFFD\uFFFD"}) ==
             "certain 2 3 4 6");
}

BOOST_AUTO_TEST_CASE(what_was_not_sent_is_not_covered) {
  BOOST_TEST(covered("a\u00e9b", 1, {"a", "\uFFFD", "b"}) == "none");
  BOOST_TEST(covered("a\u00e9b", 1, {"a", "\uFFFD", "\uFFFD", "\uFFFD", "b"}) == "none");
  BOOST_TEST(covered("a\u00e9b", 1, {"a", "\uFFFD", "\uFFFD"}) == "none");
  BOOST_TEST(covered("ab", 1, {"a", "\uFFFD"}) == "none");
  BOOST_TEST(covered("a\u00e9b", 1, {"x", "\uFFFD", "\uFFFD", "b"}) == "none");
  BOOST_TEST(covered("ab", 1, {"a", "b", "\uFFFD"}) == "none");
}

BOOST_AUTO_TEST_SUITE_END()
