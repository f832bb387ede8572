#include "teacher/http_request.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::teacher {

namespace {
using State = HttpReader::State;

int refused_with(std::string text, HttpLimits limits = {}) {
  HttpReader reader(limits);
  return reader.read(text) == State::refused ? reader.status() : 0;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(http_request)

BOOST_AUTO_TEST_CASE(a_request_is_complete_at_its_last_byte_and_not_before) {
  const std::string text =
      "POST /v1/completions HTTP/1.1\r\nHost: x\r\nAuthorization:  Bearer k \r\nContent-Length: "
      "5\r\n\r\nhello";
  for (std::size_t size = 0; size < text.size(); ++size) {
    auto buffer = text.substr(0, size);
    HttpReader reader;
    BOOST_REQUIRE((reader.read(buffer) == State::incomplete));
  }
  auto buffer = text;
  HttpReader reader;
  BOOST_REQUIRE((reader.read(buffer) == State::complete));
  BOOST_TEST(reader.request().method == "POST");
  BOOST_TEST(reader.request().target == "/v1/completions");
  BOOST_TEST(reader.request().authorization == "Bearer k");
  BOOST_TEST(reader.request().body == "hello");
  BOOST_TEST(reader.request().keep_alive);
}

BOOST_AUTO_TEST_CASE(bytes_may_come_one_by_one) {
  for (const std::string text : {"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
                                 "POST / HTTP/1.1\r\nTransfer-Encoding: "
                                 "chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"}) {
    HttpReader reader;
    std::string buffer;
    for (std::size_t i = 0; i < text.size(); ++i) {
      BOOST_REQUIRE((reader.read(buffer) == State::incomplete));
      buffer += text[i];
    }
    BOOST_REQUIRE((reader.read(buffer) == State::complete));
    BOOST_TEST(reader.request().body == "abc");
  }
}

BOOST_AUTO_TEST_CASE(requests_follow_one_another) {
  std::string buffer =
      "GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET /c "
      "HTTP/1.0\r\n\r\n";
  HttpReader reader;
  for (const auto target : {"/a", "/b", "/c"}) {
    BOOST_REQUIRE((reader.read(buffer) == State::complete));
    BOOST_TEST(reader.request().target == target);
    BOOST_TEST(reader.request().keep_alive == (target[1] != 'c'));
    reader.consume(buffer);
  }
  BOOST_TEST(buffer.empty());
}

BOOST_AUTO_TEST_CASE(the_body_has_room_behind_it) {
  std::string buffer = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  HttpReader reader;
  BOOST_REQUIRE((reader.read(buffer) == State::complete));
  const auto body = reader.request().body;
  BOOST_TEST(static_cast<std::size_t>(buffer.data() + buffer.capacity() - body.data()) >=
             body.size() + 64);
}

BOOST_AUTO_TEST_CASE(an_ambiguous_or_broken_request_is_refused) {
  BOOST_TEST(refused_with("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx") ==
             400);
  BOOST_TEST(
      refused_with("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx") ==
      400);
  BOOST_TEST(refused_with("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n") == 400);
  BOOST_TEST(refused_with("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n") == 400);
  BOOST_TEST(refused_with("POST / HTTP/2\r\n\r\n") == 400);
  BOOST_TEST(refused_with("nonsense\r\n\r\n") == 400);
  BOOST_TEST(refused_with("GET / HTTP/1.1\r\nno colon\r\n\r\n") == 400);
  BOOST_TEST(refused_with("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") == 400);
  BOOST_TEST(refused_with("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n") ==
             400);
}

BOOST_AUTO_TEST_CASE(limits_hold) {
  const HttpLimits small{.head_bytes_max = 100, .body_bytes_max = 10};
  BOOST_TEST(refused_with("GET /" + std::string(200, 'a'), small) == 431);
  BOOST_TEST(refused_with("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n", small) == 413);
  BOOST_TEST(refused_with("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n", small) ==
             413);
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_is_told_to_go_on_once) {
  std::string buffer = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
  HttpReader reader;
  BOOST_TEST((reader.read(buffer) == State::wants_continue));
  BOOST_TEST((reader.read(buffer) == State::incomplete));
  buffer += 'x';
  BOOST_TEST((reader.read(buffer) == State::complete));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
