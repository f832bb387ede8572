#include "net/exchange.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

namespace assay::net {

BOOST_AUTO_TEST_SUITE(exchange)

BOOST_AUTO_TEST_CASE(the_parts_compose_to_one_request_from_any_place) {
  const Origin origin = *parse_origin("https://example.com/v1");
  const Request request{.target = "/x", .body = "{\"a\":1}"};
  const RequestBytes bytes(request, origin, "A: b\r\n\r\n");
  const std::string whole = own_lines_of(request, origin) + "A: b\r\n\r\n" + request.body;
  BOOST_TEST(bytes.size() == whole.size());
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    std::string room(size, '?');
    for (std::size_t skip = 0; skip <= whole.size(); ++skip) {
      BOOST_REQUIRE_EQUAL(bytes.compose(skip, room), whole.substr(skip, size));
    }
  }
}

BOOST_AUTO_TEST_CASE(own_lines_hold_the_target_below_the_base_path_host_and_length) {
  const Origin origin = *parse_origin("https://example.com:8443/v1");
  const auto lines = own_lines_of(
      {.target = "/completions", .body = "12345", .headers = {{.name = "X-A", .value = "b"}}},
      origin);
  BOOST_TEST(
      lines ==
      "POST /v1/completions HTTP/1.1\r\nHost: example.com:8443\r\nContent-Length: 5\r\nX-A: b\r\n");
  BOOST_TEST(own_lines_of({.method = "GET", .target = "/models"}, origin) ==
             "GET /v1/models HTTP/1.1\r\nHost: example.com:8443\r\n");
}

BOOST_AUTO_TEST_CASE(requests_that_could_be_read_as_two_are_refused) {
  for (const char* target : {"", "x", "/a b", "/a\r\nX: y", "/a#b", "/\x7f", "/\xc3\xbc"}) {
    BOOST_TEST(!check_request({.target = target}).has_value(), target);
  }
  for (const char* method : {"", "HEAD", "CONNECT", "post", "POST /x HTTP/1.1\r\n"}) {
    BOOST_TEST(!check_request({.method = method, .target = "/"}).has_value(), method);
  }
}

BOOST_AUTO_TEST_CASE(values_with_line_breaks_and_names_of_the_clients_own_are_refused) {
  for (const std::string& value :
       {std::string("a\rb"), std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f")}) {
    const auto status = check_header("X-A", value);
    BOOST_REQUIRE(!status.has_value());
    BOOST_CHECK(status.error().code == Errc::config);
  }
  for (const char* name :
       {"", "X A", "X:", "Host", "content-LENGTH", "Transfer-Encoding", "Connection", "Expect"}) {
    BOOST_TEST(!check_header(name, "x").has_value(), name);
  }
  BOOST_TEST(check_header("X-A", "caf\xc3\xa9\tb").has_value());
}

BOOST_AUTO_TEST_CASE(shared_lines_hold_the_key_and_end_the_head) {
  ClientOptions options;
  options.headers = {{.name = "Content-Type", .value = "application/json"}};
  options.secret_headers = {{.name = "Authorization", .prefix = "Bearer ", .key = Secret("sk-1")}};
  BOOST_TEST(SharedFields::of(options).value().lines() ==
             "Content-Type: application/json\r\nAuthorization: Bearer sk-1\r\n"
             "Accept-Encoding: identity\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(shared_fields_are_in_lower_case_and_say_which_is_secret) {
  ClientOptions options;
  options.headers = {{.name = "Content-Type", .value = "application/json"}};
  options.secret_headers = {{.name = "Authorization", .prefix = "Bearer ", .key = Secret("sk-1")}};
  const auto shared = SharedFields::of(options);
  BOOST_REQUIRE(shared.has_value());
  const auto& fields = shared->fields();
  BOOST_REQUIRE_EQUAL(fields.size(), 3U);
  BOOST_TEST(fields[0].name == "content-type");
  BOOST_TEST(!fields[0].secret);
  BOOST_TEST(fields[1].name == "authorization");
  BOOST_TEST(fields[1].value == "Bearer sk-1");
  BOOST_TEST(fields[1].secret);
  BOOST_TEST(fields[2].name == "accept-encoding");
}

BOOST_AUTO_TEST_CASE(a_key_with_a_line_break_is_refused_without_being_shown) {
  ClientOptions options;
  options.secret_headers = {
      {.name = "Authorization", .prefix = "Bearer ", .key = Secret("sk-hunter2\n")}};
  const auto lines = SharedFields::of(options);
  BOOST_REQUIRE(!lines.has_value());
  BOOST_TEST(!lines.error().detail.contains("hunter2"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net
