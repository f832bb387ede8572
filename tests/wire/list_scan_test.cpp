// Lists of numbers by blocks, against the same lists read one entry at a time: no entry is passed
// over that is not what it is taken for, wherever it lies in a block, and those of the common shape
// are all taken.

#include "wire/list_scan.hpp"

#include "core/exchange.hpp"
#include "core/rng.hpp"
#include "wire/list_scans.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using assay::Rng;
using assay::wire::by_all;
using assay::wire::ListScan;

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

BOOST_AUTO_TEST_SUITE_END()
