#include "teacher/http2_stream.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace assay::teacher {

namespace {

using Part = Http1Answer::Part;

// All parts of an answer that comes in pieces of `step` bytes: "[200]" for a head, bodies as they
// are.
std::string parts_of(std::string_view bytes, std::size_t step, bool* whole = nullptr) {
  Http1Answer answer;
  std::string parts;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    answer.feed(bytes.substr(at, step));
    for (auto part = answer.next(); part != Part::none; part = answer.next()) {
      if (part == Part::wrong) return parts + "[wrong]";
      parts += part == Part::head ? "[" + answer.head().status + "]" : answer.body();
    }
  }
  if (whole != nullptr) *whole = answer.whole();
  return parts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http2_stream)

BOOST_AUTO_TEST_CASE(an_answer_comes_apart_whatever_its_pieces) {
  const std::string plain = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabcd";
  const std::string chunked =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
  for (std::size_t step = 1; step <= chunked.size(); ++step) {
    bool whole = false;
    BOOST_TEST(parts_of(plain, step, &whole) == "[200]abcd");
    BOOST_TEST(whole);
    BOOST_TEST(parts_of(chunked, step, &whole) == "[100][200]abcd");
    BOOST_TEST(whole);
  }
}

BOOST_AUTO_TEST_CASE(what_is_cut_is_not_whole) {
  for (const char* bytes : {"",
                            "HTTP/1.1 200 OK\r\n",
                            "HTTP/1.1 100 Continue\r\n\r\n",
                            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc",
                            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    bool whole = false;
    static_cast<void>(parts_of(bytes, 1000, &whole));
    BOOST_TEST(!whole, bytes);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_told) {
  BOOST_TEST(parts_of("SSH-2.0-x\r\n", 1) == "[wrong]");
  BOOST_TEST(parts_of("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 1000) ==
             "[200][wrong]");
}

BOOST_AUTO_TEST_CASE(fields_of_the_connection_are_left_out) {
  Http1Answer answer;
  answer.feed("HTTP/1.1 200 OK\r\nX-A:  b \r\nConnection: close\r\ncontent-length: 0\r\n\r\n");
  BOOST_REQUIRE((answer.next() == Part::head));
  const auto& fields = answer.head().fields;
  BOOST_REQUIRE_EQUAL(fields.size(), 2U);
  BOOST_TEST(fields[0].first == "x-a");
  BOOST_TEST(fields[0].second == "b");
  BOOST_TEST(fields[1].first == "content-length");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
