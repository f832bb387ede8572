// Strings of a list and the characters of one, by blocks, against the same read one at a time: none
// is met that is not what the text says, wherever it lies in a block.

#include "core/rng.hpp"
#include "core/utf8.hpp"
#include "wire/list_scan.hpp"
#include "wire/list_scans.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::Rng;
using assay::wire::by_all;
using assay::wire::ListScan;

// Where a text and the characters of a string, which are in `list`, part.
auto meet_characters(std::string_view list, std::string_view text, char behind = '"') {
  return by_all(list, behind, [&](const ListScan& kind, const char*& at, const char* end) {
    std::size_t from = 0;
    kind.meet_characters(at, end, text, from);
    return from;
  });
}

// The ends of the strings that are met.
auto meet(std::string_view list, std::string_view text, char behind = '"') {
  return by_all(list, behind, [&](const ListScan& kind, const char*& at, const char* end) {
    std::vector<std::uint32_t> ends;
    std::size_t from = 0;
    kind.meet_strings(at, end, text, from, ends);
    BOOST_TEST_REQUIRE(from == (ends.empty() ? 0 : ends.back()));
    return ends;
  });
}

// Texts as tokens write them; those that need escapes stand behind the others.
struct Piece {
  std::string_view text;
  std::string_view json;
};
constexpr Piece pieces[] = {
    {"a", "a"},
    {" the", " the"},
    {",", ","},
    {"", ""},
    {"x y z", "x y z"},
    {"a token of more bytes than one row holds, and then some",
     "a token of more bytes than one row holds, and then some"},
    {"caf\u00e9", "caf\u00e9"},
    {" \u4e16\u754c", " \u4e16\u754c"},
    {"\n", "\\n"},
    {"\"", "\\\""},
    {"\\", "\\\\"},
    {" \t\r/", " \\t\\r\\/"},
    {"\\\"\\n", "\\\\\\\"\\\\n"},
};
constexpr std::size_t plain_pieces = 8;

// What the inside of a string says; nothing when it has long escapes or is none.
std::optional<std::string> unescaped(std::string_view inside) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  std::string text;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (static_cast<unsigned char>(c) < 0x20 || c == '"') return std::nullopt;
    if (c != '\\') {
      text += c;
      continue;
    }
    const std::size_t letter = ++i < inside.size() ? letters.find(inside[i]) : letters.npos;
    if (letter == letters.npos) return std::nullopt;
    text += "\"\\/\b\f\n\r\t"[letter];
  }
  return text;
}

// What meet_strings gives.
std::vector<std::uint32_t> met_one_by_one(std::string_view list, std::string_view text) {
  std::vector<std::uint32_t> ends;
  std::size_t from = 0;
  for (std::size_t at = 0;;) {
    std::size_t quote = at;
    while (quote < list.size() && list[quote] != '"') quote += list[quote] == '\\' ? 2 : 1;
    if (quote >= list.size() || list.substr(quote, 3) != "\",\"") return ends;
    const auto token = unescaped(list.substr(at, quote - at));
    if (!token || !text.substr(from).starts_with(*token)) return ends;
    from += token->size();
    if (from == text.size() || assay::continues_character(text[from])) return ends;
    ends.push_back(static_cast<std::uint32_t>(from));
    at = quote + 3;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(list_strings)

BOOST_AUTO_TEST_CASE(strings_are_met_where_they_are_the_text) {
  Rng rng(5);
  std::size_t met = 0;
  for (int round = 0; round < 40'000; ++round) {
    const std::size_t kinds = rng.below(2) == 0 ? plain_pieces : std::size(pieces);
    std::string text;
    std::string list;
    for (std::uint64_t n = rng.below(200); n > 0; --n) {
      const Piece& token = pieces[rng.below(kinds)];
      text += token.text;
      list.append(token.json).append("\",\"");
    }
    text += "the end";
    list += "the end\"]";
    if (rng.below(2) == 0) {  // not what was sent
      list[rng.below(list.size())] = "\"\\,a\n\x80u/"[rng.below(8)];
    }
    list.append(64, ' ');  // only what has so much behind it is met
    const auto found = meet(list, text, "\",a"[rng.below(3)]).first;
    BOOST_TEST_REQUIRE((found == met_one_by_one(list, text)), list);
    met += found.size();
  }
  BOOST_TEST(met > 1'000'000u);
}

BOOST_AUTO_TEST_CASE(characters_are_met_where_they_are_the_text) {
  Rng rng(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    std::string list;
    for (std::uint64_t n = 20 + rng.below(60); n > 0; --n) {
      const Piece& token = pieces[rng.below(std::size(pieces))];
      text += token.text;
      list += token.json;
    }
    const bool is_same = rng.below(2) == 0;
    if (!is_same) list[rng.below(list.size())] = "\"\\,a\n\x80u/"[rng.below(8)];
    const auto [from, bytes] = meet_characters(list, text);
    const auto front = unescaped(std::string_view(list).substr(0, bytes));
    BOOST_TEST_REQUIRE((front && *front == text.substr(0, from)), list);
    const bool is_near_end = text.size() - from < 64 || list.size() - bytes < 64;
    BOOST_TEST_REQUIRE((!is_same || is_near_end), list);
  }
}

BOOST_AUTO_TEST_CASE(a_list_of_strings_cut_anywhere_is_met_in_front_of_its_end) {
  const std::string text(400, 'a');
  std::string list;
  while (list.size() < 600) list += "aa\",\"";
  for (std::size_t size = 0; size <= list.size(); ++size) {
    for (const std::string_view behind : {"\",\"", ",\"", "\""}) {
      std::string cut = list.substr(0, size);
      for (std::size_t i = 0; i < 80; ++i) cut += behind;
      const char* at = cut.data();
      std::vector<std::uint32_t> ends;
      std::size_t from = 0;
      assay::wire::list_scan().meet_strings(at, at + size, text, from, ends);
      BOOST_TEST_REQUIRE(at - cut.data() <= static_cast<std::ptrdiff_t>(size));
      BOOST_TEST_REQUIRE(ends.size() >= (size < 70 ? 0 : (size - 70) / 5));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_string_is_met_in_whole_blocks_that_end_in_front_of_the_lists_end) {
  const std::string text(600, 'a');
  for (std::size_t size = 0; size <= 520; ++size) {
    const std::string list = std::string(size, 'a') + "\",\"" + std::string(140, 'b');
    const std::size_t blocks_end = (size / 64 + 1) * 64;
    for (std::size_t cut = size + 3; cut <= list.size(); ++cut) {
      const auto [ends, bytes] = meet(std::string_view(list).substr(0, cut), text);
      const bool is_met = size <= 511 && blocks_end + 2 <= cut;
      BOOST_TEST_REQUIRE(ends.size() == (is_met ? 1u : 0u), size << " bytes of " << cut);
      BOOST_TEST_REQUIRE(bytes == (is_met ? size + 3 : 0));
    }
  }
}

BOOST_AUTO_TEST_CASE(strings_are_met_up_to_the_first_odd_one) {
  const std::string text(200, 'a');
  for (const std::string_view odd : {"ab", "a\\", "\\u0061", "a\n", "a\" ", "a\": "}) {
    for (std::size_t before = 0; before < 30; ++before) {
      std::string list;
      for (std::size_t i = 0; i < before; ++i) list += "aa\",\"";
      list.append(odd).append("\",\"a\",\"").append(200, 'a');
      BOOST_TEST_REQUIRE(meet(list, text).first.size() == before, odd << before);
    }
  }
  // One that ends inside a character.
  const std::string parts = "\u00e9" + text;
  BOOST_TEST(meet(std::string("\xC3\",\"\xA9\",\"") + text, parts).first.empty());
}

BOOST_AUTO_TEST_SUITE_END()
