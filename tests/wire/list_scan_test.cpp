// Lists by blocks, against the same lists read one entry at a time: no entry is passed over that is
// not what it is taken for, wherever it lies in a block, and those of the common shape are all
// taken. Every scan is done by blocks of each kind that the machine has.

#include "wire/list_scan.hpp"

#include "core/exchange.hpp"
#include "core/rng.hpp"
#include "core/utf8.hpp"
#include "wire/number_text.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using assay::Rng;
using assay::wire::ListScan;

// The text, and behind it bytes that must not matter.
class Padded {
 public:
  Padded(std::string_view text, char behind) : bytes_(text), size_(text.size()) {
    bytes_.append(assay::body_padding, behind);
  }
  [[nodiscard]] const char* begin() const { return bytes_.data(); }
  [[nodiscard]] const char* end() const { return bytes_.data() + size_; }

 private:
  std::string bytes_;
  std::size_t size_;
};

// What `scan(kind, at, end)` makes of the text, the same for every kind, and how many bytes it
// took.
template <class Scan>
auto by_all(std::string_view text, char behind, Scan scan) {
  const Padded padded(text, behind);
  const auto once = [&](const ListScan& kind) {
    const char* at = padded.begin();
    auto result = scan(kind, at, padded.end());
    return std::pair(std::move(result), static_cast<std::size_t>(at - padded.begin()));
  };
  static const auto kinds = assay::wire::list_scans();
  const auto first = once(*kinds.front());
  for (const ListScan* kind : kinds) BOOST_TEST_REQUIRE((once(*kind) == first), text);
  return first;
}

auto skip(std::string_view text, std::size_t most = 1000, char behind = '5') {
  return by_all(text, behind, [&](const ListScan& kind, const char*& at, const char* end) {
    return kind.skip_log_probs(at, end, most);
  });
}

auto take(std::string_view text, std::size_t most) {
  return by_all(text, '5', [&](const ListScan& kind, const char*& at, const char* end) {
    std::vector<double> values;
    kind.take_log_probs(at, end, most, values);
    return values;
  });
}

auto take_counts(std::string_view text, char behind = '5') {
  return by_all(text, behind, [&](const ListScan& kind, const char*& at, const char* end) {
    std::vector<std::uint32_t> values;
    kind.take_counts(at, end, values);
    return values;
  });
}

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

std::string plain_log_prob(Rng& rng) {
  const double value = -999 * rng.uniform();
  switch (rng.below(4)) {
    case 0:
      return fmt::format("{:.17f}", value);
    case 1:
      return fmt::format("{:.1f}", value);
    case 2:
      return fmt::format("-{}.{}e-{:02}", rng.below(10), rng(), rng.below(100));
    default:
      return fmt::format("{:.{}f}", value / 1000, 1 + static_cast<int>(rng.below(40)));
  }
}

// As nearly all are. Lists of these are read in another way.
std::string short_log_prob(Rng& rng) {
  const double value = (rng.below(2) == 0 ? -3 : -99) * rng.uniform();
  return fmt::format("{:.{}f}", value, 1 + static_cast<int>(rng.below(18)));
}

// All of the one kind, or some of the other among them.
std::vector<std::string> log_probs(Rng& rng, std::size_t count) {
  const std::uint64_t others = rng.below(3);
  std::vector<std::string> entries(count);
  for (auto& entry : entries) {
    const bool is_short = others == 0 || (others == 1 && rng.below(8) > 0);
    entry = is_short ? short_log_prob(rng) : plain_log_prob(rng);
  }
  return entries;
}

// Where the last digit decides the rounding.
std::string middle_of_two_doubles(Rng& rng) {
  const double low = std::bit_cast<double>((rng() >> 12U) | ((1015 + rng.below(12)) << 52U));
  const double high = std::bit_cast<double>(std::bit_cast<std::uint64_t>(low) + 1);
  return fmt::format("-{:.{}f}", low + (high - low) / 2, 8 + static_cast<int>(rng.below(14)));
}

// A list that ends with "]": its last entry is never taken.
std::string list_of(const std::vector<std::string>& entries, std::string_view comma) {
  return fmt::format("{}]", fmt::join(entries, comma));
}

// One by one: how many entries with a comma behind them are log-probs above -1000.
std::size_t log_probs_in_front(std::string_view text) {
  std::string padded(text);
  padded.append(assay::body_padding, ']');
  const char* at = padded.data();
  const char* const end = at + text.size();
  std::size_t count = 0;
  for (;; ++at, ++count) {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
    double value = 1.0;
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    const std::size_t length = std::min(rest.find_first_not_of("+-.0123456789eE"), rest.size());
    const auto [stop, error] = std::from_chars(at, at + length, value);
    if (error != std::errc{} || *at != '-' || value > 0 || value <= -1000) return count;
    if (stop >= end || *stop != ',') return count;
    at = stop;
  }
}

constexpr std::string_view characters = "0123456789.-eE+, \n]x";

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

BOOST_AUTO_TEST_SUITE(list_scan)

BOOST_AUTO_TEST_CASE(plain_log_probs_are_passed_over_up_to_the_last) {
  Rng rng(1);
  for (int round = 0; round < 4000; ++round) {
    const std::vector<std::string> entries = log_probs(rng, 1 + rng.below(60));
    constexpr std::string_view commas[] = {",", ", ", ",\n  "};
    const std::string text = list_of(entries, commas[rng.below(3)]);
    BOOST_TEST_REQUIRE(skip(text).first == entries.size() - 1, text);
    const std::size_t most = rng.below(entries.size() + 5);
    const auto [count, bytes] = skip(text, most);
    BOOST_TEST_REQUIRE(count == std::min(most, entries.size() - 1), text);
    const std::string front = text.substr(0, bytes);
    BOOST_TEST_REQUIRE(static_cast<std::size_t>(std::ranges::count(front, ',')) == count);
    BOOST_TEST_REQUIRE((front.empty() || front.back() == ','), text);
  }
}

BOOST_AUTO_TEST_CASE(values_are_those_of_the_standard_library) {
  Rng rng(4);
  for (int round = 0; round < 10'000; ++round) {
    std::vector<std::string> entries = log_probs(rng, 1 + rng.below(60));
    for (auto& entry : entries) {
      if (rng.below(3) == 0) entry = middle_of_two_doubles(rng);
    }
    const std::string text = list_of(entries, rng.below(4) == 0 ? ", " : ",");
    const std::size_t most = rng.below(entries.size() + 5);
    const auto [values, bytes] = take(text, most);
    BOOST_TEST_REQUIRE(values.size() == std::min(most, entries.size() - 1), text);
    BOOST_TEST_REQUIRE(bytes == skip(text, most).second);
    for (std::size_t i = 0; i < values.size(); ++i) {
      double expected = 1.0;
      std::from_chars(entries[i].data(), entries[i].data() + entries[i].size(), expected);
      BOOST_TEST_REQUIRE(
          std::bit_cast<std::uint64_t>(values[i]) == std::bit_cast<std::uint64_t>(expected),
          entries[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_plain_log_prob_is_left_where_it_stands) {
  for (const std::string_view odd :
       {"0",          "-0",       "-5",       "1.5",       "-01.5",  "-00.5",   "-1000.5",
        "-12345.5",   "-1.",      "-.5",      "-1..5",     "-1.5.5", "--1.5",   "-1.5-5",
        "-1.5e5",     "-1.5e+05", "-1.5e-5",  "-1.5e-005", "-1e-05", "-1.e-05", "-1.5e-05e-05",
        "-1.5e-05.5", "-1.5e--5", "-1.5E-05", "-1.5 ",     "- 1.5",  "-1.5x",   "null",
        "NaN",        "-inf",     "",         "\"-1.5\"",  "-1.5e-", "-1.5e",   "[-1.5]"}) {
    for (std::size_t before = 0; before < 20; ++before) {
      std::vector<std::string> entries(before, "-1.2345");
      entries.emplace_back(odd);
      entries.insert(entries.end(), 2 + before, "-2.5");
      const std::string text = list_of(entries, ",");
      BOOST_TEST_REQUIRE((skip(text) == std::pair(before, before * 8)), text);
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_else_is_ever_taken_for_log_probs) {
  Rng rng(2);
  std::size_t taken = 0;
  for (int round = 0; round < 200'000; ++round) {
    const std::vector<std::string> entries = log_probs(rng, 1 + rng.below(12));
    std::string text = list_of(entries, rng.below(4) == 0 ? ", " : ",");
    for (std::uint64_t n = 1 + rng.below(2); n > 0; --n) {
      const std::size_t at = rng.below(text.size());
      const char other = characters[rng.below(characters.size())];
      if (rng.below(2) == 0) {
        text[at] = other;
      } else {
        text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), other);
      }
    }
    const std::size_t count = skip(text, 1000, characters[rng.below(characters.size())]).first;
    BOOST_TEST_REQUIRE(count <= log_probs_in_front(text), text);
    taken += count;
  }
  BOOST_TEST(taken > 200'000u);
}

BOOST_AUTO_TEST_CASE(counts_are_taken_up_to_the_last_or_the_first_odd_one) {
  Rng rng(3);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::string> entries(1 + rng.below(60));
    for (auto& entry : entries) entry = fmt::format("{}", rng.below(100'000'000) >> rng.below(27));
    std::size_t good = entries.size() - 1;
    if (rng.below(3) == 0) {
      constexpr std::string_view odd[] = {
          "01", "00", "-1", "1.0", "1e3", "", "123456789", " 1", "x"};
      good = rng.below(entries.size());
      entries[good] = odd[rng.below(std::size(odd))];
    }
    const std::string text = list_of(entries, ",");
    const auto [values, bytes] = take_counts(text, characters[rng.below(characters.size())]);
    BOOST_TEST_REQUIRE(values.size() == good, text);
    std::size_t expected = 0;
    for (std::size_t i = 0; i < good; ++i) {
      BOOST_TEST_REQUIRE(fmt::format("{}", values[i]) == entries[i], text);
      expected += entries[i].size() + 1;
    }
    BOOST_TEST_REQUIRE(bytes == expected, text);
  }
}

// Most have as many digits as the one before.
BOOST_AUTO_TEST_CASE(rising_counts_are_taken_up_to_the_first_odd_one) {
  Rng rng(6);
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::string> entries(1 + rng.below(80));
    std::uint64_t count = rng.below(10) == 0 ? 0 : rng() >> (38 + rng.below(26));
    for (auto& entry : entries) entry = fmt::format("{}", count += rng.below(9));
    std::string text = list_of(entries, ",");
    if (rng.below(2) == 0) text[rng.below(text.size())] = characters[rng.below(characters.size())];
    const auto [values, bytes] = take_counts(text, characters[rng.below(characters.size())]);
    std::size_t begin = 0;
    for (const std::uint32_t value : values) {
      const std::string entry = fmt::format("{},", value);
      BOOST_TEST_REQUIRE(std::string_view(text).substr(begin).starts_with(entry), text);
      begin += entry.size();
    }
    BOOST_TEST_REQUIRE(bytes == begin, text);
    const std::size_t digits = text.find_first_not_of("0123456789", begin) - begin;
    const bool is_odd = digits == 0 || digits > 8 || (text[begin] == '0' && digits > 1);
    BOOST_TEST_REQUIRE((is_odd || text[begin + digits] != ','), text);
    taken += values.size();
  }
  BOOST_TEST(taken > 400'000u);
}

BOOST_AUTO_TEST_CASE(a_list_cut_anywhere_ends_at_its_last_comma) {
  const std::string log_probs = "-1.5,-22.25,-0.125,-333.5e-07,-1.5,-22.25,-0.125,-3.5,-1.5,-2.75,";
  const std::string counts =
      "0,1,22,333,4444,55555,666666,7777777,88888888,9,0,11,222,3333,4,5,6,7,";
  for (std::size_t size = 0; size <= log_probs.size(); ++size) {
    const std::string_view cut = std::string_view(log_probs).substr(0, size);
    for (const char behind : {',', '5', '-'}) {
      BOOST_TEST(skip(cut, 1000, behind).second == cut.rfind(',') + 1);
    }
  }
  for (std::size_t size = 0; size <= counts.size(); ++size) {
    const std::string_view cut = std::string_view(counts).substr(0, size);
    for (const char behind : {',', '5', '-'}) {
      BOOST_TEST(take_counts(cut, behind).second == cut.rfind(',') + 1);
    }
  }
}

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
