#include "net/chunk_decoder.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace assay::net {

namespace {

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  bool complete = false;
};

// Empty when the decoder refuses.
std::optional<Decoded> decode(const std::string& bytes, std::size_t step) {
  ChunkDecoder decoder;
  Decoded result;
  for (std::size_t at = 0; at < bytes.size() && !decoder.complete();) {
    const auto piece = std::string_view(bytes).substr(at, step);
    std::size_t taken = 0;
    while (taken < piece.size() && !decoder.complete()) {
      const auto part = decoder.next(piece.substr(taken));
      if (!part) return {};
      result.body += part->data;
      taken += part->consumed;
    }
    at += taken;
    result.consumed = at;
  }
  result.complete = decoder.complete();
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chunk_decoder)

BOOST_AUTO_TEST_CASE(the_body_comes_out_however_the_bytes_come) {
  const std::string coded =
      "4\r\nWiki\r\n0006;name=\"v\"\r\npedia \r\nE  \r\nin \r\n\r\nchunks.\r\n0\r\nA: b\r\n\r\n";
  for (std::size_t step = 1; step <= coded.size() + 4; ++step) {
    const auto decoded = decode(coded + "rest", step);
    BOOST_REQUIRE(decoded.has_value());
    BOOST_TEST(decoded->body == "Wikipedia in \r\n\r\nchunks.");
    BOOST_TEST(decoded->complete);
    BOOST_TEST(decoded->consumed == coded.size());
  }
}

BOOST_AUTO_TEST_CASE(no_part_of_a_body_is_a_whole) {
  const std::string coded = "3;x\r\nabc\r\n0\r\nA: b\r\n\r\n";
  for (std::size_t size = 0; size < coded.size(); ++size) {
    const auto decoded = decode(coded.substr(0, size), 1);
    BOOST_REQUIRE(decoded.has_value());
    BOOST_TEST(!decoded->complete, size);
  }
}

BOOST_AUTO_TEST_CASE(loose_framing_is_refused) {
  const std::vector<std::string> bad{
      "\r\n",           "g\r\n",
      "-1\r\n",         "+1\r\n",
      "0x1\r\n",        " 1\r\nx\r\n",
      ";x\r\n",         "1\nx\r\n",
      "1\rx",           "1\r\nxy",
      "1\r\nx\n",       "1\r\nx\r0",
      "1\r\nx\rx",      "11111111111111111\r\n",
      "1;\x01\r\n",     "1;a\nx",
      "0\r\nA b\r\n",   "0\r\nA: b\n",
      "0\r\n A: b\r\n", "0\r\nA: b\rx",
      "0\r\n\n",
  };
  for (const std::string& bytes : bad) {
    BOOST_TEST(!decode(bytes, 1).has_value(), bytes);
    BOOST_TEST(!decode(bytes, bytes.size()).has_value(), bytes);
  }
}

BOOST_AUTO_TEST_CASE(the_largest_size_does_not_wrap) {
  const auto decoded = decode("ffffffffffffffff\r\nabc", 1);
  BOOST_REQUIRE(decoded.has_value());
  BOOST_TEST(decoded->body == "abc");
  BOOST_TEST(!decoded->complete);
}

BOOST_AUTO_TEST_CASE(extensions_and_trailers_are_bounded) {
  const std::string extension(ChunkDecoder::extension_bytes_max, 'x');
  BOOST_TEST(decode("1;" + extension + "\r\nx\r\n", 4096).has_value());
  BOOST_TEST(!decode("1;" + extension + "x\r\nx\r\n", 4096).has_value());
  std::string drip;
  for (std::size_t i = 0; i <= ChunkDecoder::extension_bytes_max; ++i) drip += "1;x\r\nx\r\n";
  BOOST_TEST(!decode(drip, 4096).has_value());
  BOOST_TEST(
      !decode("0\r\nA: " + std::string(ChunkDecoder::trailer_bytes_max, 'x'), 4096).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net
