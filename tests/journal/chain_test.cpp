#include "journal/chain.hpp"

#include "core/rng.hpp"
#include "journal/builders.hpp"
#include "journal/xxh3.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using namespace assay::journal;

BOOST_AUTO_TEST_SUITE(chain)

BOOST_AUTO_TEST_CASE(every_way_to_hash_gives_the_same_value) {
  Rng rng(3);
  std::string bytes;
  for (int length = 0; length < 1500; ++length) {
    const std::uint64_t seed = rng();
    BOOST_REQUIRE_EQUAL(xxh3(bytes, seed), xxh3_plain(bytes, seed));
    bytes += static_cast<char>(rng());
  }
}

// Source: XXH3-64 of nothing and of "a", seed 0, as xxhsum -H3 prints them.
BOOST_AUTO_TEST_CASE(it_is_xxh3) {
  BOOST_CHECK_EQUAL(xxh3("", 0), 0x2d06800538d394c2);
  BOOST_CHECK_EQUAL(xxh3("a", 0), 0xe6c632b61e964e1f);
}

BOOST_AUTO_TEST_CASE(hex_is_sixteen_lower_case_digits_and_nothing_else) {
  Rng rng(5);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = rng() >> rng.below(64);
    std::string digits;
    append_hex64(digits, value);
    BOOST_REQUIRE(hex64_of(digits) == value);
  }
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    for (std::size_t place = 0; place < 16; ++place) {
      std::string digits(16, '7');
      digits[place] = c;
      BOOST_REQUIRE_EQUAL(hex64_of(digits).has_value(), is_digit);
    }
  }
  BOOST_CHECK(!hex64_of("0123456789abcde"));
  BOOST_CHECK(!hex64_of("0123456789abcdef0"));
}

BOOST_AUTO_TEST_CASE(the_payload_comes_back_from_its_line) {
  LineWriter writer(run_id_from(1), 3, 41);
  std::string lines;
  writer.append(lines, R"("a":1)", std::nullopt);
  const std::uint64_t before = writer.last_sum();
  const std::size_t second = lines.size();
  writer.append(lines, R"("b":"{\"durable\":9"})", second);
  const std::string first_line = lines.substr(0, second - 1);
  const std::string second_line = lines.substr(second, lines.size() - second - 1);

  BOOST_CHECK_EQUAL(payload_of(first_line), R"("a":1)");
  BOOST_CHECK_EQUAL(payload_of(second_line), R"("b":"{\"durable\":9"})");
  BOOST_CHECK(seq_of(first_line) == 41);
  BOOST_CHECK(seq_of(second_line) == 42);
  BOOST_CHECK(!group_start_of(first_line));
  const auto group = group_start_of(second_line);
  BOOST_REQUIRE(group);
  BOOST_CHECK_EQUAL(group->durable, second);
  BOOST_CHECK_EQUAL(group->after, before);
  BOOST_CHECK(stated_sum(second_line) == writer.last_sum());
}

BOOST_AUTO_TEST_SUITE_END()
