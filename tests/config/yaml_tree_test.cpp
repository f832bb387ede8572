#include "config/yaml_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>
#include <string>

namespace assay::config {
namespace {

// All problems of a text, one per line; empty when it is good.
std::string problems_of(std::string_view text) {
  Problems problems;
  static_cast<void>(read_yaml("f", text, problems));
  return problems.empty() ? std::string() : problems.to_error().detail;
}

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(yaml_tree)

BOOST_AUTO_TEST_CASE(a_document_becomes_a_tree_with_places) {
  Problems problems;
  const YamlNode root = read_yaml("f", "a: {b: [1, 'two']}\r\n\xC3\xA4: \"x\"\n", problems);
  BOOST_REQUIRE(problems.empty());
  BOOST_REQUIRE_EQUAL(root.keys.size(), 2u);
  const YamlNode& list = root.items[0].items[0];
  BOOST_TEST((list.kind == YamlNode::Kind::sequence));
  BOOST_TEST(list.items[1].text == "two");
  BOOST_TEST((list.items[1].style == Style::single_quoted));
  BOOST_TEST(to_text("f", list.items[1].place) == "f:1:12");
  BOOST_TEST(to_text("f", root.items[1].place) == "f:2:4");
  BOOST_TEST((root.items[1].style == Style::double_quoted));
}

BOOST_AUTO_TEST_CASE(an_empty_document_is_null_without_a_problem) {
  for (const std::string_view text : {"", "# nothing\n", "---\n", "\xEF\xBB\xBF"}) {
    Problems problems;
    const YamlNode root = read_yaml("f", text, problems);
    BOOST_TEST(problems.empty());
    BOOST_TEST((root.kind == YamlNode::Kind::null));
  }
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_does_not_move_places) {
  Problems problems;
  const YamlNode root = read_yaml("f",
                                  "\xEF\xBB\xBF"
                                  "a: 1\nb: 2\n",
                                  problems);
  BOOST_TEST(to_text("f", root.items[1].place) == "f:2:4");
}

BOOST_AUTO_TEST_CASE(keys_that_stand_twice_are_all_reported) {
  BOOST_TEST(problems_of("a: 1\nb: {c: 1, c: 2}\na: 3\n") ==
             "f:3:1: a key for the second time: keep one of them\n"
             "f:2:11: a key for the second time: keep one of them");
}

BOOST_AUTO_TEST_CASE(what_yaml_can_but_a_configuration_must_not_is_refused) {
  BOOST_TEST(problems_of("a: &x 1\nb: *x\n").contains("f:1:4: an anchor"));
  // The parser knows no such anchor; with one, the anchor is refused first.
  BOOST_TEST(problems_of("a: *x\n") != "");
  BOOST_TEST(problems_of("a: !!str 1\n").contains("f:1:4: a tag"));
  BOOST_TEST(problems_of("a: !python/object x\n").contains("a tag"));
  BOOST_TEST(problems_of("a: ! x\n").contains("a tag"));
  BOOST_TEST(problems_of("a: !x {b: 1}\n").contains("a tag"));
  BOOST_TEST(problems_of("<<: {a: 1}\n").contains("f:1:1: a merge key"));
  BOOST_TEST(problems_of("? [a, b]\n: 1\n").contains("a key that is not a name"));
  BOOST_TEST(problems_of("a: 1\n---\nb: 2\n").contains("a second document"));
  BOOST_TEST(problems_of("'a','b'\n") != "");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_refused) {
  BOOST_TEST(problems_of(std::string_view("a: b\0c\n", 7)).contains("f:1:5: a control character"));
  BOOST_TEST(problems_of("a: \x1b[31m\n").contains("a control character"));
  BOOST_TEST(problems_of("a: \xff\n").contains("not UTF-8"));
  BOOST_TEST(problems_of(std::string("a\0:\0", 4)) != "");
}

BOOST_AUTO_TEST_CASE(broken_yaml_is_reported_where_it_breaks) {
  BOOST_TEST(problems_of("a: [1, 2\nb: 3\n").contains("not YAML"));
  BOOST_TEST(problems_of("a: 1\n\tb: 2\n").contains("f:2:"));
  BOOST_TEST(problems_of("a: \"x\n").contains("closing quote"));
  BOOST_TEST(problems_of("a: 'x''") != "");
  BOOST_TEST(problems_of("a: \"x\\\"\n") != "");
  BOOST_TEST(problems_of("a: 'it''s'\nb: \"\\\"\"\nc: ''\n") == "");
}

BOOST_AUTO_TEST_CASE(sizes_are_bounded_at_their_bounds) {
  const std::string deep_enough = repeated("[", yaml_depth_max) + repeated("]", yaml_depth_max);
  BOOST_TEST(problems_of(deep_enough) == "");
  BOOST_TEST(problems_of("[" + deep_enough + "]").contains("levels"));
  BOOST_TEST(problems_of("[" + repeated("1,", 2 * (yaml_nodes_max - 1)) + "]") == "");
  BOOST_TEST(problems_of("[" + repeated("1,", 2 * yaml_nodes_max) + "]").contains("values"));
  BOOST_TEST(problems_of("#" + std::string(yaml_bytes_max - 1, 'x')) == "");
  BOOST_TEST(problems_of("#" + std::string(yaml_bytes_max, 'x')).contains("bytes"));
}

BOOST_AUTO_TEST_CASE(hostile_texts_of_the_greatest_size_end_soon) {
  for (const std::string_view part :
       {"[",   "{",     "- ",     "? ",   "&a ",     "!a ", "'",   "\"",
        "|\n", "a: ",   "a:\n ",  "[a,",  "{a: ",    "-\n", "a\n", "%a\n",
        "*a ", "---\n", "a: b\n", "'a',", "\"a\": ", "[? ", ": ",  "- - "}) {
    const std::clock_t start = std::clock();  // of this process: the machine may be busy
    const std::string problems = problems_of(repeated(part, yaml_bytes_max));
    BOOST_TEST_CONTEXT(part) {
      static_cast<void>(problems);
      BOOST_TEST(std::clock() - start < 5 * CLOCKS_PER_SEC);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config
