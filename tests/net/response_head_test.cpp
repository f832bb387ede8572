#include "net/response_head.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace assay::net {

namespace {

constexpr std::size_t bytes_max = 64 * 1024;
constexpr std::size_t fields_max = 200;

std::string with(const std::string& fields) {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n";
}

auto parse(const std::string& head) {
  return parse_response_head(head, fields_max);
}

// What the scanner says when the bytes come in pieces of `step`: the head's size, 0 for "more", -1
// for a refusal.
long scan(const std::string& bytes, std::size_t step, std::size_t limit = bytes_max) {
  HeadScanner scanner(limit);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto end = scanner.scan(std::string_view(bytes).substr(at, step));
    if (!end) return -1;
    if (*end) return static_cast<long>(at + **end);
  }
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(response_head)

BOOST_AUTO_TEST_CASE(a_plain_head_is_read) {
  const auto head = parse(with("Content-Type: a/b \r\nContent-Length: 12\r\nX-Empty:\r\n"));

  BOOST_REQUIRE(head.has_value());
  BOOST_TEST(head->status == 200);
  BOOST_TEST(head->fields.size() == 3U);
  BOOST_TEST(head->fields[0].name == "content-type");
  BOOST_TEST(head->fields[0].value == "a/b");
  BOOST_TEST(head->fields[2].value == "");
  BOOST_CHECK(head->framing == Framing::length);
  BOOST_TEST(head->length == 12U);
  BOOST_TEST(head->keep_alive);
}

BOOST_AUTO_TEST_CASE(a_missing_or_odd_phrase_means_nothing) {
  BOOST_TEST(parse("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").has_value());
  BOOST_TEST(parse("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").has_value());
  BOOST_TEST(parse("HTTP/1.1 599 \xff strange\r\nContent-Length: 0\r\n\r\n").has_value());
}

BOOST_AUTO_TEST_CASE(the_framing_follows_from_status_and_fields) {
  const auto framing = [](const std::string& head) { return parse(head)->framing; };
  BOOST_CHECK(framing(with("Transfer-Encoding: Chunked\r\n")) == Framing::chunked);
  BOOST_CHECK(framing(with("")) == Framing::until_close);
  BOOST_CHECK(framing("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n") == Framing::none);
  BOOST_CHECK(framing("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n") == Framing::none);
  BOOST_CHECK(framing("HTTP/1.1 100 Go\r\n\r\n") == Framing::none);
}

BOOST_AUTO_TEST_CASE(keep_alive_follows_from_version_connection_and_framing) {
  const auto keep = [](const std::string& head) { return parse(head)->keep_alive; };
  BOOST_TEST(keep(with("Content-Length: 0\r\n")));
  BOOST_TEST(!keep(with("Content-Length: 0\r\nConnection: close\r\n")));
  BOOST_TEST(!keep(with("Content-Length: 0\r\nConnection: foo, CLOSE\r\n")));
  BOOST_TEST(!keep(with("Content-Length: 0\r\nConnection: keep-alive\r\nConnection: close\r\n")));
  BOOST_TEST(!keep(with("")));
  BOOST_TEST(!keep("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  BOOST_TEST(keep("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(whatever_two_parsers_could_read_in_two_ways_is_refused) {
  const std::vector<std::string> bad{
      with("Content-Length: 1\r\nContent-Length: 1\r\n"),
      with("Content-Length: 1\r\nContent-Length: 2\r\n"),
      with("Content-Length: 2, 2\r\n"),
      with("Content-Length: +2\r\n"),
      with("Content-Length: -2\r\n"),
      with("Content-Length: 0x2\r\n"),
      with("Content-Length: 2 2\r\n"),
      with("Content-Length:\r\n"),
      with("Content-Length: 18446744073709551616\r\n"),
      with("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
      with("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"),
      with("Transfer-Encoding: gzip\r\n"),
      with("Transfer-Encoding: gzip, chunked\r\n"),
      with("Transfer-Encoding: chunked, identity\r\n"),
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      with("Transfer-Encoding: xchunked\r\n"),
      with("Transfer-Encoding:\r\n"),
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      with("Content-Encoding: br\r\n"),
      with("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n"),
      with("Content-Encoding: identity, br\r\n"),
      with("A : b\r\n"),
      with("A\t: b\r\n"),
      with("A: b\r\n folded\r\n"),
      with(" A: b\r\n"),
      with("A b\r\n"),
      with(": b\r\n"),
      with("A(: b\r\n"),
      with("A: b\rc\r\n"),
      with(std::string("A: b\0c\r\n", 8)),
      with("A: \x7f\r\n"),
      with("A: \x01\r\n"),
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.2 200 OK\r\n\r\n",
      "HTTP/1.1  200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1 600 OK\r\n\r\n",
      "HTTP/1.1 2x0 OK\r\n\r\n",
      "HTTP/1.1\t200 OK\r\n\r\n",
      "HTTP/1.1 200\tOK\r\n\r\n",
      "HTTP/1.1 200 O\rK\r\n\r\n",
      "http/1.1 200 OK\r\n\r\n",
      "HTTP/1.1\r\n\r\n",
      "\r\n",
  };
  for (const std::string& head : bad) BOOST_TEST(!parse(head).has_value(), head);
}

BOOST_AUTO_TEST_CASE(fields_are_counted) {
  std::string fields = "Content-Length: 0\r\n";
  for (std::size_t i = 1; i < fields_max; ++i) fields += "A: b\r\n";
  BOOST_TEST(parse(with(fields)).has_value());
  BOOST_TEST(!parse(with(fields + "A: b\r\n")).has_value());
}

BOOST_AUTO_TEST_CASE(the_end_is_found_however_the_bytes_come) {
  const std::string head = with("A: b\r\nContent-Length: 1\r\n");
  for (std::size_t step = 1; step <= head.size() + 5; ++step) {
    BOOST_TEST(scan(head + "rest", step) == static_cast<long>(head.size()), step);
    BOOST_TEST(scan(head.substr(0, head.size() - 1), step) == 0, step);
  }
}

BOOST_AUTO_TEST_CASE(what_can_never_become_a_head_is_refused_at_once) {
  for (const std::string bytes : {"HTTQ",
                                  "\r\nHTTP/1.1 200 OK\r\n\r\n",
                                  "<html>",
                                  "HTTP/2",
                                  "HTTP/1.1 200 OK\n\n",
                                  "HTTP/1.1 200 OK\r\nA: b\n"}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, bytes.size()}) {
      BOOST_TEST(scan(bytes, step) == -1, bytes);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_lone_cr_does_not_end_a_head) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{100}}) {
    BOOST_TEST(scan("HTTP/1.1 200 OK\r\n\r\r\n", step) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_head_beyond_its_limit_is_refused_before_it_ends) {
  const std::string head = with("A: b\r\n");
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, head.size()}) {
    BOOST_TEST(scan(head, step, head.size()) == static_cast<long>(head.size()));
    BOOST_TEST(scan(head, step, head.size() - 1) == -1);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net
